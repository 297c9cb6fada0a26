"""--facts-out and --facts-from: what a run saw is judged again without a network, and gives the same verdicts."""

import base64
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

PASSWORD = "c4n@ry/of#the? lab%ü"
ENVIRONMENT = {"EXGATE_LAB_PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def live(run_pytest, tmp_path_factory):
    """The whole lab, asked and saved."""
    folder = tmp_path_factory.mktemp("saved") / "facts"
    return run_pytest("--hosts=all", f"--facts-out={folder}", environment=ENVIRONMENT), folder


@pytest.fixture(scope="module")
def replayed(run_pytest, live):
    return run_pytest(f"--facts-from={live[1]}")


def messages(outcome):
    """Verdict and message by host and requirement, as JUnit tells them."""
    return {
        key: (named["verdict"], case.result[0].message if case.result else "")
        for key, (case, named) in outcome.cases.items()
    }


def test_saved_facts_give_the_verdicts_of_the_live_run(live, replayed):
    assert len(live[0].verdicts) == 1482
    assert messages(replayed) == messages(live[0])
    assert replayed.status == live[0].status


def test_findings_read_the_same(live, replayed):
    told, again = (
        sorted(line for line in outcome.findings if not line.startswith(("report:", "facts:", "coverage ", "host ")))
        for outcome in (live[0], replayed)
    )
    assert again == told


def test_every_host_has_its_folder(live):
    assert len(list(live[1].iterdir())) == 57


@pytest.mark.parametrize(
    "form",
    (
        PASSWORD.encode(),
        quote(PASSWORD, safe="").encode(),
        PASSWORD.encode("utf-16-le"),
        base64.b64encode(PASSWORD.encode()),
        json.dumps(PASSWORD).strip('"').encode(),
    ),
)
def test_no_password_is_saved(live, form):
    for file in live[1].rglob("*"):
        assert not file.is_file() or form not in file.read_bytes(), file


def test_groups_patterns_and_front_ends_are_known_without_an_inventory(run_pytest, live):
    outcome = run_pytest(f"--facts-from={live[1]}", "--hosts=backends", "--requirement=17")
    assert outcome.status == 0
    assert {host for host, _ in outcome.verdicts} == {"be01", "be02", "be03"}


def test_every_report_says_source_time_and_age(run_pytest, live, tmp_path):
    folder = aged(live[1], tmp_path, "be01", timedelta(days=3))
    outcome = run_pytest(f"--facts-from={folder}")
    told = f"saved in {folder / 'be01'}"
    assert re.search(r"\(3 days ago\): WMI over WS-Management, http://127[0-9.:]+/wsman", outcome.html)
    assert told in outcome.html.replace("&#x27;", "'")
    assert all(f"{told} (" in named["seen"] and "(3 days ago)" in named["seen"] for _, named in outcome.cases.values())
    assert f"facts from: {folder}, hosts: all (1)" in outcome.stdout
    seen_at = datetime.fromisoformat(json.loads((folder / "be01" / "facts.json").read_text())["facts"]["collected_at"])
    assert f"facts: of 1 host, seen {seen_at:%Y-%m-%d %H:%M} UTC (3 days ago)" in outcome.findings


def aged(saved, tmp_path, host, age):
    """Copy a host's folder and make its facts older."""
    folder = tmp_path / "aged"
    shutil.copytree(saved / host, folder / host)
    file = folder / host / "facts.json"
    data = json.loads(file.read_text())
    data["facts"]["collected_at"] = (datetime.now(UTC) - age).isoformat()
    file.write_text(json.dumps(data))
    return folder


@pytest.mark.parametrize(
    ("age", "max_age", "status", "verdicts"),
    (
        (timedelta(hours=23), "24h", 0, {"pass", "not applicable"}),
        (timedelta(hours=25), "24h", 6, {"unknown"}),
        (timedelta(days=400), "400d", 6, {"unknown"}),
        (timedelta(hours=-2), "24h", 6, {"unknown"}),
    ),
)
def test_facts_that_are_too_old_or_of_the_future_are_unknown(
    run_pytest, live, tmp_path, age, max_age, status, verdicts
):
    outcome = run_pytest(f"--facts-from={aged(live[1], tmp_path, 'be01', age)}", f"--max-age={max_age}")
    assert outcome.status == status
    assert set(outcome.verdicts.values()) == verdicts


def test_old_facts_say_how_old_they_are(run_pytest, live, tmp_path):
    folder = aged(live[1], tmp_path, "be01", timedelta(hours=25))
    outcome = run_pytest(f"--facts-from={folder}", "--max-age=24h")
    (line, *_) = outcome.findings
    assert line.startswith("UNKNOWN     be01: the facts of ")
    assert (
        " are too old to be believed (25 hours old; --max-age allows 24 hours); next step: collect them again (26 "
        in line
    )


def broken(text):
    return lambda folder: (folder / "be01" / "facts.json").write_text(text)


def edited(**changes):
    def edit(folder):
        file = folder / "be01" / "facts.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return edit


@pytest.mark.parametrize(
    ("damage", "problem"),
    (
        (broken(""), "facts.json is no JSON, or is cut off; next step: save it again with --facts-out"),
        (broken('{"schema": "exg'), "facts.json is no JSON, or is cut off; next step: save it again with --facts-out"),
        (broken("[1]"), "facts.json was not written by exgate; next step: save it again with --facts-out"),
        (broken("[" * 100_000), "facts.json is no JSON, or is cut off; next step: save it again with --facts-out"),
        (edited(schema_version=2), "facts.json has the form 2, and this exgate reads 1; next step: update exgate"),
        (edited(schema_version=0), "facts.json has the form 0, and this exgate reads 1; next step: save it again with --facts-out"),
        (edited(host="be02"), "facts.json: it holds the facts of another host; next step: save it again with --facts-out"),
        (edited(facts={}), "facts.json: expected every fact of a host, and nothing else; next step: save it again with --facts-out"),
        (
            lambda folder: (folder / "be01" / "MetaBase.xml").unlink(),
            "MetaBase.xml cannot be read: No such file or directory; next step: save it again with --facts-out",
        ),
        (
            lambda folder: (folder / "be01" / "more.reg").write_text("x"),
            "more.reg lies beside facts.json, which holds all that the run saw; next step: put files of your own into a folder without facts.json",
        ),
    ),
)  # fmt: skip
def test_a_damaged_folder_is_one_cause(run_pytest, live, tmp_path, damage, problem):
    shutil.copytree(live[1] / "be01", tmp_path / "facts" / "be01")
    damage(tmp_path / "facts")
    outcome = run_pytest(f"--facts-from={tmp_path / 'facts'}")
    assert outcome.status == 6
    assert set(outcome.verdicts.values()) == {"unreachable"}
    assert outcome.findings[0] == f"UNREACHABLE be01: no facts: {tmp_path / 'facts' / 'be01'}: {problem} (26 verdicts)"


def test_an_inventory_decides_who_is_judged_and_as_what(run_pytest, live, tmp_path):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("all:\n  hosts:\n    be01: {role: standalone}\n    be09: {role: back-end}\n")
    outcome = run_pytest(f"--facts-from={live[1]}", f"--inventory={inventory}", "--hosts=all", "--requirement=41,63")
    assert outcome.verdicts == {
        ("be01", "KB817379-41"): "pass",
        ("be01", "KB817379-63"): "unknown",
        ("be09", "KB817379-41"): "unreachable",
        ("be09", "KB817379-63"): "unreachable",
    }
    missing = f"no facts: there is no folder {live[1] / 'be09'}; next step: save its facts with --facts-out, or make the folder by"
    assert any(missing in line for line in outcome.findings)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    (
        (("--facts-from=/nowhere",), "/nowhere: there is no such folder"),
        (("--facts-from={empty}",), "{empty} holds no folder of a host"),
        (
            ("--facts-from={saved}/be01",),
            "{saved}/be01 is the folder of one host; name the folder above it, and the host with --hosts=be01",
        ),
        (("--facts-from={saved}", "--hosts=be99"), '{saved}: "be99" is neither a host nor a group'),
        (
            ("--facts-from={saved}", "--facts-out={empty}"),
            "--facts-out saves what is asked of hosts, and --facts-from asks nobody: leave out one",
        ),
        (
            ("--facts-from={saved}", "--max-age=old"),
            "--max-age=old: give a number of minutes, hours or days: 90m, 24h, 7d",
        ),
        (
            ("--facts-from={saved}", "--max-age=0h"),
            "--max-age=0h: give a number of minutes, hours or days: 90m, 24h, 7d",
        ),
        (("--hosts=be01", "--facts-out={file}"), "--facts-out={file}: no facts can be saved there: File exists"),
    ),
)
def test_a_wrong_command_line_is_one_line(run_pytest, live, tmp_path, arguments, problem):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    names = {"saved": live[1], "empty": tmp_path / "empty", "file": tmp_path / "file"}
    outcome = run_pytest(*(argument.format(**names) for argument in arguments))
    assert outcome.status == 4
    assert f"ERROR: {problem.format(**names)}" in outcome.stderr


def test_a_folder_that_is_no_snapshot_is_never_written_over(run_pytest, tmp_path):
    (tmp_path / "be01").mkdir()
    (tmp_path / "be01" / "MetaBase.xml").write_text("mine")
    outcome = run_pytest("--hosts=be01", f"--facts-out={tmp_path}")
    assert outcome.status == 4
    told = f"{tmp_path / 'be01'} holds no facts.json, and only a snapshot is written over"
    assert f"ERROR: --facts-out={tmp_path}: be01 cannot be saved: {told}" in outcome.stderr
    assert [entry.name for entry in (tmp_path / "be01").iterdir()] == ["MetaBase.xml"]
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".")]


def test_a_snapshot_is_replaced_whole(run_pytest, tmp_path):
    for arguments in (("--hosts=be01",), ("--hosts=be01", "--no-wire")):
        assert run_pytest(*arguments, f"--facts-out={tmp_path / 'facts'}").status == 0
    assert [entry.name for entry in (tmp_path / "facts").iterdir()] == ["be01"]
    saved = json.loads((tmp_path / "facts" / "be01" / "facts.json").read_text())
    assert saved["facts"]["wire"] == {
        "unknown": "the web site was not asked",
        "next_step": "run again without --no-wire",
    }


def test_hosts_of_a_folder_are_listed(run_pytest, live):
    outcome = run_pytest(f"--facts-from={live[1]}", "--hosts=backends", "--list-hosts")
    assert outcome.status == 0
    assert outcome.stdout.splitlines() == [f"be0{n}  back-end  {live[1] / f'be0{n}'}" for n in (1, 2, 3)]


OWN_TESTS = """
def test_command(host):
    assert host.run("hostname").stdout

def test_saved_key(host):
    assert host.registry(r"SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters").exists

def test_other_key(host):
    assert host.registry(r"SOFTWARE\\Microsoft\\InetStp").exists

def test_facts(host):
    assert host.facts.network.computer_name
"""


def test_own_tests_see_what_was_saved_and_nothing_else(run_pytest, live, tmp_path):
    (tmp_path / "test_own.py").write_text(OWN_TESTS)
    outcome = run_pytest(f"--facts-from={live[1]}", "--hosts=sa01", "-c", "pytest.ini", str(tmp_path / "test_own.py"))
    assert outcome.status == 6
    assert outcome.findings[0].endswith(
        "sa01: no command can be run: these facts are saved ones; next step: ask the server, without --facts-from"
    )
    assert outcome.findings[1].endswith(
        r"sa01: the registry key HKLM\SOFTWARE\Microsoft\InetStp was not read; next step: read it with host.registry(...)"
    )
    assert "2 passed, 2 errors" in outcome.stdout
