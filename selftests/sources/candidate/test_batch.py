import codecs

import pytest

SET = "adsutil set w3svc/1/root/x/{name} {value}"
BASIC = SET.format(name="AuthBasic", value="TRUE")
NTLM = SET.format(name="AuthNTLM", value="TRUE")


def told(*bits):
    return [("SetFlag", "/LM/W3SVC/1/root/x", "AuthFlags", bit, True) for bit in bits]


@pytest.mark.parametrize(
    "text",
    (
        f"{BASIC}\n{NTLM}",
        f"{BASIC} & {NTLM}",
        f"{BASIC}&&{NTLM}",
        f"@{BASIC} >nul 2>&1\n{NTLM} 1> NUL",
        f"{BASIC} >nul&{NTLM}",
        f"{BASIC} 2>nul>>nul && {NTLM}",
        f"{BASIC[:10]}^\n{BASIC[10:]}\n{NTLM}",
        f"{BASIC.replace('/x', '^/^x')}\n\t{NTLM}",
        f"@echo off\nrem {BASIC}\nREM.\n:: {BASIC} | more > file\n:label\n{BASIC} & rem {NTLM}\n{NTLM}\nexit /b 0\n\n",
        f"cd /d C:\\Inetpub\\AdminScripts\ncd..\ncd\\\npushd %~dp0\nD:\nsetlocal\n{BASIC}\n{NTLM}\npopd\nendlocal\npause",
        f'echo (100%%) done on %DATE%: "ok" & {BASIC}\necho.\necho/\nECHO;x\n{NTLM}\ntitle x\ncls\nver\ncolor 0a\nexit',
        f"net stop iisadmin /y & {BASIC}\niisreset/noforce\niisreset /restart /timeout:60\nNET start w3svc&{NTLM}",
        f"cscript %windir%\\system32\\iisback.vbs /backup /b before-1\n{BASIC}\niisback /list\n{NTLM}",
        f"cscript //h:cscript //s\niiscnfg /save\niiscnfg /export /f x.xml /sp /lm/w3svc/1\n{BASIC}&{NTLM}",
        f"reg export HKLM\\SYSTEM x.reg /y\nreg query HKLM\\SYSTEM\nreg save HKLM\\SYSTEM x.hiv\n{BASIC}&{NTLM}",
    ),
)  # fmt: skip
def test_commands_are_understood(steps_of, text):
    assert steps_of(text) == told(2, 4)


@pytest.mark.parametrize(
    ("data", "expected"),
    (
        pytest.param(BASIC.encode(), told(2), id="lf"),
        pytest.param(f"{BASIC}\r\n{NTLM}\r\n".encode(), told(2, 4), id="cr-lf"),
        pytest.param(f"{BASIC}\r{NTLM}".encode(), told(2, 4), id="cr"),
        pytest.param(codecs.BOM_UTF8 + BASIC.encode(), told(2), id="utf-8-bom"),
        pytest.param(codecs.BOM_UTF16_LE + BASIC.encode("utf-16-le"), told(2), id="utf-16-le"),
        pytest.param(b"rem f\x81r den Pf\x94rtner\r\n" + BASIC.encode(), told(2), id="oem-comment"),
        pytest.param("rem für\r\necho für\r\n".encode("cp1252") + BASIC.encode(), told(2), id="cp1252-comment"),
    ),
)
def test_encodings(steps_of, data, expected):
    assert steps_of(data) == expected


def test_letters_of_a_file_with_a_mark_are_known(steps_of):
    text = "\ufeffadsutil delete w3svc/1/root/Bücher"
    assert steps_of(text.encode("utf-16-le")) == [("DeleteKey", "/LM/W3SVC/1/root/Bücher")]


CODE_PAGE = "which letter is meant depends on the server's code page: use ASCII letters, or save the file as Unicode"


@pytest.mark.parametrize(
    ("line", "problem"),
    (
        (b"adsutil delete w3svc/1/root/B\xfccher", CODE_PAGE),
        ("adsutil delete w3svc/1/root/Bücher".encode(), CODE_PAGE),
        (b"adsutil delete w3svc/1/root/B\x81cher", "a letter that cannot be read: the file is damaged, or of another code page"),
        (b"adsutil set \x93w3svc/1/root/AuthFlags\x94 6", "U+201C is a word processor's character: type it anew"),
        (b"adsutil\xa0set w3svc/1/root/AuthFlags 6", "U+00A0 is a word processor's character: type it anew"),
        (b"adsutil\0set", "not a text file: it holds the character 0x00"),
        (b"rem\x1a", "not a text file: it holds the character 0x1a"),
        (b"for %%p in (a b) do adsutil get %%p", "the command 'for' is not understood"),
        (b"if exist x adsutil get y", "the command 'if' is not understood"),
        (b"call other.cmd", "the command 'call' is not understood"),
        (b"goto end", "the command 'goto' is not understood"),
        (b"set SITE=1", "the command 'set' is not understood"),
        (b"cmd /c adsutil get w3svc", "the command 'cmd' is not understood"),
        (b"setlocal enabledelayedexpansion", "the command 'setlocal' is not understood"),
        (b"net use \\\\dc01\\x /user:a secret", "net use is not understood: net start and net stop are"),
        (b"net", "net is not understood: net start and net stop are"),
        (b"xcopy a b", "the command 'xcopy' is not understood"),
        (b"cscript deny.vbs", "the script 'deny' is not understood, and not in this folder"),
        (b"cscript //e:jscript x.js", "cscript //e:jscript is not understood"),
        (b"iisreset /disable", "iisreset /disable is not understood"),
        (b"iisreset BE02", "iisreset BE02 is not understood"),
        (b"iisback /restore /b before-1", "what a backup of the metabase holds is not known here, so iisback /restore is not understood"),
        (b"iisback", "iisback is understood with /backup and /list only"),
        (b"reg restore HKLM\\SYSTEM x", "reg restore is not understood"),
        (b"reg", "reg is not understood"),
        (b"echo y | reg delete HKLM\\SOFTWARE\\X", "| is not understood: write one command a line"),
        (b"adsutil get w3svc || echo no", "| is not understood: write one command a line"),
        (b"echo x > note.txt", "> is not understood: only output to nul may be redirected"),
        (b"echo x >>note.txt", "> is not understood: only output to nul may be redirected"),
        (b"adsutil get w3svc < nul", "< is not understood: only output to nul may be redirected"),
        (b"(adsutil get w3svc)", "parentheses are not understood: write one command a line"),
        (b"echo " + b"x" * 8187, "longer than the 8191 characters that cmd.exe reads of a line"),
        (b"adsutil get " + b"x^\r\n" * 8187, "longer than the 8191 characters that cmd.exe reads of a line"),
        (b'adsutil get "w3svc', "a quotation mark is not closed"),
        (b"rem x ^", "a comment that ends with a caret: whether the next line belongs to it is unclear"),
        (b"echo 50% & adsutil get w3svc & echo 50%", "cmd.exe takes what stands between two percent signs for a variable: write %% for one"),
        (b"exit /b 0 & adsutil get w3svc", "never runs: line 2 leaves the batch file"),
    ),
)  # fmt: skip
def test_what_is_not_understood_stops(problem_of, line, problem):
    assert problem_of(setup_cmd=b"@echo off\r\n" + line + b"\r\n") == f"change/setup.cmd:2: {problem}"


def test_nothing_runs_after_exit(problem_of):
    assert (
        problem_of(setup_cmd=f"exit /b\n\nrem\n{BASIC}")
        == "change/setup.cmd:4: never runs: line 1 leaves the batch file"
    )


def test_a_command_stands_where_it_begins(plan_of):
    plan = plan_of(setup_cmd=f"@echo off\n{BASIC[:10]}^\n{BASIC[10:]}\n{NTLM}\n")
    assert [step.origin.line for step in plan.metabase] == [2, 4]
