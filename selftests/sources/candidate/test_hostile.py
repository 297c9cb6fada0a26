"""Random commands are read back, and random bytes give a plan or one line of error."""

import codecs
import string
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from exgate.facts.change import DeleteProperty, Plan, PlanError, SetFlag, SetProperty, SetRegistryValue
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.sources.candidate import describe, read_plan

SEGMENT = st.text(string.ascii_letters + string.digits + "-_. $~'!", min_size=1).filter(
    lambda text: text.strip() == text
)
FLAGS = st.sampled_from((AuthFlags, AccessSSLFlags, AccessFlags)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(st.sampled_from(list(kind)), unique=True).map(sum))
)
TEXT = st.text(
    "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"<>'), max_size=40
).filter(lambda text: not text.endswith("\\"))  # fmt: skip
CASES = st.sampled_from((str.lower, str.upper, str.title))
FRAGMENTS = st.lists(
    st.sampled_from(
        (
            *('"', "^", "&", "&&", "|", "%", "%%", "(", ")", ">", ">nul", "<", "\n", "\r\n", ":", "'", "_\n", ",", "=", "\\", "\\\\"),
            *("adsutil ", "set ", "delete ", "w3svc/1/root/x/", "AuthFlags ", "6 ", "0x8000 ", "IPSecurity ", "cscript ", "//nologo "),
            *("reg ", "add ", "import ", "HKLM\\SOFTWARE\\X ", "/v ", "/d ", "/t ", "REG_MULTI_SZ ", "iiscnfg /import ", "a.xml ", "exit ", "rem "),
            *("Set o", " = GetObject(", '"IIS://localhost/W3SVC/1"', ")", "o.", "SetInfo", "Array(", "True", "s.IPGrant", "Dim ", "Option Explicit"),
            *("REGEDIT4\n", "[HKEY_LOCAL_MACHINE\\X]\n", "[-", '"x"=', "hex:00,\\\n", "dword:1", "@=-\n"),
            *("<configuration>", "<IIsWebVirtualDir Location='/LM/W3SVC/1/ROOT/x'/>", "</configuration>", "<!DOCTYPE a [<!ENTITY b 'c'>]>"),
            *("\0", "\ufeff", "\ufffd", "ü", "\u2028", "\x1a", "\t"),
        )
    )
).map("".join)  # fmt: skip
ENCODED = st.tuples(
    FRAGMENTS, st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"))
).map(lambda pair: pair[0].encode(pair[1], errors="replace"))
PATIENT = settings(deadline=None)
NAMES = st.sampled_from(("a.cmd", "b.bat", "c.txt", "d.vbs", "e.reg", "f.xml"))


def read(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        return read_plan(Path(folder))


def quoted(text):
    return '"' + text.replace("%", "%%") + '"'


@settings(PATIENT)
@given(SEGMENT, FLAGS, CASES)
def test_flags_are_read_back(segment, flags, case):
    kind, number = flags
    path = f"w3svc/1/root/{segment}/{case(kind.__name__)}"
    (step,) = read({"a.cmd": f"{case('adsutil')} {case('set')} {quoted(path)} {number}\r\n".encode()}).metabase
    assert (step.location, step.name, step.value) == (f"/LM/W3SVC/1/root/{segment}", kind.__name__, number)
    assert isinstance(step, SetProperty)
    assert type(step.value) is kind


@settings(PATIENT)
@given(SEGMENT, TEXT)
@example("x", "a & b | c ^ d (e) 100% !f!")
@example("x", "\\\\.\\BackOfficeStorage\\lab.example\\MBX")
def test_texts_are_read_back(segment, text):
    line = f"cscript adsutil.vbs set {quoted(f'w3svc/1/root/{segment}/Path')} {quoted(text)} & rem & x"
    (step,) = read({"a.cmd": line.encode()}).metabase
    assert step.value == text


@settings(PATIENT)
@given(SEGMENT, TEXT)
def test_registry_values_are_read_back(name, text):
    key = f"SOFTWARE\\{name}"
    line = f"reg add {quoted(f'HKLM/{key}'.replace('/', chr(92)))} /f /d {quoted(text)} /v {quoted(name)}"
    (step,) = read({"a.cmd": line.encode()}).registry
    assert isinstance(step, SetRegistryValue)
    assert (step.path, step.value.name, step.value.data) == (key, name, text)


@settings(PATIENT)
@given(SEGMENT, TEXT, st.booleans())
def test_scripts_are_read_back(segment, text, on):
    lines = (
        f'Set key = GetObject("IIS://localhost/W3SVC/1/ROOT/{segment}")',
        f'key.HttpRedirect = "{text}"',
        f"key.AuthNTLM = {on}",
        "key.SetInfo",
    )
    redirect, flag = read({"a.vbs": "\r\n".join(lines).encode()}).metabase
    assert (redirect.location, redirect.value) == (f"/LM/W3SVC/1/ROOT/{segment}", text)
    assert isinstance(flag, SetFlag)
    assert flag.on is on


@settings(PATIENT)
@given(st.lists(st.sampled_from(("set w3svc/A/AuthFlags 6", "delete w3svc/A/AuthFlags")), max_size=8))
def test_steps_stay_in_their_order(verbs):
    steps = read({"a.cmd": "\n".join(f"adsutil {verb}" for verb in verbs).encode()}).metabase
    assert [isinstance(step, DeleteProperty) for step in steps] == [verb.startswith("delete") for verb in verbs]


@settings(PATIENT, max_examples=400)
@given(st.dictionaries(NAMES, st.one_of(st.binary(max_size=200), ENCODED), min_size=1))
@example({"f.xml": b"<" * 100_000})
@example({"f.xml": b"<a>" * 100_000})
@example({"f.xml": b'<?xml version="1.0" encoding="utf-99"?><a/>'})
@example({"a.cmd": b"^" * 100_001})
@example({"a.cmd": b"%" * 100_001})
@example({"a.cmd": b'"' * 100_001})
@example({"a.cmd": b"&" * 100_000})
@example({"a.cmd": b"a^\n" * 10_000})
@example({"d.vbs": b"x _\n" * 10_000})
@example({"d.vbs": b":" * 100_000})
@example({"d.vbs": b"((((" * 10_000})
@example({"e.reg": codecs.BOM_UTF16_LE + b"\xd8" * 101})
def test_random_files_give_a_plan_or_one_line(files):
    try:
        plan = read(files)
    except PlanError as error:
        text = str(error)
    else:
        assert isinstance(plan, Plan)
        text = " ".join(describe(plan))
    assert not {"\n", "\r", "\0"} & set(text)
