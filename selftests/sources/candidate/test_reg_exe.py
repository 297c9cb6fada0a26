import pytest

from exgate.facts.registry import MASSYNC_PARAMETERS, RegistryType, RegistryValue

KEY = f"HKLM\\{MASSYNC_PARAMETERS}"


def value(name, kind, data):
    return ("SetRegistryValue", MASSYNC_PARAMETERS, RegistryValue(name, RegistryType[kind], data))


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        (f"reg add {KEY} /v ExchangeVDir /t REG_SZ /d /exchange-oma /f", value("ExchangeVDir", "REG_SZ", "/exchange-oma")),
        (f'REG ADD "{KEY}" /F /D "/exchange-oma" /V "Exchange VDir"', value("Exchange VDir", "REG_SZ", "/exchange-oma")),
        (f"reg.exe add {KEY.replace('HKLM', 'hkey_local_machine')}\\ /ve", value("", "REG_SZ", "")),
        (f"reg add {KEY} /v x /t reg_expand_sz /d %%SystemRoot%%\\x", value("x", "REG_EXPAND_SZ", "%SystemRoot%\\x")),
        (f"reg add {KEY} /v x /t REG_DWORD /d 0x1F", value("x", "REG_DWORD", 31)),
        (f"reg add {KEY} /v x /t REG_DWORD /d 4294967295", value("x", "REG_DWORD", 4294967295)),
        (f"reg add {KEY} /v x /t REG_BINARY /d 00fF", value("x", "REG_BINARY", b"\x00\xff")),
        (f"reg add {KEY} /v x /t REG_MULTI_SZ /d a\\0b\\0", value("x", "REG_MULTI_SZ", ("a", "b"))),
        (f'reg add {KEY} /v x /t REG_MULTI_SZ /s ; /d "a b;c"', value("x", "REG_MULTI_SZ", ("a b", "c"))),
        (f"reg add {KEY}", ("AddRegistryKey", MASSYNC_PARAMETERS)),
        (f'reg delete {KEY} /v "exchangevdir" /f', ("DeleteRegistryValue", MASSYNC_PARAMETERS, "exchangevdir")),
        (f"reg delete {KEY} /ve", ("DeleteRegistryValue", MASSYNC_PARAMETERS, "")),
        (f"reg delete {KEY} /f", ("DeleteRegistryKey", MASSYNC_PARAMETERS)),
    ),
)  # fmt: skip
def test_a_command_becomes_a_step(steps_of, line, expected):
    assert steps_of(line) == [expected]


@pytest.mark.parametrize(
    ("line", "problem"),
    (
        ("reg add", "reg add without a key"),
        ("reg add HKCU\\Software\\X", "'HKCU': only keys of HKEY_LOCAL_MACHINE mean anything to Exchange"),
        ("reg add \\\\BE02\\HKLM\\SOFTWARE\\X", "a key of another computer: the change is judged on each host by itself"),
        ("reg delete HKLM /f", "no key of the registry: ''"),
        ("reg add HKLM\\SOFTWARE\\\\X", "no key of the registry: 'SOFTWARE\\\\\\\\X'"),
        ("reg delete HKLM\\system\\controlset001\\Services\\MasSync /f", "which control set is the current one is not known here: name SYSTEM\\CurrentControlSet"),
        (f"reg add {KEY} /v", "reg add: /v without its value"),
        (f"reg add {KEY} /v a /V b", "reg add: /v is given twice"),
        (f"reg add {KEY} /v Exchange VDir /d x", "reg add: an argument without an option's name before it is not understood"),
        (f"reg add {KEY} /reg:64", "reg add: /reg is not understood"),
        (f"reg add {KEY} /d x", "reg add with a type or data, but without /v or /ve"),
        (f"reg add {KEY} /v x /ve", "reg takes /v or /ve, not both"),
        (f"reg add {KEY} /v x /s ; /d a;b", "reg add takes /s only for REG_MULTI_SZ"),
        (f"reg add {KEY} /v x /t REG_DWORD", "reg add of a REG_DWORD without /d"),
        (f"reg add {KEY} /v x /t REG_DWORD /d 010", "no number for a REG_DWORD (decimal, or hexadecimal with 0x)"),
        (f"reg add {KEY} /v x /t REG_DWORD /d 4294967296", "no number for a REG_DWORD (decimal, or hexadecimal with 0x)"),
        (f"reg add {KEY} /v x /t REG_BINARY /d 0", "no bytes for a REG_BINARY (two hexadecimal digits each)"),
        (f"reg add {KEY} /v x /t REG_MULTI_SZ /d a\\0\\0b", "an empty text in a REG_MULTI_SZ"),
        (f"reg add {KEY} /v x /t REG_QWORD /d 1", "reg add of the type REG_QWORD is not understood"),
        (f"reg add {KEY} /v x /d %windir%\\x", "what %windir% stands for is not known here: write its value"),
        (f'reg add "{KEY}\\" /v x', 'programs read \\" differently: leave the backslash or the quotation marks out'),
        (f"reg delete {KEY} /va /f", "reg delete /va is not understood: name each value"),
        (f"reg delete {KEY} /v x /d y", "reg delete: /d is not understood"),
    ),
)  # fmt: skip
def test_what_is_not_understood_stops(problem_of, line, problem):
    assert problem_of(setup_cmd=line) == f"change/setup.cmd:1: {problem}"
