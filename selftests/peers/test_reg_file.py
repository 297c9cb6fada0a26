"""What we write as .reg files, imported and exported again by Wine's reg.exe and regedit."""

import io

import pytest

from exgate.facts.change import AddRegistryKey, DeleteRegistryKey, DeleteRegistryValue, Origin, SetRegistryValue
from exgate.facts.reg_file import RegKeyLine, RegValueLine, read_reg, write_reg
from exgate.facts.registry import Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.registry_plan import apply_to_registry
from exgate.sources.folder.reg_files import read_reg_files

ROOT = r"SOFTWARE\exgate"
KEYS = (
    RegistryKey(
        ROOT,
        (
            RegistryValue("", RegistryType.REG_SZ, "the default value"),
            RegistryValue("empty", RegistryType.REG_SZ, ""),
            RegistryValue(" ExchangeVDir ", RegistryType.REG_SZ, "/exchange-oma"),
            RegistryValue('a "quoted" back\\slash', RegistryType.REG_SZ, 'C:\\x "y" \\'),
            RegistryValue("Zürich Ω", RegistryType.REG_SZ, "Grüße 日本 €"),
            RegistryValue("two lines", RegistryType.REG_SZ, "one\r\ntwo\n"),
            RegistryValue("looks like data", RegistryType.REG_SZ, "dword:1;[-HKLM]"),
            RegistryValue("expand", RegistryType.REG_EXPAND_SZ, "%SystemRoot%\\x" * 20),
            RegistryValue("list", RegistryType.REG_MULTI_SZ, ("Small Business", "Terminal Server")),
            RegistryValue("no list", RegistryType.REG_MULTI_SZ, ()),
            RegistryValue("bytes", RegistryType.REG_BINARY, bytes(range(256))),
            RegistryValue("no bytes", RegistryType.REG_BINARY, b""),
            RegistryValue("number", RegistryType.REG_DWORD, 0xFFFFFFC4),
            RegistryValue("long", RegistryType.REG_QWORD, 1 << 63),
            RegistryValue("none", RegistryType.REG_NONE, b"\x01\x02"),
            RegistryValue("strange", 0x63, b"\x03"),
        ),
    ),
    RegistryKey(rf"{ROOT}\Port /LM/W3SVC/1:", (RegistryValue("x", RegistryType.REG_DWORD, 1),)),
    RegistryKey(rf"{ROOT}\with ] and ; in it", ()),
)


def _shown(data):
    """Give what a file shows, by key and name: Wine exports in an order of its own."""
    items = list(read_reg(io.StringIO(data.decode("utf-16"), newline="")))
    keys = {item.path for item in items}
    return keys, {(item.path, item.name): item.value for item in items if isinstance(item, RegValueLine)}


@pytest.fixture(scope="module")
def imported(wine):
    """A Wine into whose registry our file was imported."""
    (wine.c / "ours.reg").write_bytes(write_reg(KEYS).encode("utf-16"))
    done = wine.run(("reg", "import", r"C:\ours.reg"))
    assert done.returncode == 0, done.stderr
    return wine


@pytest.mark.parametrize(
    "export",
    (
        pytest.param(("reg", "export", rf"HKLM\{ROOT}", r"C:\theirs.reg", "/y"), id="reg"),
        pytest.param(("regedit", "/E", r"C:\theirs.reg", rf"HKEY_LOCAL_MACHINE\{ROOT}"), id="regedit"),
    ),
)
def test_wine_reads_and_writes_what_we_do(imported, export):
    done = imported.run(export)
    assert done.returncode == 0, done.stderr
    shown = _shown((imported.c / "theirs.reg").read_bytes())
    assert shown == _shown(write_reg(KEYS).encode("utf-16"))


def test_a_value_keeps_the_name_that_it_had_first(imported):
    names = ("exchangevdir", "ExchangeVDir")
    for name in names:
        key = RegistryKey(rf"{ROOT}\case", (RegistryValue(name, RegistryType.REG_SZ, f"/{name}"),))
        (imported.c / "case.reg").write_bytes(write_reg([key]).encode("utf-16"))
        assert imported.run(("reg", "import", r"C:\case.reg")).returncode == 0
    assert imported.run(("reg", "export", rf"HKLM\{ROOT}\case", r"C:\kept.reg", "/y")).returncode == 0
    _, values = _shown((imported.c / "kept.reg").read_bytes())
    assert list(values.values()) == [RegistryValue("exchangevdir", RegistryType.REG_SZ, "/ExchangeVDir")]


PLAN = rf"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\{ROOT}\plan\one]
"a"="new data, old name"
"B"=-
"c"="new"

[-HKEY_LOCAL_MACHINE\{ROOT}\plan\two]

[HKEY_LOCAL_MACHINE\{ROOT}\plan\TWO\below]
"d"=dword:00000002

[HKEY_LOCAL_MACHINE\{ROOT}\plan\three\new]

[-HKEY_LOCAL_MACHINE\{ROOT}\plan\four]
"""
PLANNED = tuple(
    rf"{ROOT}\plan{below}" for below in ("", r"\one", r"\two", r"\two\below", r"\three", r"\three\new", r"\four")
)
BEFORE = (
    RegistryKey(rf"{ROOT}\plan", ()),
    RegistryKey(
        rf"{ROOT}\plan\one",
        (RegistryValue("A", RegistryType.REG_DWORD, 1), RegistryValue("b", RegistryType.REG_SZ, "x")),
    ),
    RegistryKey(rf"{ROOT}\plan\two", (RegistryValue("e", RegistryType.REG_SZ, ""),)),
    RegistryKey(rf"{ROOT}\plan\two\below", (RegistryValue("D", RegistryType.REG_SZ, "x"),)),
    RegistryKey(rf"{ROOT}\plan\four", ()),
)


def _step(item):
    origin = Origin("plan.reg", item.line)
    if isinstance(item, RegKeyLine):
        return (DeleteRegistryKey if item.delete else AddRegistryKey)(origin=origin, path=item.path)
    if item.value is None:
        return DeleteRegistryValue(origin=origin, path=item.path, name=item.name)
    return SetRegistryValue(origin=origin, path=item.path, value=item.value)


def _exported(wine):
    """Give what Wine's registry holds where the plan changes it, as our own reader of exports sees it."""
    done = wine.run(("reg", "export", rf"HKLM\{ROOT}\plan", r"C:\plan_out.reg", "/y"))
    assert done.returncode == 0, done.stderr
    exports = read_reg_files([wine.c / "plan_out.reg"], also=PLANNED)
    return Registry({path.lower(): exports.key(path) for path in PLANNED})


def _sets(registry):
    return {path: key.values and frozenset(key.values) for path, key in registry.keys.items()}


def test_a_planned_change_ends_as_wine_ends_it(imported):
    (imported.c / "before.reg").write_bytes(write_reg(BEFORE).encode("utf-16"))
    (imported.c / "plan.reg").write_bytes(PLAN.replace("\n", "\r\n").encode("utf-16"))
    assert imported.run(("reg", "import", r"C:\before.reg")).returncode == 0
    before = _exported(imported)
    assert imported.run(("reg", "import", r"C:\plan.reg")).returncode == 0
    ours = apply_to_registry(before, [_step(item) for item in read_reg(io.StringIO(PLAN, newline=""))])
    assert _sets(ours) == _sets(_exported(imported))
    assert ours.key(PLANNED[1]).any_case("a") == RegistryValue("A", RegistryType.REG_SZ, "new data, old name")
