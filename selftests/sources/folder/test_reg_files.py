"""Exports of the registry: what they show, what they prove not to be there, and what they do not tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.reg_file import write_reg
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, RegistryKey, RegistryType, RegistryValue
from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS
from exgate.facts.unknown import Unknown
from exgate.sources.folder import reg_export, reg_files
from exgate.sources.folder.reg_files import read_reg_files
from exgate.sources.unreadable import UnreadableFile

HEADER = "Windows Registry Editor Version 5.00\r\n\r\n"
SERVICES = r"SYSTEM\CurrentControlSet\Services"
VDIR = RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/exchange-oma")


def _key(path, *values):
    return RegistryKey(path, values)


NOT_SHOWN = Unknown(
    f"no .reg file shows HKLM\\{MASSYNC_PARAMETERS}",
    f'run reg export "HKLM\\{MASSYNC_PARAMETERS}" Parameters.reg on the server (where there is no such key: of the key '
    "above it), and put the file into the host's folder",
)


@pytest.fixture
def read(tmp_path):
    """Give what files show, whose names and contents (text, keys or bytes) are told."""

    def _read(also=(), **contents):
        paths = []
        for name, content in contents.items():
            path = tmp_path / f"{name}.reg"
            text = content if isinstance(content, str | bytes) else write_reg(content)
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-16"))
            paths.append(path)
        return read_reg_files(paths, also)

    return _read


@pytest.mark.parametrize(
    ("keys", "shown"),
    (
        pytest.param([_key(MASSYNC_PARAMETERS, VDIR)], _key(MASSYNC_PARAMETERS, VDIR), id="itself"),
        pytest.param([_key(MASSYNC_PARAMETERS.upper(), VDIR)], _key(MASSYNC_PARAMETERS, VDIR), id="in-another-case"),
        pytest.param([_key(MASSYNC_PARAMETERS)], _key(MASSYNC_PARAMETERS), id="without-values"),
        pytest.param([_key(MASSYNC), _key(MASSYNC_PARAMETERS, VDIR)], _key(MASSYNC_PARAMETERS, VDIR), id="below"),
        pytest.param([_key(MASSYNC)], RegistryKey(MASSYNC_PARAMETERS, None), id="excluded-by-the-key-above"),
        pytest.param([_key(SERVICES), _key(rf"{SERVICES}\Zzz")], RegistryKey(MASSYNC_PARAMETERS, None), id="services"),
        pytest.param([_key(r"SYSTEM\CurrentControlSet")], RegistryKey(MASSYNC_PARAMETERS, None), id="control-set"),
        pytest.param(
            [_key("SYSTEM"), _key(r"SYSTEM\CurrentControlSet")],
            RegistryKey(MASSYNC_PARAMETERS, None),
            id="system-with-the-control-set",
        ),
        pytest.param([_key("SYSTEM"), _key(r"SYSTEM\ControlSet001")], NOT_SHOWN, id="system-without-the-link"),
        pytest.param([_key("")], NOT_SHOWN, id="hive-without-the-link"),
        pytest.param(
            [_key(MASSYNC_PARAMETERS.replace("CurrentControlSet", "ControlSet001"), VDIR)],
            NOT_SHOWN,
            id="another-control-set",
        ),
        pytest.param([_key(rf"{SERVICES}\MasSyncer")], NOT_SHOWN, id="a-key-of-a-longer-name"),
        pytest.param([_key(rf"{MASSYNC_PARAMETERS}\Below")], NOT_SHOWN, id="a-key-below"),
        pytest.param([_key(rf"{SERVICES}\A"), _key(rf"{SERVICES}\Z")], NOT_SHOWN, id="the-keys-beside-it"),
        pytest.param([_key("SOFTWARE"), _key(MASSYNC)], RegistryKey(MASSYNC_PARAMETERS, None), id="two-exports"),
        pytest.param([_key(MASSYNC), _key("SOFTWARE")], RegistryKey(MASSYNC_PARAMETERS, None), id="two-the-other-way"),
        pytest.param([], NOT_SHOWN, id="nothing"),
    ),
)
def test_a_key(read, keys, shown):
    assert read(x=keys).key(MASSYNC_PARAMETERS) == shown


@pytest.mark.parametrize(
    "path",
    (r"HKEY_CURRENT_USER\SYSTEM\CurrentControlSet\Services\MasSync", "HKEY_USERS", r"HKEY_CURRENT_CONFIG\System"),
)
def test_other_hives_prove_nothing(read, path):
    assert read(x=f"{HEADER}[{path}]\r\n\r\n[{path}\\Parameters]\r\n\r\n").key(MASSYNC_PARAMETERS) == NOT_SHOWN


def test_a_hive_in_between_ends_an_export(read):
    text = (
        f"{HEADER}[HKLM\\SYSTEM\\CurrentControlSet]\r\n\r\n[HKEY_CURRENT_USER\\X]\r\n\r\n"
        f'[HKLM\\{MASSYNC_PARAMETERS}]\r\n"ExchangeVDir"="/x"\r\n\r\n'
    )
    assert read(x=text).key(MASSYNC_PARAMETERS) == Unknown(
        f"exports do not show the same of HKLM\\{MASSYNC_PARAMETERS}: x.reg",
        f"export HKLM\\{MASSYNC_PARAMETERS} anew, and remove from the host's folder what is out of date",
    )


@pytest.mark.parametrize(
    ("one", "two", "reason"),
    (
        pytest.param(
            [_key(MASSYNC_PARAMETERS, VDIR)], [_key(MASSYNC), _key(MASSYNC_PARAMETERS, VDIR)], None, id="same"
        ),
        pytest.param([_key(MASSYNC)], [_key(SERVICES)], None, id="both-exclude-it"),
        pytest.param(
            [_key(MASSYNC_PARAMETERS, VDIR)],
            [_key(MASSYNC_PARAMETERS)],
            f"exports do not show the same of HKLM\\{MASSYNC_PARAMETERS}: one.reg and two.reg",
            id="a-value-less",
        ),
        pytest.param(
            [_key(MASSYNC_PARAMETERS, RegistryValue("exchangevdir", VDIR.type, VDIR.data))],
            [_key(MASSYNC_PARAMETERS, VDIR)],
            f"exports do not show the same of HKLM\\{MASSYNC_PARAMETERS}: one.reg and two.reg",
            id="another-case",
        ),
        pytest.param(
            [_key(MASSYNC)],
            [_key(MASSYNC_PARAMETERS, VDIR)],
            f"exports do not show the same of HKLM\\{MASSYNC_PARAMETERS}: one.reg and two.reg",
            id="shown-and-excluded",
        ),
        pytest.param(
            [_key(MASSYNC), _key(MASSYNC_PARAMETERS, VDIR), _key(MASSYNC_PARAMETERS)],
            [],
            f"one.reg shows HKLM\\{MASSYNC_PARAMETERS} twice, and not the same",
            id="twice-in-one",
        ),
        pytest.param(
            [_key(MASSYNC), _key(MASSYNC_PARAMETERS, VDIR), _key(MASSYNC_PARAMETERS, VDIR)],
            [],
            None,
            id="twice-the-same",
        ),
    ),
)
def test_two_exports(read, one, two, reason):
    found = read(one=one, two=two).key(MASSYNC_PARAMETERS)
    anew = f"export HKLM\\{MASSYNC_PARAMETERS} anew, and remove from the host's folder what is out of date"
    assert (found == Unknown(reason, anew)) if reason else isinstance(found, RegistryKey)


@pytest.mark.parametrize(
    ("keys", "ports"),
    (
        pytest.param([_key(PORTS), _key(rf"{PORTS}\Port /LM/W3SVC/1:")], ("Port /LM/W3SVC/1:",), id="one"),
        pytest.param([_key(WEB_SERVER_EXTENSIONS), _key(PORTS)], (), id="none"),
        pytest.param([_key(WEB_SERVER_EXTENSIONS)], None, id="no-key"),
        pytest.param(
            [_key(PORTS), _key(rf"{PORTS}\a"), _key(rf"{PORTS}\a\deeper"), _key(rf"{PORTS}\b")], ("a", "b"), id="deeper"
        ),
    ),
)
def test_subkeys(read, keys, ports):
    assert read(x=keys).subkeys(PORTS) == ports


def test_subkeys_that_no_file_shows(read):
    found = read(x=[_key(rf"{PORTS}\Port /LM/W3SVC/1:")]).subkeys(PORTS)
    assert found.reason == f"no .reg file shows HKLM\\{PORTS}"


def test_subkeys_that_two_files_show_differently(read):
    found = read(a=[_key(PORTS), _key(rf"{PORTS}\1")], b=[_key(PORTS), _key(rf"{PORTS}\2")]).subkeys(PORTS)
    assert found.reason == f"exports do not show the same of HKLM\\{PORTS}: a.reg and b.reg"


def test_other_keys_are_kept_where_they_are_asked_for(read):
    keys = [_key("SOFTWARE"), _key(r"SOFTWARE\X", VDIR)]
    assert read(also=(r"SOFTWARE\X",), x=keys).key(r"Software\x") == _key(r"Software\x", VDIR)
    with pytest.raises(ValueError, match=r"^HKLM\\SOFTWARE\\X was not kept of the \.reg files$"):
        read(x=keys).key(r"SOFTWARE\X")
    with pytest.raises(ValueError, match=r"^the subkeys of HKLM\\SOFTWARE were not kept of the \.reg files$"):
        read(x=keys).subkeys("SOFTWARE")


def test_files(read):
    assert read(b=[], a=[]).files == ("b.reg", "a.reg")


SHOWN = f'{HEADER}[HKEY_LOCAL_MACHINE\\{MASSYNC_PARAMETERS}]\r\n"Größe"="ü"\r\n\r\n'


@pytest.mark.parametrize(
    "data",
    (
        pytest.param(SHOWN.encode("utf-16-le").join((b"\xff\xfe", b"")), id="utf-16-le"),
        pytest.param(SHOWN.encode("utf-16-be").join((b"\xfe\xff", b"")), id="utf-16-be"),
        pytest.param(SHOWN.encode("utf-8-sig"), id="utf-8-with-a-mark"),
        pytest.param(SHOWN.encode(), id="utf-8"),
        pytest.param(SHOWN.encode("cp1252"), id="windows-1252"),
        pytest.param(SHOWN.replace(HEADER, "REGEDIT4\r\n\r\n").encode("cp1252"), id="regedit4"),
        pytest.param(SHOWN.replace("\r\n", "\n").encode(), id="line-breaks-of-unix"),
        pytest.param((SHOWN + "\ufeff" + SHOWN).encode("utf-16"), id="two-files-in-a-row"),
    ),
)
def test_encodings(read, data):
    assert read(x=data).key(MASSYNC_PARAMETERS) == _key(
        MASSYNC_PARAMETERS, RegistryValue("Größe", RegistryType.REG_SZ, "ü")
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    (
        pytest.param(b"", "x.reg: line 1: the file is empty", id="empty"),
        pytest.param(b"\xff\xfe", "x.reg: line 1: the file is empty", id="mark-only"),
        pytest.param(
            SHOWN[:-2],
            "x.reg: it does not end in an empty line, as every export does: it may be cut off",
            id="cut-off-behind-a-value",
        ),
        pytest.param(SHOWN[:-5], "x.reg: line 4: the file ends in the middle of a line", id="cut-off-in-a-line"),
        pytest.param(
            SHOWN.encode("utf-16")[:-1],
            "x.reg: line 6: the file ends in the middle of a line",
            id="cut-off-in-a-letter",
        ),
        pytest.param(
            SHOWN.encode("utf-16-le"),
            'x.reg: line 1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"',
            id="no-mark",
        ),
        pytest.param(
            f"{HEADER}[-HKEY_LOCAL_MACHINE\\X]\r\n\r\n",
            "x.reg: line 3: it removes a key, so it is no export",
            id="key-removed",
        ),
        pytest.param(
            f'{HEADER}[HKEY_CURRENT_USER\\X]\r\n"a"=-\r\n\r\n',
            "x.reg: line 4: it removes a value, so it is no export",
            id="value-removed",
        ),
        pytest.param(
            [_key(MASSYNC, VDIR, RegistryValue("EXCHANGEVDIR", RegistryType.REG_DWORD, 1))],
            "x.reg: line 5: it shows a value twice, so it is no export",
            id="value-twice",
        ),
        pytest.param(
            f"{HEADER}p@ssword\r\n\r\n", "x.reg: line 3: no key, value or comment", id="what-is-no-registry-file"
        ),
    ),
)
def test_damage(read, data, problem):
    with pytest.raises(UnreadableFile) as caught:
        read(x=data)
    assert str(caught.value) == problem


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(UnreadableFile, match=r"^gone\.reg: it cannot be read: No such file or directory$"):
        read_reg_files([tmp_path / "gone.reg"])


def test_long_data_are_not_kept(read):
    values = [
        RegistryValue("text", RegistryType.REG_SZ, "x" * 8192),
        RegistryValue("bytes", RegistryType.REG_BINARY, bytes(8192)),
        RegistryValue("list", RegistryType.REG_MULTI_SZ, ("x",) * 4097),
        RegistryValue("short", RegistryType.REG_SZ, "x" * 8191),
    ]
    long = Unknown("it holds more than 8192 characters", "look at the value in regedit")
    found = read(x=[_key(EXCHANGE_SETUP, *values)]).key(EXCHANGE_SETUP)
    assert [value.data for value in found.values] == [long, long, long, "x" * 8191]


@pytest.mark.parametrize(
    "keys",
    (
        pytest.param(
            [_key(MASSYNC, *(RegistryValue(f"{n}", RegistryType.REG_DWORD, n) for n in range(21)))], id="values"
        ),
        pytest.param([_key(PORTS), *(_key(rf"{PORTS}\{n}") for n in range(21))], id="subkeys"),
        pytest.param([_key(MASSYNC)] * 21, id="keys"),
    ),
)
def test_too_much(read, keys, monkeypatch):
    monkeypatch.setattr(reg_export, "MAX_KEPT", 20)
    with pytest.raises(
        UnreadableFile, match=r"^x\.reg: line \d+: more than 20 keys and values where facts are looked for$"
    ):
        read(x=keys)


def test_a_line_that_never_ends(read, monkeypatch):
    monkeypatch.setattr("exgate.facts.reg_lines.MAX_STATEMENT", 100)
    monkeypatch.setattr(reg_files, "MAX_STATEMENT", 100)
    with pytest.raises(UnreadableFile, match=r"^x\.reg: line 3: more than 100 characters for one value$"):
        read(x=f"{HEADER};{'x' * 1000}")


@given(data=st.binary(max_size=200), mark=st.sampled_from((b"", b"\xff\xfe", b"REGEDIT4\r\n[HKLM]\r\n")))
def test_random_bytes(tmp_path_factory, data, mark):
    path = tmp_path_factory.mktemp("random") / "x.reg"
    path.write_bytes(mark + data)
    try:
        found = read_reg_files([path]).key(EXCHANGE_SETUP)
    except UnreadableFile as error:
        problem = str(error)
    else:
        problem = found.reason if isinstance(found, Unknown) else ""
    assert len(problem.splitlines()) <= 1
