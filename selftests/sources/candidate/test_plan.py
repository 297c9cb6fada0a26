import os

import pytest

from exgate.facts.change import Plan, PlanError
from exgate.sources.candidate import describe, files, read_plan

EXPORT = (
    '<configuration><MBProperty><IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT/Exchange"/></MBProperty></configuration>'
)
SCRIPT = 'Set o = GetObject("IIS://localhost/W3SVC/1/ROOT/exchange-oma"): o.AuthBasic = True: o.SetInfo'
REG = 'REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters]\n"ExchangeVDir"="/exchange-oma"\n"Other"=hex:00\n"exchangevdir"=-\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\n@="secret"\n[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Y]\n'
COMMANDS = (
    "@echo off\n"
    "adsutil set w3svc/1/root/exchange-oma/AuthFlags 6\n"
    "adsutil delete w3svc/1/root/exchange-oma/AccessSSLFlags\n"
    'adsutil set w3svc/1/ServerBindings ":80:" ":8080:"\n'
    'adsutil set w3svc/1/root/HttpRedirect ""\n'
    "adsutil delete w3svc/1/root/old\n"
    "reg add HKLM\\SOFTWARE\\X /v Port /t REG_DWORD /d 1\n"
)  # fmt: skip


def described(plan):
    return [line.replace("change\\", "change/") for line in describe(plan)]


def test_a_whole_change_in_its_order(plan_of):
    plan = plan_of(z_reg=REG, b_cmd=COMMANDS, a_vbs=SCRIPT, exchange__oma_xml=EXPORT, desktop_ini="x", Thumbs_db="x")
    oma, parameters = "/LM/W3SVC/1/root/exchange-oma", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters"
    assert described(plan) == [
        "change/exchange-oma.xml: create /LM/W3SVC/1/ROOT/exchange-oma from an export",
        "change/a.vbs:1: switch on 2 (AuthBasic) in AuthFlags of /LM/W3SVC/1/ROOT/exchange-oma",
        f"change/b.cmd:2: set AuthFlags of {oma} to 6 (AuthBasic | AuthNTLM)",
        f"change/b.cmd:3: delete AccessSSLFlags of {oma}, which then inherits it",
        "change/b.cmd:4: set ServerBindings of /LM/W3SVC/1 to :80:, :8080:",
        "change/b.cmd:5: set HttpRedirect of /LM/W3SVC/1/root to ''",
        "change/b.cmd:6: delete /LM/W3SVC/1/root/old and all below it",
        "change/b.cmd:7: set Port of HKLM\\SOFTWARE\\X to a REG_DWORD",
        f"change/z.reg:3: make {parameters} if it is missing",
        f"change/z.reg:4: set ExchangeVDir of {parameters} to '/exchange-oma' (REG_SZ)",
        f"change/z.reg:5: set Other of {parameters} to b'\\x00' (REG_BINARY)",
        f"change/z.reg:6: delete exchangevdir of {parameters}",
        "change/z.reg:7: make HKLM\\SOFTWARE\\X if it is missing",
        "change/z.reg:8: set the default value of HKLM\\SOFTWARE\\X to a REG_SZ",
        "change/z.reg:9: delete HKLM\\SOFTWARE\\Y and all below it",
    ]


def test_commands_and_scripts_go_by_name(plan_of):
    line = "adsutil delete w3svc/1/root/"
    plan = plan_of(**{"2_bat": f"{line}c", "10_CMD": f"{line}a", "1a_vbs": SCRIPT, "b_txt": f"{line}d"})
    assert described(plan) == [
        "change/10.CMD:1: delete /LM/W3SVC/1/root/a and all below it",
        "change/1a.vbs:1: switch on 2 (AuthBasic) in AuthFlags of /LM/W3SVC/1/ROOT/exchange-oma",
        "change/2.bat:1: delete /LM/W3SVC/1/root/c and all below it",
        "change/b.txt:1: delete /LM/W3SVC/1/root/d and all below it",
    ]


def test_a_change_of_nothing_is_a_plan(plan_of):
    assert plan_of(setup_cmd="rem nothing yet") == Plan()


def test_a_bad_file_leaves_nothing_of_the_others(problem_of):
    assert problem_of(a_cmd=COMMANDS, b_cmd="format c:") == "change/b.cmd:1: the command 'format' is not understood"


KINDS = "not a kind of file that holds a change (.bat, .cmd, .reg, .txt, .vbs, .xml)"


def fill_with_folder(folder):
    (folder / "old").mkdir()


def fill_with_other(folder):
    (folder / "notes.doc").write_bytes(b"")


def fill_with_system_files(folder):
    for name in (".DS_Store", "Thumbs.db", "Desktop.ini"):
        (folder / name).write_bytes(b"")


def fill_with_much(folder):
    (folder / "a.cmd").write_bytes(b"rem\n" * (files.COMMANDS_LIMIT // 4) + b"x")


def fill_with_much_data(folder):
    (folder / "a.xml").write_bytes(b" " * (files.DATA_LIMIT + 1))


def fill_with_many(folder):
    for number in range(files.COUNT_LIMIT + 1):
        (folder / f"{number}.cmd").write_bytes(b"")


@pytest.mark.parametrize(
    ("fill", "problem"),
    (
        pytest.param(fill_with_folder, "change/old: a folder inside the change is not read: put its files beside the others", id="folder"),
        pytest.param(fill_with_other, f"change/notes.doc: {KINDS}", id="other-kind"),
        pytest.param(fill_with_system_files, "change: no change in this folder: put .xml, .cmd, .vbs or .reg files into it", id="empty"),
        pytest.param(fill_with_much, "change/a.cmd: larger than 256 KB", id="large"),
        pytest.param(fill_with_much_data, "change/a.xml: larger than 8192 KB", id="large-data"),
        pytest.param(fill_with_many, "change: more than 200 files in this folder", id="many"),
    ),
)  # fmt: skip
def test_a_folder_that_is_no_change_stops(tmp_path, problem_of, fill, problem):
    (tmp_path / "change").mkdir()
    fill(tmp_path / "change")
    assert problem_of() == problem


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(PlanError) as caught:
        read_plan(tmp_path / "missing")
    assert str(caught.value) == f"{tmp_path / 'missing'}: cannot read this folder: {os.strerror(2)}"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path, problem_of):
    (tmp_path / "change").mkdir()
    os.mkfifo(tmp_path / "change" / "a.cmd")
    assert problem_of() == "change/a.cmd: not a regular file"


def test_names_that_differ_in_case_only(tmp_path, problem_of):
    (tmp_path / "change").mkdir()
    for name in ("A.cmd", "a.cmd"):
        (tmp_path / "change" / name).write_bytes(b"")
    if len(list((tmp_path / "change").iterdir())) == 1:
        pytest.skip("this file system does not tell them apart")
    assert problem_of() == "change/a.cmd: Windows does not tell this name from A.cmd"
