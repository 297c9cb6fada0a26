import pytest

from exgate.facts.registry import MASSYNC_PARAMETERS, RegistryType, RegistryValue

HEADER = "Windows Registry Editor Version 5.00\n\n"
KEY = f"[HKEY_LOCAL_MACHINE\\{MASSYNC_PARAMETERS}]\n"
VALUE = '"ExchangeVDir"="/exchange-oma"\n'
STEPS = [
    ("AddRegistryKey", MASSYNC_PARAMETERS),
    ("SetRegistryValue", MASSYNC_PARAMETERS, RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/exchange-oma")),
]


@pytest.mark.parametrize("encoding", ("utf-16", "ascii", "utf-8-sig"))
def test_a_file_is_read_by_itself(steps_of, encoding):
    text = (HEADER + KEY + VALUE).replace("\n", "\r\n")
    assert steps_of("rem", mas_reg=text.encode(encoding)) == STEPS


def test_values_and_keys_are_deleted(steps_of):
    text = f'{HEADER}{KEY}"exchangevdir"=-\n@=-\n[-HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n'
    assert steps_of("rem", mas_reg=text) == [
        ("AddRegistryKey", MASSYNC_PARAMETERS),
        ("DeleteRegistryValue", MASSYNC_PARAMETERS, "exchangevdir"),
        ("DeleteRegistryValue", MASSYNC_PARAMETERS, ""),
        ("DeleteRegistryKey", "SOFTWARE\\X"),
    ]


@pytest.mark.parametrize("name", ("mas.reg", ".\\MAS.reg", '"%~dp0mas.reg"'))
def test_a_file_that_a_command_imports_is_read_there_and_not_again(steps_of, name):
    line = f"reg delete HKLM\\{MASSYNC_PARAMETERS} /f\nreg import {name}\nreg add HKLM\\SOFTWARE\\X"
    assert steps_of(line, mas_reg=HEADER + KEY + VALUE) == [
        ("DeleteRegistryKey", MASSYNC_PARAMETERS),
        *STEPS,
        ("AddRegistryKey", "SOFTWARE\\X"),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    (
        ("reg import", "reg import takes one file"),
        ("reg import other.reg", "'other.reg' is no .reg file of this folder: put it here, and name it without a path"),
        ("reg import C:\\x\\mas.reg", "'mas.reg' is no .reg file of this folder: put it here, and name it without a path"),
        ("reg import setup.cmd", "'setup.cmd' is no .reg file of this folder: put it here, and name it without a path"),
        ("reg export HKLM\\SYSTEM mas.reg", "this overwrites mas.reg of this folder, whose new content is not known here"),
    ),
)  # fmt: skip
def test_imports_that_are_not_understood(problem_of, line, problem):
    assert problem_of(setup_cmd=line, mas_reg=HEADER) == f"change/setup.cmd:1: {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        ("", "1: the file is empty"),
        ("x\n", '1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"'),
        (f"{HEADER}[HKEY_CURRENT_USER\\X]\n", "3: HKEY_CURRENT_USER: only keys of HKEY_LOCAL_MACHINE mean anything to Exchange"),
        (f"{HEADER}[HKEY_LOCAL_MACHINE]\n", "3: no key of the registry: ''"),
        (f"{HEADER}[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\X]\n", "3: which control set is the current one is not known here: name SYSTEM\\CurrentControlSet"),
        (f'{HEADER}{KEY}"x"=hex(4):00\n', "4: a REG_DWORD of 1 bytes instead of 4"),
        (f'{HEADER}{KEY}"x"="\n', "4: the file ends in the middle of a value"),
        ((HEADER + KEY).encode() + b'"x"="\xfc"\r\n', "4: which letter is meant depends on the server's code page: use ASCII letters, or save the file as Unicode"),
    ),
)  # fmt: skip
def test_a_file_that_is_not_understood_stops(problem_of, text, problem):
    assert problem_of(mas_reg=text) == f"change/mas.reg:{problem}"
