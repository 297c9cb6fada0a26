"""Folders that are damaged, mixed up, or made to do harm: no traceback, no memory without bound, and no new pass."""

import json
import random
import sys
from collections import defaultdict

import pytest

from exgate.lab.servers import SERVERS
from selftests.sources.folder.by_hand import HABITS, files_of
from selftests.sources.folder.collected_writer import as_file, rows_of

ROLES = {name: SERVERS[name].role for name in SERVERS}
GOOD = {
    "be01": HABITS[0],
    "drift-02-ssl-on-root": HABITS[1],
    "drift-52-event-3029": HABITS[0],
    "drift-15-loopback-only": HABITS[0],
    "drift-42-exchange-2000": HABITS[3],
}
"""Servers with something that fails, in every form of files."""
WITH_THE_COLLECTOR = ("drift-15-loopback-only", "drift-52-event-3029")
CUTS = (0.3, 0.8)
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
) + b"]><a>&j;</a>"  # fmt: skip
NESTED = b"<MBProperty>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</MBProperty>"
MOST_MEMORY = 400
"""MB."""


def good_files(name):
    files = files_of(SERVERS[name], GOOD[name])
    return files | ({"collected.csv": as_file(rows_of(SERVERS[name]))} if name in WITH_THE_COLLECTOR else {})


def damages(name, file, data):
    """Give each damage of a file by name: its bytes, or what is done to its path."""
    dice = random.Random(f"{name} {file}")  # noqa: S311 - it has to repeat itself
    noise = bytes(dice.randrange(256) for _ in range(len(data)))
    yield "empty", b""
    yield "without its last byte", data[:-1]
    yield "random bytes", noise
    yield "random bytes behind its beginning", data[:40] + noise[40:]
    yield "twice", data + data
    if name == "be01":
        yield "NULs", bytes(len(data))
        yield "a folder", lambda path: path.mkdir()
        yield "a loop", lambda path: path.symlink_to(path)
    for part in CUTS:
        yield f"cut at {part}", data[: int(len(data) * part) | 1]
        yield f"cut at a line near {part}", data[: data.rfind(b"\n", 0, int(len(data) * part)) + 1]


def make(folder, role, files):
    folder.mkdir()
    (folder / "host.yml").write_text(f"role: {role}\nfront_ends: []\n", encoding="utf-8")
    for name, data in files.items():
        data(folder / name) if callable(data) else (folder / name).write_bytes(data)


@pytest.fixture(scope="module")
def judge(run_pytest, tmp_path_factory):
    """Judge the folders below one: the run, its peak in MB, and the outcomes by host and number."""

    def judge_all(parent):
        out = tmp_path_factory.mktemp("out")
        environment = {"EXGATE_RECORD": str(out / "verdicts.json"), "EXGATE_PEAK": str(out / "peak")}
        plugins = ("-p", "selftests.plugin.recorder", "-p", "selftests.plugin.peak")
        outcome = run_pytest(*plugins, f"--facts-from={parent}", environment=environment)
        found = defaultdict(dict)
        for verdict in json.loads((out / "verdicts.json").read_text(encoding="utf-8")):
            found[verdict["host"]][verdict["requirement"].removeprefix("KB817379-")] = verdict
        return outcome, float((out / "peak").read_text()), found

    return judge_all


def check(outcome, peak):
    assert outcome.status in (1, 6)
    shown = outcome.stdout + outcome.stderr + outcome.html + (outcome.folder / "junit.xml").read_text(encoding="utf-8")
    assert "Traceback" not in shown
    assert "the check itself failed" not in shown
    assert peak < MOST_MEMORY


def passes(verdicts):
    return {number for number, verdict in verdicts.items() if verdict["outcome"] == "pass"}


@pytest.mark.skipif(sys.platform == "win32", reason="resource and symbolic links are not for everybody there")
@pytest.mark.parametrize("name", GOOD)
def test_no_damage_makes_a_pass(judge, tmp_path, name):
    good, role = good_files(name), ROLES[name]
    make(tmp_path / "good", role, good)
    for file, data in good.items():
        for damage, damaged in damages(name, file, data):
            make(tmp_path / f"{file} {damage}", role, good | {file: damaged})
    outcome, peak, found = judge(tmp_path)
    check(outcome, peak)
    assert passes(found["good"])
    new = {host: passes(verdicts) - passes(found["good"]) for host, verdicts in found.items()}
    assert {host: numbers for host, numbers in new.items() if numbers} == {}


OTHER = "ws01"


@pytest.mark.skipif(sys.platform == "win32", reason="resource is not there")
def test_another_server_s_file_makes_no_pass(judge, tmp_path):
    """MetaBase.xml and most .reg files do not tell whose they are: nobody can find those out."""
    other = files_of(SERVERS[OTHER], HABITS[0]) | {"collected.csv": as_file(rows_of(SERVERS[OTHER]))}
    named = ("Application.evt", "ComputerName.reg", "collected.csv", "ipconfig.txt", "ping.txt")
    good = {name: good_files(name) for name in GOOD if GOOD[name] == HABITS[0]}
    for name, files in good.items():
        make(tmp_path / f"{name} good", ROLES[name], files)
        for file in named:
            make(tmp_path / f"{name} {file}", ROLES[name], files | {file: other[file]})
    outcome, peak, found = judge(tmp_path)
    check(outcome, peak)
    for host, verdicts in found.items():
        assert passes(verdicts) <= passes(found[f"{host.partition(' ')[0]} good"]), host
    refused = {host for host, verdicts in found.items() if {v["outcome"] for v in verdicts.values()} == {"unreachable"}}
    assert refused == {
        f"{name} {file}" for name in good for file in ("ComputerName.reg", "collected.csv", "ipconfig.txt")
    }


def large_registry(path):
    """100 MB of keys that nobody needs, in UTF-16, before the one that matters."""
    head = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Other]\r\n\r\n"
    keys = "".join(
        f"[HKEY_LOCAL_MACHINE\\SOFTWARE\\Other\\K{number}]\r\n" + '"N"="' + "x" * 4000 + '"\r\n\r\n'
        for number in range(125)
    ).encode("utf-16-le")
    with path.open("wb") as file:
        file.write(head.encode("utf-16"))
        for _ in range(100):
            file.write(keys)


def large_text(beginning, size=60):
    """Give a writer of a text that begins like something, of so many MB."""

    def write(path):
        with path.open("wb") as file:
            file.write(beginning)
            for _ in range(size):
                file.write(b"0123456789 abcd\n" * 2**16)

    return write


HARM = {
    (
        "bomb",
        "02",
    ): "MetaBase.xml: not a well-formed MetaBase.xml: it has a document type definition; next step: copy or ",
    ("nested", "02"): "MetaBase.xml: ",
    ("one long line", "42"): "Setup.reg: line 2: ",
    (
        "dots",
        "51",
    ): "sc_query.txt: no output of sc query state= all: it ends in the middle of a line; next step: make it ",
    ("large services", "51"): "sc_query.txt: it is larger than 16 MB; next step: make the file anew",
    ("large log", "52"): "log.csv: it is larger than 32 MiB; next step: save the Application log as a .evt file ",
    (
        "a log as large as may be",
        "52",
    ): "log.csv: line 5: this is not as eventquery.vbs writes csv: the file is damaged, ",
}
"""What an administrator reads, by folder and requirement, or the beginning of it."""


@pytest.mark.skipif(sys.platform == "win32", reason="resource is not there")
def test_files_that_are_made_to_do_harm(judge, tmp_path):
    good, role = good_files("be01"), ROLES["be01"]
    harm = {
        "good": {},
        "bomb": {"MetaBase.xml": BOMB},
        "nested": {"MetaBase.xml": NESTED},
        "one long line": {"Setup.reg": b"REGEDIT4\r\n[HKEY_LOCAL_MACHINE\\" + b"x" * 2**23},
        "long quoted": {"collected.csv": b'"' + b"x" * 2**23},
        "deep host": {"ipconfig.txt": good["ipconfig.txt"].replace(b" . ", b" . " * 200_000, 1)},
        "dots": {"sc_query.txt": b"SERVICE_NAME: " + b" :" * 2**22},
        "brackets": {"ping.txt": b"x [1" * 2**20},
        "large registry": {"Large.reg": large_registry},
        "large text": {"notes.txt": large_text(b"notes\r\n")},
        "large services": {"sc_query.txt": large_text(good["sc_query.txt"])},
        "large ping": {"ping.txt": large_text(good["ping.txt"])},
        "large log": {"log.csv": large_text(files_of(SERVERS["be01"], HABITS[1])["eventquery.csv"])},
        "a log as large as may be": {"log.csv": large_text(files_of(SERVERS["be01"], HABITS[1])["eventquery.csv"], 31)},
        "large collection": {"collected.csv": large_text(as_file(rows_of(SERVERS["be01"])))},
    }
    for name, files in harm.items():
        make(tmp_path / name, role, good | files)
    outcome, peak, found = judge(tmp_path)
    for folder in tmp_path.iterdir():
        for file in folder.iterdir():
            file.unlink()
    check(outcome, peak)
    assert {host for host, verdicts in found.items() if passes(verdicts) - passes(found["good"])} == set()
    said = {(host, number): found[host][number]["message"].removeprefix(f"{host}: ") for host, number in HARM}
    assert {key: text for key, text in said.items() if not text.startswith(HARM[key])} == {}
    assert passes(found["large registry"]) == passes(found["large text"]) == passes(found["good"])
