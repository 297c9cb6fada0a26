""".reg files: what regedit writes, what people write, and what is neither."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts import reg_lines
from exgate.facts.reg_file import RegFileError, RegKeyLine, RegValueLine, read_reg, write_reg
from exgate.facts.registry import MASSYNC_PARAMETERS, RegistryKey, RegistryType, RegistryValue
from exgate.facts.unknown import Unknown

FIVE = "Windows Registry Editor Version 5.00\r\n"
FOUR = "REGEDIT4\r\n"
KEY = "[HKEY_LOCAL_MACHINE\\X]\r\n"
SECRET = "p@ss w0rd"


def _read(text):
    return list(read_reg(io.StringIO(text, newline="")))


def _read_or_refuse(text):
    """Give what was read before it was refused, and why it was; an empty text when it was not."""
    items = []
    try:
        items.extend(read_reg(io.StringIO(text, newline="")))
    except RegFileError as error:
        return items, str(error)
    return items, ""


def _values(text):
    return [item.value for item in _read(text) if isinstance(item, RegValueLine)]


REAL = """\
Windows Registry Editor Version 5.00\r
\r
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters]\r
"ExchangeVDir"="/exchange-oma"\r
\r
[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters\\Below]\r
@="x"\r
\r
"""


def test_an_export():
    assert _read(REAL) == [
        RegKeyLine(3, "HKEY_LOCAL_MACHINE", MASSYNC_PARAMETERS, delete=False),
        RegValueLine(
            4,
            "HKEY_LOCAL_MACHINE",
            MASSYNC_PARAMETERS,
            RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/exchange-oma"),
            "ExchangeVDir",
        ),
        RegKeyLine(6, "HKEY_LOCAL_MACHINE", rf"{MASSYNC_PARAMETERS}\Below", delete=False),
        RegValueLine(
            7, "HKEY_LOCAL_MACHINE", rf"{MASSYNC_PARAMETERS}\Below", RegistryValue("", RegistryType.REG_SZ, "x"), ""
        ),
    ]


@pytest.mark.parametrize(
    ("line", "hive", "path", "delete"),
    (
        pytest.param("[HKEY_LOCAL_MACHINE]", "HKEY_LOCAL_MACHINE", "", False, id="hive"),
        pytest.param("[HKLM\\SOFTWARE]", "HKEY_LOCAL_MACHINE", "SOFTWARE", False, id="alias"),
        pytest.param("[hkey_local_MACHINE\\software]", "HKEY_LOCAL_MACHINE", "software", False, id="case"),
        pytest.param("[HKEY_CURRENT_USER\\X]", "HKEY_CURRENT_USER", "X", False, id="user"),
        pytest.param("[HKEY_CURRENT_CONFIG\\X]", "HKEY_CURRENT_CONFIG", "X", False, id="config"),
        pytest.param("[-HKEY_LOCAL_MACHINE\\X\\Y]", "HKEY_LOCAL_MACHINE", "X\\Y", True, id="delete"),
        pytest.param("[HKEY_LOCAL_MACHINE\\X\\]", "HKEY_LOCAL_MACHINE", "X", False, id="backslash-at-the-end"),
        pytest.param("[HKEY_LOCAL_MACHINE\\X ]", "HKEY_LOCAL_MACHINE", "X ", False, id="space-at-the-end"),
        pytest.param("[HKEY_LOCAL_MACHINE\\a [b] c]", "HKEY_LOCAL_MACHINE", "a [b] c", False, id="brackets"),
        pytest.param(" \t[HKEY_LOCAL_MACHINE\\X] ; why", "HKEY_LOCAL_MACHINE", "X", False, id="comment"),
    ),
)
def test_keys(line, hive, path, delete):
    assert _read(f"{FIVE}{line}\r\n") == [RegKeyLine(2, hive, path, delete)]


@pytest.mark.parametrize(
    ("line", "name", "kind", "data"),
    (
        pytest.param('"a"="b"', "a", RegistryType.REG_SZ, "b", id="text"),
        pytest.param('@="b"', "", RegistryType.REG_SZ, "b", id="default-value"),
        pytest.param('""="b"', "", RegistryType.REG_SZ, "b", id="default-value-by-name"),
        pytest.param('" a\t"=" b "', " a\t", RegistryType.REG_SZ, " b ", id="white-space-is-kept"),
        pytest.param('  "a" = "b"  ; why "not"', "a", RegistryType.REG_SZ, "b", id="white-space-around"),
        pytest.param('"a\\"\\\\"="C:\\\\x \\"y\\""', 'a"\\', RegistryType.REG_SZ, 'C:\\x "y"', id="escapes"),
        pytest.param('"a"="b\r\n\r\n[HKEY]\n;c"', "a", RegistryType.REG_SZ, "b\r\n\r\n[HKEY]\n;c", id="lines-in-text"),
        pytest.param('"a\r\nb"="c"', "a\r\nb", RegistryType.REG_SZ, "c", id="lines-in-a-name"),
        pytest.param('"a"="b\\nc\\r"', "a", RegistryType.REG_SZ, "b\nc\r", id="lines-as-wine-writes-them"),
        pytest.param('"a=b"="c=d"', "a=b", RegistryType.REG_SZ, "c=d", id="equals"),
        pytest.param('"a"=dword:0000001F', "a", RegistryType.REG_DWORD, 31, id="dword"),
        pytest.param('"a"=dword:1 ;one', "a", RegistryType.REG_DWORD, 1, id="short-dword"),
        pytest.param('"a"=hex(4):c4,ff,ff,ff', "a", RegistryType.REG_DWORD, 0xFFFFFFC4, id="dword-in-bytes"),
        pytest.param('"a"=hex(b):01,00,00,00,00,00,00,80', "a", RegistryType.REG_QWORD, 1 + (1 << 63), id="qword"),
        pytest.param('"a"=hex:', "a", RegistryType.REG_BINARY, b"", id="no-bytes"),
        pytest.param('"a"=hex:00,fF', "a", RegistryType.REG_BINARY, b"\x00\xff", id="bytes"),
        pytest.param('"a"=hex(3):01', "a", RegistryType.REG_BINARY, b"\x01", id="bytes-by-number"),
        pytest.param(
            '"a"=hex:00,\\\r\n  01,02,\\ ;x\r\n\t03 ;y', "a", RegistryType.REG_BINARY, b"\0\1\2\3", id="lines"
        ),
        pytest.param('"a"=hex:\\\r\n  01', "a", RegistryType.REG_BINARY, b"\x01", id="all-on-the-next-line"),
        pytest.param('"a"=hex(0):', "a", RegistryType.REG_NONE, b"", id="none"),
        pytest.param('"a"=hex(1):61,00,0d,00,00,00', "a", RegistryType.REG_SZ, "a\r", id="text-in-bytes"),
        pytest.param('"a"=hex(1):61,00,00,00,62,00', "a", RegistryType.REG_SZ, "a", id="text-ends-at-nul"),
        pytest.param('"a"=hex(1):', "a", RegistryType.REG_SZ, "", id="text-of-no-bytes"),
        pytest.param('"a"=hex(1):61,00,62', "a", RegistryType.REG_SZ, "a\ufffd", id="half-a-letter"),
        pytest.param('"a"=hex(2):25,00,fc,00,00,00', "a", RegistryType.REG_EXPAND_SZ, "%ü", id="expand"),
        pytest.param('"a"=hex(7):61,00,00,00,62,00,00,00,00,00', "a", RegistryType.REG_MULTI_SZ, ("a", "b"), id="list"),
        pytest.param('"a"=hex(7):61,00', "a", RegistryType.REG_MULTI_SZ, ("a",), id="list-without-its-end"),
        pytest.param('"a"=hex(7):00,00', "a", RegistryType.REG_MULTI_SZ, (), id="empty-list"),
        pytest.param('"a"=hex(ffff0001):07', "a", 0xFFFF0001, b"\x07", id="a-type-that-nobody-knows"),
        pytest.param(
            '"a"=hex(4):01',
            "a",
            RegistryType.REG_DWORD,
            Unknown("a REG_DWORD of 1 bytes instead of 4", "look at the value in regedit"),
            id="short-dword-in-bytes",
        ),
    ),
)
def test_values(line, name, kind, data):
    found = _values(f"{FIVE}{KEY}{line}\r\n")
    assert found == [RegistryValue(name, kind, data)]


@pytest.mark.parametrize("line", ('"a"=-', '"a" = - ; gone', ' "a"=-'))
def test_a_value_that_is_removed(line):
    assert _read(f"{FIVE}{KEY}{line}\r\n")[1] == RegValueLine(3, "HKEY_LOCAL_MACHINE", "X", None, "a")


def test_regedit4_holds_text_as_windows_1252():
    text = f'{FOUR}{KEY}"a"=hex(2):25,fc,25,00\r\n"b"=hex(7):61,00,62,00,00\r\n'
    assert [value.data for value in _values(text)] == ["%ü%", ("a", "b")]


@pytest.mark.parametrize(
    "text",
    (
        pytest.param(FIVE, id="header"),
        pytest.param(f"{FIVE}\r\n \t\r\n; nothing\r\n", id="blanks-and-comments"),
        pytest.param(f" {FIVE}", id="space-before-the-header"),
        pytest.param(f"{FIVE}\r\n\ufeff{FIVE}\r\n", id="two-exports-in-a-row"),
    ),
)
def test_nothing(text):
    assert _read(text) == []


def test_line_breaks_of_other_systems():
    assert _read(REAL.replace("\r\n", "\n")) == _read(REAL) == _read(REAL.replace("\r\n", "\r"))


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("", "line 1: the file is empty", id="empty"),
        pytest.param(
            f"\r\n{FIVE}",
            'line 1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"',
            id="blank-before-the-header",
        ),
        pytest.param(
            "REGEDIT\r\n",
            'line 1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"',
            id="windows-3.1",
        ),
        pytest.param(
            f"{FIVE.lower()}",
            'line 1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"',
            id="header-in-another-case",
        ),
        pytest.param(FIVE.strip(), "line 1: the file ends in the middle of a line", id="header-cut-off"),
        pytest.param(f"{FIVE}{FOUR}", "line 2: no key, value or comment", id="another-header"),
        pytest.param(f"{FIVE}# no\r\n", "line 2: no key, value or comment", id="hash"),
        pytest.param(f"{FIVE}{SECRET}\r\n", "line 2: no key, value or comment", id="words"),
        pytest.param(f'{FIVE}"a"="b"\r\n', "line 2: a value before the first key", id="no-key"),
        pytest.param(f"{FIVE}[HKEY_LOCAL_MACHINE\\X\r\n", "line 2: a key without its closing bracket", id="bracket"),
        pytest.param(f"{FIVE}{KEY[:-2]}x\r\n", "line 2: a key without its closing bracket", id="after-the-bracket"),
        pytest.param(
            f"{FIVE}[ HKEY_LOCAL_MACHINE\\X]\r\n",
            "line 2: a key of no hive that is known (HKEY_LOCAL_MACHINE, ...)",
            id="space-before-the-hive",
        ),
        pytest.param(
            f"{FIVE}[- HKEY_LOCAL_MACHINE\\X]\r\n",
            "line 2: a key of no hive that is known (HKEY_LOCAL_MACHINE, ...)",
            id="space-before-the-hive-that-is-removed",
        ),
        pytest.param(
            f"{FIVE}[SOFTWARE\\X]\r\n",
            "line 2: a key of no hive that is known (HKEY_LOCAL_MACHINE, ...)",
            id="no-hive",
        ),
        pytest.param(
            f"{FIVE}[HKEY_LOCAL_MACHINE\\\\X]\r\n",
            "line 2: a key's path with a control character or an empty part",
            id="doubled-backslash-first",
        ),
        pytest.param(
            f"{FIVE}[HKEY_LOCAL_MACHINE\\X\\\\Y]\r\n",
            "line 2: a key's path with a control character or an empty part",
            id="doubled-backslash",
        ),
        pytest.param(
            f"{FIVE}[HKEY_LOCAL_MACHINE\\X\0]\r\n",
            "line 2: a key's path with a control character or an empty part",
            id="nul-in-a-key",
        ),
        pytest.param(
            f'{FIVE}[-HKEY_LOCAL_MACHINE\\X]\r\n"a"="b"\r\n',
            "line 3: a value of a key that is removed",
            id="value-of-a-removed-key",
        ),
        pytest.param(f'{FIVE}{KEY}"a"\r\n', 'line 3: a value without "="', id="no-equals"),
        pytest.param(f'{FIVE}{KEY}@x="{SECRET}"\r\n', 'line 3: a value without "="', id="after-at"),
        pytest.param(f'{FIVE}{KEY}"a"=\r\n', "line 3: data of a form that is not known", id="no-data"),
        pytest.param(f'{FIVE}{KEY}"a"={SECRET}\r\n', "line 3: data of a form that is not known", id="no-quotes"),
        pytest.param(f'{FIVE}{KEY}"a"=DWORD:1\r\n', "line 3: data of a form that is not known", id="dword-capitals"),
        pytest.param(f'{FIVE}{KEY}"a"=hex(0x2):00\r\n', "line 3: data of a form that is not known", id="type-0x"),
        pytest.param(f'{FIVE}{KEY}"a"=hex(100000000):\r\n', "line 3: data of a form that is not known", id="big-type"),
        pytest.param(f'{FIVE}{KEY}"a"=dword:\r\n', "line 3: data of a form that is not known", id="no-digits"),
        pytest.param(
            f'{FIVE}{KEY}"a"=dword:123456789\r\n', "line 3: something follows the value's data", id="9-digits"
        ),
        pytest.param(f'{FIVE}{KEY}"a"="b"{SECRET}\r\n', "line 3: something follows the value's data", id="after-data"),
        pytest.param(f'{FIVE}{KEY}"a"="b""\r\n', "line 3: something follows the value's data", id="quote-after-data"),
        pytest.param(f'{FIVE}{KEY}"a"=-1\r\n', "line 3: something follows the value's data", id="minus-one"),
        pytest.param(
            f'{FIVE}{KEY}"a"="C:\\x"\r\n',
            'line 3: a backslash or NUL that is not escaped (\\\\, \\") in a text',
            id="backslash",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a"="b\r\n\\\r\n"\r\n',
            'line 4: a backslash or NUL that is not escaped (\\\\, \\") in a text',
            id="backslash-at-the-end-of-a-line",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a\0"="{SECRET}"\r\n',
            'line 3: a backslash or NUL that is not escaped (\\\\, \\") in a text',
            id="nul",
        ),
        pytest.param(f'{FIVE}{KEY}"a"="{SECRET}\r\n', "line 3: the file ends in the middle of a value", id="open-text"),
        pytest.param(f'{FIVE}{KEY}"a"="{SECRET}', "line 3: the file ends in the middle of a line", id="cut-in-a-text"),
        pytest.param(f'{FIVE}{KEY}"a"="b"', "line 3: the file ends in the middle of a line", id="no-last-line-break"),
        pytest.param(f"{FIVE}{KEY[:-9]}", "line 2: the file ends in the middle of a line", id="cut-in-a-key"),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:01,\\\r\n', "line 3: the file ends in the middle of a value", id="cut-in-hex"
        ),
        pytest.param(f'{FIVE}{KEY}"a"=hex:01,\r\n', "line 3: bytes that are cut off", id="comma-at-the-end"),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:01,\\\r\n\r\n', "line 4: bytes that are cut off", id="blank-after-a-backslash"
        ),
        pytest.param(f'{FIVE}{KEY}"a"=hex:01\\\r\n,02\r\n', "line 3: bytes that are cut off", id="no-comma"),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:1,2\r\n',
            "line 3: bytes that are not written as two digits and a comma each",
            id="one-digit",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:0102,03\r\n',
            "line 3: bytes that are not written as two digits and a comma each",
            id="comma-forgotten",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:01, 02\r\n',
            "line 3: bytes that are not written as two digits and a comma each",
            id="space",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:01,zz\r\n',
            "line 3: bytes that are not written as two digits and a comma each",
            id="no-digits-in-hex",
        ),
        pytest.param(
            f'{FIVE}{KEY}"a"=hex:01,,02\r\n',
            "line 3: bytes that are not written as two digits and a comma each",
            id="two-commas",
        ),
    ),
)
def test_damage(text, problem):
    with pytest.raises(RegFileError) as caught:
        _read(text)
    assert str(caught.value) == problem
    assert SECRET not in str(caught.value)


def test_lines_without_their_ends_are_refused():
    with pytest.raises(RegFileError, match=r"^line 1: the file ends in the middle of a line$"):
        list(read_reg(REAL.splitlines()))


def test_an_empty_line_is_no_end():
    with pytest.raises(RegFileError, match=r"^line 2: the file ends in the middle of a line$"):
        list(read_reg([FIVE, "", KEY]))


@pytest.mark.parametrize(
    "lines",
    (
        pytest.param(["; " + "x" * 60 + "\r\n"], id="one-line"),
        pytest.param([KEY, '"a"="', *["x\r\n"] * 30, '"\r\n'], id="text"),
        pytest.param([KEY, '"a"=hex:\\\r\n', *["01,\\\r\n"] * 30, "01\r\n"], id="bytes"),
        pytest.param(["x" * 60], id="no-line-break"),
    ),
)
def test_a_value_that_is_too_long(lines, monkeypatch):
    monkeypatch.setattr(reg_lines, "MAX_STATEMENT", 50)
    with pytest.raises(RegFileError, match="more than 50 characters for one value"):
        _read("".join([FIVE, *lines]))


def test_many_values_are_not_too_long(monkeypatch):
    monkeypatch.setattr(reg_lines, "MAX_STATEMENT", 50)
    assert len(_values(FIVE + KEY + '"a"="b"\r\n' * 100)) == 100


def test_it_is_read_line_by_line():
    def lines():
        yield from (FIVE, KEY)
        pytest.fail("the second key was read before the first was used")

    assert next(read_reg(lines())).path == "X"


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
DATA = st.one_of(
    st.tuples(st.sampled_from((RegistryType.REG_SZ, RegistryType.REG_EXPAND_SZ)), TEXTS),
    st.tuples(st.just(RegistryType.REG_MULTI_SZ), st.lists(TEXTS.filter(bool), max_size=4).map(tuple)),
    st.tuples(st.just(RegistryType.REG_DWORD), st.integers(0, (1 << 32) - 1)),
    st.tuples(st.just(RegistryType.REG_QWORD), st.integers(0, (1 << 64) - 1)),
    st.tuples(
        st.one_of(st.sampled_from((RegistryType.REG_NONE, RegistryType.REG_BINARY)), st.integers(12, (1 << 32) - 1)),
        st.binary(max_size=120),
    ),
)
PARTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\\", min_codepoint=32), min_size=1, max_size=20
)
KEYS = st.lists(
    st.builds(
        RegistryKey,
        st.lists(PARTS, min_size=1, max_size=4).map("\\".join),
        st.lists(st.builds(lambda name, typed: RegistryValue(name, *typed), TEXTS, DATA), max_size=5).map(tuple),
    ),
    max_size=4,
)


def _keys(items):
    found = []
    for item in items:
        if isinstance(item, RegKeyLine):
            assert item.hive == "HKEY_LOCAL_MACHINE"
            found.append(RegistryKey(item.path, ()))
        else:
            found[-1] = RegistryKey(item.path, (*found[-1].values, item.value))
    return found


@given(keys=KEYS)
def test_what_is_written_is_read_again(keys):
    text = write_reg(keys)
    assert _keys(_read(text.encode("utf-16-le").decode("utf-16-le"))) == keys


@given(keys=KEYS, data=st.data())
def test_nothing_of_a_truncated_export_passes_but_at_the_end_of_a_line(keys, data):
    text = write_reg(keys)
    cut = data.draw(st.integers(0, len(text) - 1))
    items, problem = _read_or_refuse(text[:cut])
    assert problem or text[:cut].endswith(("\r", "\n"))
    assert items == _read(text)[: len(items)]


@given(text=st.text(st.sampled_from('"\\[]-=@;,:()hexdword01 \r\n\0KHLMü'), max_size=80), header=st.booleans())
def test_random_text_is_read_or_refused(text, header):
    _, problem = _read_or_refuse((FIVE + KEY) * header + text)
    assert len(problem.splitlines()) <= 1


@pytest.mark.parametrize(
    ("key", "problem"),
    (
        pytest.param(RegistryKey("X\\\\Y", ()), r"no key can be named 'HKEY_LOCAL_MACHINE\\X\\\\Y'", id="empty-part"),
        pytest.param(RegistryKey("X\n", ()), r"no key can be named 'HKEY_LOCAL_MACHINE\\X\n'", id="line-break"),
        pytest.param(
            RegistryKey("X", (RegistryValue("a\0", RegistryType.REG_SZ, ""),)),
            r"no value can be named 'a\x00'",
            id="nul-in-a-name",
        ),
        *(
            pytest.param(
                RegistryKey("X", (RegistryValue("a", kind, data),)),
                r"'a' of HKEY_LOCAL_MACHINE\X: its data cannot be written as its type",
                id=name,
            )
            for name, kind, data in (
                ("not-read", RegistryType.REG_BINARY, None),
                ("unknown", RegistryType.REG_SZ, Unknown("no", "look")),
                ("nul", RegistryType.REG_SZ, f"{SECRET}\0x"),
                ("empty-text-in-a-list", RegistryType.REG_MULTI_SZ, ("a", "", "b")),
                ("number-as-text", RegistryType.REG_SZ, 1),
                ("text-as-number", RegistryType.REG_DWORD, SECRET),
                ("big-number", RegistryType.REG_DWORD, 1 << 32),
                ("negative-number", RegistryType.REG_DWORD, -60),
                ("bytes-as-text", RegistryType.REG_SZ, b"a\0"),
            )
        ),
    ),
)
def test_what_cannot_be_written(key, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        write_reg([key])


def test_a_key_that_does_not_exist_is_left_out():
    assert write_reg([RegistryKey("X", None)]) == f"{FIVE}\r\n"


def test_lines_are_as_wide_as_regedit_writes_them():
    value = RegistryValue("b", RegistryType.REG_BINARY, bytes(60))
    assert max(map(len, write_reg([RegistryKey("X", (value,))]).splitlines())) <= 80
