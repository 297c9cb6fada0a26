"""Runs that are compared with an earlier one."""

import json
import re
import shutil
from dataclasses import replace
from functools import cache

import pytest
import requests
from defusedxml import ElementTree as SafeElementTree

from .test_results import problems

SSL = "set on /LM/W3SVC/1/ROOT"
CHANGED = (
    "changed: be01: metabase /LM/W3SVC/1/ROOT/Exchange AccessSSLFlags: 0 -> 8 (AccessSSL), set on /LM/W3SVC/1/ROOT"
)
CONFIGURATION = "--requirement=01,02,03,04,05,06,07"


def write_inventory(folder, **servers):
    """Write an inventory of hosts and the lab's servers that they are."""
    hosts = ", ".join(f"{name}: {{lab_server: {server}}}" for name, server in servers.items())
    file = folder / "hosts.yml"
    user = "role: back-end, user: 'LAB\\exgate', password: {env: EXGATE_LAB_PASSWORD}"
    file.write_text(f"all: {{vars: {{{user}}}, hosts: {{{hosts}}}}}", encoding="utf-8")
    return f"--inventory={file}"


@pytest.fixture
def judge(run_pytest, tmp_path):
    """Judge hosts that are these servers of the lab."""

    def run(*arguments, baseline=None, hosts="all", **servers):
        compared = () if baseline is None else (f"--baseline={baseline.folder / 'results.json'}",)
        return run_pytest(f"--hosts={hosts}", write_inventory(tmp_path, **servers), *compared, *arguments)

    return run


@pytest.fixture(scope="module")
def earlier(run_pytest, tmp_path_factory):
    """Judge the configuration of one host once, however many tests compare with it; each has a copy of its own."""

    @cache
    def judged(server):
        inventory = write_inventory(tmp_path_factory.mktemp("earlier"), be01=server)
        return run_pytest("--hosts=all", inventory, CONFIGURATION)

    def copied(server):
        folder = tmp_path_factory.mktemp("earlier")
        shutil.copy(judged(server).folder / "results.json", folder)
        return replace(judged(server), folder=folder)

    return copied


def changes(outcome):
    return {(v["host"], v["requirement"][-2:]): (v["change"], v["since"]) for v in outcome.results["verdicts"]}


def compared(outcome):
    """The terminal's section from the comparison on, up to the table."""
    first = next(place for place, line in enumerate(outcome.findings) if line.startswith("compared with "))
    section = outcome.findings[first:]
    last = next(place for place, line in enumerate(section) if re.match(r"host +role|\d+ verdicts? on", line))
    return section[:last]


def test_a_change_on_a_server_between_two_runs(run_pytest, own_lab, tmp_path):
    lab = own_lab("be01")
    place = lab.process.endpoints["be01"]
    inventory = tmp_path / "hosts.yml"
    variables = (
        f"address: {place['address']}, port: {place['port']}, web_port: {place['site_port']}, role: back-end, "
        "user: 'LAB\\exgate', password: {env: EXGATE_LAB_PASSWORD}"
    )
    inventory.write_text(f"all: {{hosts: {{be01: {{{variables}}}}}}}", encoding="utf-8")
    arguments = ("--hosts=be01", f"--inventory={inventory}")
    old = run_pytest(*arguments)
    assert old.status == 0, old.stdout + old.stderr

    baseline = f"--baseline={old.folder / 'results.json'}"
    same = run_pytest(*arguments, baseline)
    assert (same.status, compared(same)[1:]) == (0, ["changes: 26 unchanged"])
    assert same.results["drift"] == []

    with requests.Session() as session:
        session.trust_env = False
        body = {"server": "be01", "to": "drift-02-ssl-on-root"}
        session.post(f"{lab.process.control}/change", json=body, timeout=10).raise_for_status()
    new = run_pytest(*arguments, baseline)
    data = new.results
    assert problems(data) == []
    assert new.status == 1
    assert compared(new)[1:] == [
        "NEW         be01: pass -> fail (2 verdicts: KB817379-02, 53)",
        "changes: 2 new, 24 unchanged",
        *(
            f"changed: be01: metabase /LM/W3SVC/1/ROOT{vdir} AccessSSLFlags: 0 -> 8 (AccessSSL), {SSL}"
            for vdir in ("", "/Exchange", "/Microsoft-Server-ActiveSync", "/OMA")
        ),
    ]
    assert data["drift"][1] == {
        "host": "be01",
        "kind": "changed",
        "name": "metabase /LM/W3SVC/1/ROOT/Exchange AccessSSLFlags",
        "old": "0",
        "new": "8 (AccessSSL)",
        "where": SSL,
        "reason": "",
        "facts": 1,
    }
    assert data["run"]["baseline"]["finished"] == old.results["run"]["finished"]


def test_a_date_is_handed_on_over_three_runs(earlier, judge):
    first = earlier("drift-02-ssl-on-root")
    second = judge(CONFIGURATION, baseline=first, be01="drift-02-ssl-on-root")
    third = judge(CONFIGURATION, baseline=second, be01="drift-02-ssl-on-root")
    started = first.results["run"]["started"]
    assert changes(third)["be01", "02"] == ("still failing", started)
    assert changes(third)["be01", "01"] == ("unchanged", None)
    assert f"STILL since {started[:10]} KB817379-02 be01: fail" in third.findings
    _, named = third.cases["be01", "KB817379-02"]
    assert (named["change"], named["since"]) == ("still failing", started)
    fourth = judge(CONFIGURATION, baseline=third, be01="be01")
    assert changes(fourth)["be01", "02"] == ("fixed", None)
    assert "FIXED       KB817379-02 be01: fail -> pass" in fourth.findings
    _, named = fourth.cases["be01", "KB817379-02"]
    assert (named["change"], "since" in named) == ("fixed", False)


def test_what_becomes_of_hosts(judge):
    old = judge(CONFIGURATION, be01="be01", be02="be02", be03="drift-02-ssl-on-root", be04="half-blind", be05="be01")
    new = judge(CONFIGURATION, baseline=old, hosts="all:!be05", be01="dead", be04="be01", be05="be01", be06="be03")
    assert problems(new.results) == []
    assert new.results["gone"] == ["be02", "be03"]
    lines = compared(new)
    assert lines[1:7] == [
        "UNSEEN      be01: 7 pass -> unreachable",
        "FIXED       be04: unknown -> pass (7 verdicts: KB817379-01, 02, 03, 04, 05, 06, 07)",
        "GONE        be02: the inventory no longer has it",
        "GONE        be03: the inventory no longer has it",
        "changes: 7 newly unknown, 7 fixed, 7 not judged before",
        "changed: be04: network computer name: HALFBLIND -> BE01",
    ]
    assert any(line.startswith("seen now: be04: metabase: not seen before: access to ") for line in lines)
    assert not any("be05" in line for line in lines)


def test_what_is_not_seen_now_is_no_change(earlier, judge):
    old = earlier("half-blind")
    data = json.loads((old.folder / "results.json").read_text(encoding="utf-8"))
    facts = data["hosts"][0]["facts"]
    (metabase,) = (fact for fact in facts if fact["name"] == "metabase")
    facts[facts.index(metabase)] = metabase | {"name": "metabase /LM/W3SVC/1 KeyType", "value": "IIsWebServer", "unknown": None}  # fmt: skip
    (old.folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
    lines = compared(judge(CONFIGURATION, baseline=old, be01="half-blind"))
    assert lines[-1] == "not seen: be01: metabase: access to root\\MicrosoftIISv2 is denied (1 fact)"


@pytest.mark.parametrize(
    ("before", "now", "arguments", "status", "words"),
    (
        pytest.param(
            "drift-02-ssl-on-root",
            "drift-02-ssl-on-root",
            (),
            0,
            "exit status 0: nothing new; 1 known finding remains",
            id="known",
        ),
        pytest.param(
            "be01",
            "drift-02-ssl-on-root",
            (),
            1,
            "exit status 1: something new does not comply; 0 known findings remain",
            id="new",
        ),
        pytest.param(
            "drift-02-ssl-on-root",
            "dead",
            (),
            6,
            (
                "exit status 6: nothing new that was seen fails, but something new could not be seen; "
                "0 known findings remain"
            ),
            id="newly-unknown",
        ),
        pytest.param(
            "drift-02-ssl-on-root",
            "dead",
            ("--fail-on=fail",),
            0,
            "exit status 0: nothing new that --fail-on names; 7 findings remain",
            id="fail-on-comes-first",
        ),
        pytest.param(
            "drift-02-ssl-on-root",
            "drift-02-ssl-on-root",
            ("-x",),
            6,
            "exit status 6: nothing new, but the run is incomplete; 1 known finding remains",
            id="a-run-that-stopped-early-is-never-0",
        ),
    ),
)
def test_only_new(earlier, judge, before, now, arguments, status, words):
    old = earlier(before)
    new = judge(CONFIGURATION, "--only-new", *arguments, baseline=old, be01=now)
    assert (new.status, words in new.findings) == (status, True), new.stdout
    assert (new.results["run"]["exit_status"], new.results["run"]["only_new"]) == (status, True)
    assert problems(new.results) == []


def test_without_only_new_known_findings_count(earlier, judge):
    old = earlier("drift-02-ssl-on-root")
    new = judge(CONFIGURATION, baseline=old, be01="drift-02-ssl-on-root")
    assert (new.status, "exit status 1: something does not comply" in new.findings) == (1, True)


def test_a_finding_that_was_not_judged_before_counts_as_new(earlier, judge):
    old = earlier("be01")
    new = judge(CONFIGURATION, "--only-new", baseline=old, be01="be01", be02="drift-02-ssl-on-root")
    assert new.status == 1
    assert "NEW         KB817379-02 be02: not judged before -> fail" in new.findings


def test_a_finding_that_is_not_judged_again_is_not_forgotten(earlier, judge):
    old = earlier("drift-02-ssl-on-root")
    new = judge("--requirement=01", "--only-new", baseline=old, be01="drift-02-ssl-on-root")
    assert new.status == 0
    assert "not judged in this run: 1 finding of the baseline on 1 host" in new.findings


def test_an_own_test_that_fails_is_never_known(earlier, judge, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text("def test_own(host):\n    assert host.name == 'x'\n", encoding="utf-8")
    old = earlier("be01")
    new = judge("--only-new", "tests/test_a_mobile_vdir.py", str(own), baseline=old, be01="be01")
    assert new.status == 1
    assert "exit status 1: a test of your own fails; 0 known findings remain" in new.findings


def test_the_baseline_may_be_the_file_that_is_written(earlier, run_pytest, tmp_path):
    old = earlier("drift-02-ssl-on-root")
    started = old.results["run"]["started"]
    arguments = ("--hosts=all", write_inventory(tmp_path, be01="drift-02-ssl-on-root"), CONFIGURATION)
    for _ in range(2):
        new = run_pytest(*arguments, f"--baseline={old.folder / 'results.json'}", folder=old.folder)
        assert changes(new)["be01", "02"] == ("still failing", started)


@pytest.mark.parametrize(
    "arguments",
    (
        pytest.param(("--hosts=nobody",), id="refused"),
        pytest.param(("--hosts=be01", "--requirement=99"), id="refused-when-collected"),
        pytest.param(("--hosts=be01", "-k", "no_such_test"), id="nothing-selected"),
        pytest.param(("--hosts=be01", "--collect-only"), id="collected-only"),
    ),
)
def test_a_baseline_stays_until_new_results_take_its_place(earlier, run_pytest, arguments):
    old = earlier("be01")
    before = (old.folder / "results.json").read_bytes()
    run_pytest(*arguments, f"--baseline={old.folder / 'results.json'}", folder=old.folder)
    assert (old.folder / "results.json").read_bytes() == before


def test_a_baseline_of_an_incomplete_run_is_taken_with_a_warning(judge):
    old = judge(CONFIGURATION, "-x", be01="drift-02-ssl-on-root", be02="be01")
    new = judge(CONFIGURATION, baseline=old, be01="drift-02-ssl-on-root", be02="be01")
    warning = "; warning: it stopped early, so that not everything was judged in it"
    assert compared(new)[0].endswith(warning)
    assert any(line.startswith("baseline: ") and line.endswith(warning) for line in new.stdout.splitlines())
    assert not new.results["run"]["baseline"]["complete"]
    assert changes(new)["be02", "01"] == ("not judged before", None)


NOT_OURS = "this is no results file of exgate"


@pytest.mark.parametrize(
    ("content", "message"),
    (
        pytest.param(None, "{file}: this cannot be read: No such file or directory", id="missing"),
        pytest.param("", "{file}:1: this is not JSON, or not all of it: Expecting value", id="empty"),
        pytest.param("{}", f"{{file}}: {NOT_OURS}", id="another-file"),
        pytest.param(
            '{"schema": "exgate-results", "schema_version": 2}',
            "{file}: this was written by a newer exgate (schema version 2; this one reads 1)",
            id="newer",
        ),
    ),
)
def test_a_baseline_that_cannot_be_read_is_told_before_anything_is_asked(run_pytest, tmp_path, content, message):
    file = tmp_path / "old.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    outcome = run_pytest("--hosts=be01", f"--baseline={file}")
    assert (outcome.status, outcome.stderr.strip()) == (4, f"ERROR: --baseline: {message.format(file=file)}")
    assert list(outcome.folder.glob("*.*")) == []


def test_only_new_needs_a_baseline(run_pytest):
    outcome = run_pytest("--hosts=be01", "--only-new")
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        "ERROR: --only-new needs --baseline=FILE: without an earlier run's results everything is new",
    )


def test_the_page_says_what_became_of_verdicts(earlier, judge):
    old = earlier("be01")
    new = judge(CONFIGURATION, baseline=old, be01="drift-02-ssl-on-root")
    blob = re.search(r'data-jsonblob="([^"]*)"', new.html).group(1)
    data = json.loads(SafeElementTree.fromstring(f"<x>{blob}</x>").text)
    logs = {re.sub("<[^>]+>", "", r["resultsTableRow"][3]): r["log"] for rows in data["tests"].values() for r in rows}
    assert "\nSince the baseline: new (before: pass)\n" in logs["KB817379-02"]
    assert "\nSince the baseline: unchanged (before: pass)\n" in logs["KB817379-01"]
    for line in ("NEW         KB817379-02 be01: pass -&gt; fail", CHANGED.replace(">", "&gt;")):
        assert f"<p>{line}</p>" in new.html


def test_hostile_values_of_a_baseline_stay_plain_text(earlier, judge):
    old = earlier("drift-02-ssl-on-root")
    data = old.results
    data["hosts"].append(data["hosts"][0] | {"name": "<script>\x1b[2J\u202egone"})
    data["hosts"][0]["facts"][0]["value"] = "<script>\x1b[31m\n\u202eold"
    (old.folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
    new = judge(CONFIGURATION, baseline=old, be01="drift-02-ssl-on-root")
    assert problems(new.results) == []
    lines = compared(new)
    assert "GONE        <script>\ufffd[2J\ufffdgone: the inventory no longer has it" in lines
    assert any(line.startswith("changed: be01: Windows caption: <script>\ufffd[31m \ufffdold -> ") for line in lines)
    assert "<script>\ufffd" not in new.html
    assert "\u202e" not in new.html
