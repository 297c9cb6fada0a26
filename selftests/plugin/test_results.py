"""results.json as a run leaves it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from exgate.reports.results_reader import read_results

from .conftest import PROJECT

SCHEMA = json.loads((PROJECT / "docs" / "results.schema.json").read_text(encoding="utf-8"))
PASSWORD = "not/in\"any<report>&'é"
INTERRUPTED = "def test_own(host):\n    raise KeyboardInterrupt\n"
UNSEEN = "def test_own(host):\n    assert host.metabase('W3SVC/1').exists\n"


def problems(data):
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(data)]


@pytest.fixture(scope="module")
def compliant(run_pytest):
    return json.dumps(run_pytest("--hosts=be01", "--requirement=02").results)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("change", "problem"),
    (
        pytest.param(lambda d: d.update(more=1), "'more' was unexpected", id="an-unknown-field"),
        pytest.param(lambda d: d["run"].pop("complete"), "'complete' is a required property", id="a-missing-field"),
        pytest.param(lambda d: d["verdicts"][0].update(since="today"), "'today' is not valid under any", id="no-time"),
        pytest.param(lambda d: d["hosts"][0]["facts"][0].update(value=None), "is not of type 'string'", id="no-reason"),
    ),
)
def test_the_schema_is_strict(compliant, change, problem):
    data = json.loads(compliant)
    assert problems(data) == []
    change(data)
    assert any(problem in each for each in problems(data)), problems(data)


@pytest.mark.parametrize(
    ("arguments", "status", "counts"),
    (
        pytest.param(("--hosts=be01",), 0, {"pass": 14, "not applicable": 12}, id="pass"),
        pytest.param(("--hosts=drift-02-ssl-on-root",), 1, {"pass": 11, "fail": 2, "not applicable": 13}, id="fail"),
        pytest.param(("--hosts=half-blind",), 6, {"pass": 4, "unknown": 10, "not applicable": 12}, id="unknown"),
        pytest.param(("--hosts=dead",), 6, {"unreachable": 26}, id="unreachable"),
        pytest.param(("--hosts=fe01", "--no-wire"), 0, {"pass": 5, "not applicable": 16}, id="no-wire"),
        pytest.param(("--hosts=be01", "--events-since=7d", "--requirement=52"), 0, {"pass": 1}, id="events-since"),
    ),
)
def test_every_kind_of_run_is_as_the_schema_says(run_pytest, arguments, status, counts):
    outcome = run_pytest(*arguments)
    data = outcome.results
    assert problems(data) == []
    assert (outcome.status, data["run"]["exit_status"], data["run"]["complete"]) == (status, status, True)
    assert {name: number for name, number in data["summary"].items() if number} == counts
    assert {(v["host"], v["requirement"]): v["outcome"] for v in data["verdicts"]} == outcome.verdicts
    assert f"exit status {status}: {data['run']['exit_words']}" in outcome.findings
    assert f"report: {outcome.folder / 'results.json'}" in outcome.findings
    assert read_results(outcome.folder / "results.json").to_json() == data


def test_what_a_run_says_of_itself(run_pytest):
    data = run_pytest("--hosts=fe01,be01", "--no-wire", "--events-since=2005-10-31", "--fail-on=fail").results
    run = data["run"]
    assert run["started"] <= run["finished"]
    assert {name: run[name] for name in run if name not in {"started", "finished"}} == {
        "hosts": "fe01,be01",
        "inventory": "inventories/lab.yml",
        "facts_from": None,
        "candidate": None,
        "exit_status": 0,
        "exit_words": run["exit_words"],
        "complete": True,
        "left_out": [f"KB817379-{number}" for number in (53, 61, 62, 63, 64)],
        "events_since": "2005-10-31T00:00:00Z",
        "fail_on": ["fail"],
        "only_new": False,
        "baseline": None,
        "other_tests": {"passed": 0, "failed": 0, "skipped": 0},
    }
    assert [host["name"] for host in data["hosts"]] == ["be01", "fe01"]
    assert (data["gone"], data["drift"]) == ([], [])
    assert [record["id"] for record in data["requirements"]][:2] == ["KB817379-01", "KB817379-02"]
    assert len(data["requirements"]) == 21


def test_hosts_say_what_was_seen_of_them(run_pytest):
    seen, dead = run_pytest("--hosts=be01,dead").results["hosts"]
    assert seen["seen"]["source"].startswith("WMI over WS-Management, http://")
    assert (seen["unreachable"], seen["role"], seen["organization"]) == (None, "back-end", "Lab")
    facts = {fact["name"]: fact for fact in seen["facts"]}
    assert facts["metabase /LM/W3SVC/1/ROOT/Exchange AuthFlags"] == {
        "name": "metabase /LM/W3SVC/1/ROOT/Exchange AuthFlags",
        "value": "6 (AuthBasic | AuthNTLM)",
        "where": "set on /LM/W3SVC/1/ROOT/Exchange",
        "unknown": None,
        "volatile": False,
    }
    assert (dead["seen"], dead["unreachable"]["cause"], dead["facts"]) == (None, "connect", [])


def test_findings_have_a_date_and_a_fail_its_remedy(run_pytest):
    data = run_pytest("--hosts=drift-02-ssl-on-root,dead", "--requirement=01,02").results
    found = [
        (v["host"], v["outcome"], v["since"] == data["run"]["started"], bool(v["remedy"])) for v in data["verdicts"]
    ]
    assert found == [
        ("drift-02-ssl-on-root", "pass", False, False),
        ("drift-02-ssl-on-root", "fail", True, True),
        ("dead01", "unreachable", True, False),
        ("dead01", "unreachable", True, False),
    ]
    assert {v["change"] for v in data["verdicts"]} == {None}
    assert {v["waiver"] for v in data["verdicts"]} == {None}


@pytest.mark.parametrize(
    ("hosts", "arguments", "status", "number"),
    (
        pytest.param("drift-02-ssl-on-root,be01", ("-x",), 1, 28, id="stopped-at-the-first-finding"),
        pytest.param("half-blind,be01", ("-x", "--fail-on=fail"), 6, 27, id="stopped-though-it-would-not-count"),
    ),
)
def test_a_run_that_stopped_early_is_not_complete(run_pytest, hosts, arguments, status, number):
    outcome = run_pytest(f"--hosts={hosts}", *arguments)
    data = outcome.results
    assert problems(data) == []
    assert (outcome.status, data["run"]["complete"], len(data["verdicts"])) == (status, False, number)


def test_a_run_that_is_interrupted_leaves_what_it_has(run_pytest, own):
    outcome = run_pytest("--hosts=be01,be02", "-p", "no:randomly", "tests/test_a_mobile_vdir.py", own(INTERRUPTED))
    data = outcome.results
    assert problems(data) == []
    assert (outcome.status, data["run"]["exit_status"], data["run"]["complete"]) == (2, 2, False)
    assert data["run"]["exit_words"] == "the run was interrupted: it is incomplete"
    assert 0 < len(data["verdicts"]) < 14


def test_a_run_that_is_interrupted_before_it_has_judged_anything_leaves_none(run_pytest, own):
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", own(INTERRUPTED))
    assert (outcome.status, (outcome.folder / "results.json").exists()) == (2, False)
    assert not any("results.json" in line for line in outcome.findings)


def test_an_own_test_that_cannot_see_is_a_verdict(run_pytest, own):
    data = run_pytest("-c", "pytest.ini", "--hosts=half-blind", own(UNSEEN)).results
    assert problems(data) == []
    (verdict,) = data["verdicts"]
    assert (verdict["outcome"], verdict["severity"], data["requirements"]) == ("unknown", "-", [])
    assert verdict["requirement"].endswith("::test_own[blind01]")


@pytest.mark.parametrize(
    "arguments",
    (
        pytest.param(("--hosts=nobody",), id="unknown-host"),
        pytest.param(("--hosts=be01", "--requirement=99"), id="refused-when-collected"),
        pytest.param(("--hosts=be01", "-k", "no_such_test"), id="nothing-selected"),
        pytest.param(("--hosts=be01", "--only-new"), id="only-new-without-a-baseline"),
    ),
)
def test_an_old_file_does_not_survive_a_run_that_judges_nothing(run_pytest, tmp_path, arguments):
    (tmp_path / "results.json").write_text("all green", encoding="utf-8")
    assert run_pytest(*arguments, folder=tmp_path).status in {4, 5}
    assert not (tmp_path / "results.json").exists()


def test_an_old_file_stays_when_tests_are_only_collected(run_pytest, tmp_path):
    (tmp_path / "results.json").write_text("old", encoding="utf-8")
    assert run_pytest("--hosts=be01", "--collect-only", folder=tmp_path).status == 0
    assert (tmp_path / "results.json").read_text(encoding="utf-8") == "old"


def test_a_listing_writes_none(run_pytest):
    assert list(run_pytest("--list-requirements").folder.glob("*.json")) == []


def test_nothing_is_written_without_a_name(run_pytest):
    outcome = run_pytest("--hosts=be01", "--results=")
    assert outcome.status == 0
    assert list(outcome.folder.glob("*.json")) == []
    assert not any("results.json" in line for line in outcome.findings)


@pytest.mark.parametrize(
    ("place", "reason"),
    (
        pytest.param(PROJECT, "Is a directory", id="a-folder"),
        pytest.param(PROJECT / "README.md" / "below" / "results.json", "Not a directory", id="below-a-file"),
    ),
)
def test_a_place_that_cannot_be_written_is_a_usage_error(run_pytest, place, reason):
    outcome = run_pytest("--hosts=be01", f"--results={place}")
    assert (outcome.status, outcome.stderr.strip()) == (4, f"ERROR: {place}: no report can be written there: {reason}")


def test_a_folder_is_made(run_pytest, tmp_path):
    place = tmp_path / "new" / "folder" / "results.json"
    assert run_pytest("--hosts=be01", f"--results={place}").status == 0
    assert [path.name for path in place.parent.iterdir()] == ["results.json"]


def test_a_run_that_cannot_leave_its_results_is_no_success(run_pytest, own, tmp_path):
    place = tmp_path / "folder" / "results.json"
    text = f"import shutil\n\ndef test_own(host):\n    shutil.rmtree({str(place.parent)!r})\n"
    outcome = run_pytest("--hosts=be01", f"--results={place}", "tests/test_a_mobile_vdir.py", own(text))
    assert outcome.status == 3
    assert outcome.findings[-1] == f"{place}: no report can be written there: No such file or directory"
    assert "exit status 3: a report could not be written" in outcome.findings


def test_no_password_is_in_it(run_pytest, tmp_path):
    inventory = tmp_path / "hosts.yml"
    text = "lab_server: {}, user: 'LAB\\exgate', password: {{env: EXGATE_LAB_PASSWORD}}, test_mailbox: exgate"
    hosts = ", ".join(f"{name}: {{{text.format(name)}}}" for name in ("be01", "dead", "locked-out", "half-blind"))
    inventory.write_text(f"all: {{vars: {{role: back-end}}, hosts: {{{hosts}}}}}", encoding="utf-8")
    environment = {"EXGATE_LAB_PASSWORD": PASSWORD}
    outcome = run_pytest("--hosts=all", f"--inventory={inventory}", environment=environment)
    data = outcome.results
    assert [bool(host["seen"]) for host in data["hosts"]] == [True, False, False, True]
    assert not any(PASSWORD in text for text in texts(data))


def texts(data):
    if isinstance(data, dict):
        data = [*data.keys(), *data.values()]
    return (
        [data] if isinstance(data, str) else [t for each in data for t in texts(each)] if isinstance(data, list) else []
    )


def test_hostile_names_stay_json_and_plain_text(run_pytest, tmp_path):
    name = "<script>alert(1)</script>\u05d0"
    inventory = tmp_path / "hosts.yml"
    hosts = json.dumps({name: {"lab_server": "be01", "organization": "\u202egreen\x1b[2J"}}, ensure_ascii=True)
    inventory.write_text(
        f"all: {{vars: {{role: back-end, user: 'LAB\\exgate', password: {{env: EXGATE_LAB_PASSWORD}}}}, hosts: {hosts}}}",
        encoding="utf-8",
    )
    outcome = run_pytest("--hosts=all", f"--inventory={inventory}")
    data = outcome.results
    assert problems(data) == []
    assert (data["hosts"][0]["name"], data["hosts"][0]["organization"]) == (name, "\u202egreen\x1b[2J")
    raw = Path(outcome.folder / "results.json").read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in raw)
