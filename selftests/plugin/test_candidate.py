"""--candidate as a user runs it: the planned change is judged twice, and told once."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from .candidates import (
    ENVIRONMENT,
    RIGHT,
    registration,
    right,
    write,
)

RESULT = "exit status 0: with the planned change everything complies that can be judged before it is made"
AFTER = [
    "planned change, before -> after:",
    *(f"fail -> pass            KB817379-{number} sa" for number in ("02", "03", "04")),
    *(f"not applicable -> pass  KB817379-{number} sa" for number in ("11", "12", "13", "14", "15", "16", "17")),
    *(f"pass -> not applicable  KB817379-{number} sa  (judged when the change is made)" for number in ("52", "53")),
    "fail -> not applicable  KB817379-61 sa  (judged when the change is made)",
    "pass -> not applicable  KB817379-63 sa  (judged when the change is made)",
    "12 verdicts stay as they are",
    "26 verdicts on 1 host: 18 pass, 8 not applicable",
]
CHANGE = (
    "exchange-oma.xml: create /LM/W3SVC/1/ROOT/exchange-oma from an export",
    "setup.cmd:1: set AuthFlags of /LM/W3SVC/1/root/exchange-oma to 6 (AuthBasic | AuthNTLM)",
    "setup.cmd:2: set AccessSSLFlags of /LM/W3SVC/1/root/exchange-oma to 0",
    "steps-13-14.vbs:5: set IPSecurity of /LM/W3SVC/1/ROOT/exchange-oma to GrantByDefault FALSE, IPGrant 10.81.7.1",
    r"steps-17-21.reg:3: make HKLM\SYSTEM\CurrentControlSet\Services\MasSync\Parameters if it is missing",
    (
        r"steps-17-21.reg:4: set ExchangeVDir of HKLM\SYSTEM\CurrentControlSet\Services\MasSync\Parameters to "
        "'/exchange-oma' (REG_SZ)"
    ),
)


@pytest.fixture(scope="module")
def change(tmp_path_factory):
    """The whole article."""
    return write(tmp_path_factory.mktemp("right") / "change", RIGHT)


@pytest.fixture(scope="module")
def live(run_pytest, candidate_inventory, change, tmp_path_factory):
    """The whole article, judged on the live server, whose facts are saved."""
    facts = tmp_path_factory.mktemp("live") / "facts"
    outcome = run_pytest(
        "--hosts=sa",
        f"--inventory={candidate_inventory}",
        f"--candidate={change}",
        f"--facts-out={facts}",
        environment=ENVIRONMENT,
    )
    return outcome, facts


@pytest.fixture
def gate(run_pytest, candidate_facts, tmp_path):
    """Judge a change on saved facts."""

    def run(files, *arguments, hosts="sa", **how):
        folder = files if not isinstance(files, dict) else write(tmp_path / "change", files)
        return run_pytest(
            f"--facts-from={candidate_facts}", f"--hosts={hosts}", f"--candidate={folder}", *arguments, **how
        )

    return run


def told(outcome):
    """The section of ours without the lines that name a time or a path."""
    return [line for line in outcome.findings if not line.startswith(("coverage ", "facts:", "report:"))]


def messages(outcome):
    return {
        key: (named["verdict"], named["before"], case.result[0].message if case.result else "")
        for key, (case, named) in outcome.cases.items()
    }


# the whole article


def test_the_article_on_a_live_server(live, change):
    outcome, _ = live
    assert outcome.status == 0
    assert told(outcome) == [*AFTER, RESULT]
    head = [line for line in outcome.stdout.splitlines() if line.startswith(("planned change:", "warning:"))]
    assert head == [f"planned change: {change / line.partition(':')[0]}:{line.partition(':')[2]}" for line in CHANGE]


def test_pytest_counts_every_test_once(live):
    outcome, _ = live
    assert "collected 26 items\n" in outcome.stdout
    assert "= 18 passed, 8 skipped in " in outcome.stdout
    letters = [line.split()[1] for line in outcome.stdout.splitlines() if line.startswith("tests/")]
    assert letters == [".......", ".......s", "ss", "...ss", "sss."]


def test_junit_has_every_case_once_with_what_it_was_before(live):
    outcome, _ = live
    text = (outcome.folder / "junit.xml").read_text(encoding="utf-8")
    assert text.count("<testcase ") == len(outcome.cases) == 26
    assert text.count('name="before"') == text.count('name="verdict"') == text.count('name="id"') == 26
    assert outcome.cases["sa", "KB817379-02"][1]["before"] == "fail"
    assert outcome.cases["sa", "KB817379-61"][1]["before"] == "fail"
    assert outcome.cases["sa", "KB817379-61"][1]["verdict"] == "not applicable"


def test_html_tells_the_change_and_what_each_verdict_was_before(live, change):
    outcome, _ = live
    assert (
        "Before the planned change: fail: sa: /Exchange (web site 1) requires SSL: AccessSSLFlags is 264 (AccessSSL | "
        "AccessSSL128), set on /LM/W3SVC/1/ROOT/Exchange; demanded: AccessSSL (8) off"
    ) in outcome.html
    assert outcome.html.count("Before the planned change: ") == 26
    assert f"planned change: {change}" in outcome.html.replace("&#x27;", "'")


def test_facts_are_saved_without_the_change(live, run_pytest):
    outcome, facts = live
    saved = json.loads((facts / "sa" / "facts.json").read_text())
    text = (facts / "sa" / "facts.json").read_text() + (facts / "sa" / "MetaBase.xml").read_text("utf-8-sig")
    assert "exchange-oma" not in text
    assert "planned" not in saved["facts"]["source"]
    again = run_pytest(f"--facts-from={facts}")
    assert {key: verdict for key, verdict in again.verdicts.items() if verdict == "fail"} == {
        ("sa", f"KB817379-{number}"): "fail" for number in ("02", "03", "04", "61")
    }
    assert {key: named["before"] for key, (_, named) in outcome.cases.items()} == again.verdicts


def test_saved_facts_give_the_verdicts_of_the_live_run(live, run_pytest, change):
    outcome, facts = live
    saved = run_pytest(f"--facts-from={facts}", f"--candidate={change}")
    assert messages(saved) == messages(outcome)
    assert (saved.status, told(saved)) == (0, told(outcome))


# the exit status is the after's


@pytest.mark.parametrize(
    ("files", "arguments", "status", "lines"),
    (
        pytest.param(
            {"steps-13-14.vbs": None},
            (),
            1,
            ["exit status 1: with the planned change something does not comply"],
            id="13-14-forgotten",
        ),
        pytest.param(
            {"steps-13-14.vbs": None},
            ("--gate=regressions",),
            1,
            ["exit status 1: the planned change makes 1 verdict worse"],
            id="regression",
        ),
        pytest.param({}, ("--gate=regressions",), 0, ["exit status 0: the planned change makes nothing worse"], id="none"),
        pytest.param(
            {"steps-17-21.reg": None},
            ("--gate=regressions",),
            0,
            ["exit status 0: the planned change makes nothing worse; 4 findings remain"],
            id="findings-remain",
        ),
        pytest.param({"steps-17-21.reg": None}, (), 1, ["exit status 1: with the planned change something does not comply"], id="findings-of-before"),
        pytest.param(
            {"steps-13-14.vbs": None},
            ("--gate=regressions", "--fail-on=unknown"),
            0,
            ["exit status 0: the planned change makes nothing worse that --fail-on names"],
            id="worse-but-not-named",
        ),
        pytest.param(
            dict.fromkeys(RIGHT) | {"restart.cmd": "iisreset /noforce\n"},
            ("--gate=regressions",),
            0,
            ["exit status 0: the planned change makes nothing worse; 4 findings remain"],
            id="no-step",
        ),
    ),
)  # fmt: skip
def test_exit_status(gate, files, arguments, status, lines):
    outcome = gate(RIGHT | files, *arguments)
    assert outcome.status == status
    assert [line for line in outcome.findings if line.startswith("exit status")] == lines


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    (
        ((), 6, "with the planned change nothing that was seen fails, but not everything could be seen"),
        (("--gate=regressions",), 6, "the planned change makes 1 verdict worse"),
    ),
)
def test_what_can_no_longer_be_seen(gate, arguments, status, words):
    outcome = gate({"a.cmd": "adsutil set w3svc/1/root/AccessSSLFlags 8"}, *arguments, hosts="wmi")
    assert outcome.status == status
    assert outcome.findings[1:3] == [
        "planned change, before -> after:",
        "pass -> unknown         KB817379-02 wmi  (worse)",
    ]
    assert f"exit status 6: {words}" in outcome.findings


def test_a_change_without_a_step_that_is_judged(gate):
    outcome = gate({"restart.cmd": "iisreset"}, hosts="be")
    assert outcome.status == 0
    assert "planned change: no step that anything depends on\n" in outcome.stdout
    assert told(outcome)[:2] == ["planned change, before -> after:", "26 verdicts stay as they are"]


def test_verbose_shows_every_verdict(gate):
    outcome = gate({"restart.cmd": "iisreset"}, "-v", "--requirement=02,18,61", hosts="ssl")
    assert told(outcome)[3:7] == [
        "planned change, before -> after:",
        "fail -> fail                      KB817379-02 ssl",
        "not applicable -> not applicable  KB817379-18 ssl",
        "fail -> fail                      KB817379-61 ssl",
    ]


def test_several_hosts_and_one_that_is_down(run_pytest, candidate_inventory, tmp_path):
    change = write(tmp_path / "change", {"a.cmd": "adsutil delete w3svc/1/root/AccessSSLFlags"})
    outcome = run_pytest(
        "--hosts=ssl,be,down",
        f"--inventory={candidate_inventory}",
        f"--candidate={change}",
        "--requirement=02",
        environment=ENVIRONMENT,
    )
    assert outcome.status == 6
    assert outcome.verdicts == {
        ("ssl", "KB817379-02"): "pass",
        ("be", "KB817379-02"): "pass",
        ("down", "KB817379-02"): "unreachable",
    }
    assert told(outcome)[1:4] == [
        "planned change, before -> after:",
        "fail -> pass  KB817379-02 ssl",
        "2 verdicts stay as they are",
    ]


def test_facts_that_are_too_old_are_unknown_before_and_after(run_pytest, candidate_facts, change, tmp_path):
    shutil.copytree(candidate_facts / "sa", tmp_path / "facts" / "sa")
    file = tmp_path / "facts" / "sa" / "facts.json"
    data = json.loads(file.read_text())
    data["facts"]["collected_at"] = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    file.write_text(json.dumps(data))
    outcome = run_pytest(f"--facts-from={tmp_path / 'facts'}", f"--candidate={change}", "--max-age=1d")
    assert outcome.status == 6
    assert set(outcome.verdicts.values()) == {"unknown"}
    assert "26 verdicts stay as they are" in outcome.findings


# what stops the gate


@pytest.mark.parametrize(
    ("files", "arguments", "hosts", "problem"),
    (
        ({}, (), "sa", "{0}: no change in this folder: put .xml, .cmd, .vbs or .reg files into it"),
        ({"a.cmd": "\nformat c:"}, (), "sa", "{0}/a.cmd:2: the command 'format' is not understood"),
        ({"a.cmd": "adsutil set w3svc/1/root/mobile/AuthFlags 6"}, (), "sa", "host sa: {0}/a.cmd:1: there is no key /LM/W3SVC/1/root/mobile: create it first"),
        (right("done"), (), "be,done", "host done: {0}/exchange-oma.xml: there is a key /LM/W3SVC/1/ROOT/exchange-oma already: delete it first, or choose another name"),
    ),
)  # fmt: skip
def test_a_change_that_cannot_be_made_stops_the_gate(gate, run_pytest, tmp_path, files, arguments, hosts, problem):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("report.html", "junit.xml"):
        (folder / name).write_text("of an earlier run")
    outcome = gate(files, *arguments, hosts=hosts, folder=folder)
    assert outcome.status == 4
    expected = f"ERROR: --candidate: {problem.format(tmp_path / 'change')}"
    assert [line for line in outcome.stderr.splitlines() if line] == [expected]
    assert sorted(entry.name for entry in folder.iterdir() if entry.name != "cache") == []
    assert "Traceback" not in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    (
        (("--candidate=/nowhere",), "--candidate: /nowhere: cannot read this folder: No such file or directory"),
        (("--gate=regressions",), "--gate belongs to --candidate: give both, or neither"),
        (("--gate=all",), "--gate belongs to --candidate: give both, or neither"),
    ),
)
def test_a_wrong_command_line_is_one_line(run_pytest, candidate_facts, arguments, problem):
    outcome = run_pytest(f"--facts-from={candidate_facts}", "--hosts=sa", *arguments)
    assert (outcome.status, outcome.stderr.splitlines()) == (4, [f"ERROR: {problem}", ""])
    assert not (outcome.folder / "junit.xml").exists()


# pytest's own ways


def test_collect_only_judges_nothing(gate):
    outcome = gate(RIGHT, "--collect-only", "-q")
    assert outcome.status == 0
    assert "26 tests collected" in outcome.stdout
    assert "before -> after" not in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "lines"),
    (
        (("-k", "does_not_require_ssl"), ["fail -> pass  KB817379-02 sa", "0 verdicts stay as they are"]),
        (("--requirement=15",), ["not applicable -> pass  KB817379-15 sa"]),
    ),
)
def test_a_selection_is_judged_twice_and_no_more(gate, arguments, lines):
    outcome = gate(RIGHT, *arguments)
    assert outcome.status == 0
    assert told(outcome)[1:2] == lines[:1]
    assert len(outcome.cases) == 1


def test_x_stops_at_the_first_finding_after_the_change_and_not_before(gate):
    outcome = gate(RIGHT | {"steps-13-14.vbs": None}, "-x")
    assert outcome.status == 1
    assert set(outcome.verdicts) == {
        ("sa", f"KB817379-{number}")
        for number in ["01", "02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "15"]
    }
    assert outcome.verdicts["sa", "KB817379-15"] == "fail"
    assert "incomplete: the run stopped before 14 more verdicts" in outcome.findings


OWN = """
import pytest
from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, http_status, requirement

def declare(number):
    return requirement(
        f"KB817379-{number}", title=f"Title {number}", severity=Severity.HIGH, roles=ALL_ROLES, passage="It must.",
        symptoms=(http_status("403.4"),), fix="Fix it.", rollback="Undo it.", risk="None.", references=("KB 817379",),
    )

def changed(host):
    return host.metabase("W3SVC/1/ROOT/exchange-oma").exists

KEY = r"SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters"
"""


def own(tmp_path, text):
    file = tmp_path / "test_own.py"
    file.write_text(OWN + text, encoding="utf-8")
    return "-c", "pytest.ini", str(file)


def test_own_tests_see_the_planned_state(gate, tmp_path):
    text = """
def test_metabase(host):
    assert host.metabase("W3SVC/1/ROOT/exchange-oma").value("AuthFlags") == 6

@pytest.mark.parametrize("path", (KEY, "HKLM\\\\" + KEY, "\\\\hkey_local_machine\\\\" + KEY.lower() + "\\\\"))
def test_registry(host, path):
    assert host.registry(path).value("ExchangeVDir").data == "/exchange-oma"

def test_command(host):
    assert host.run("hostname").stdout

def test_log(host):
    assert host.event_log
"""
    outcome = gate(RIGHT, *own(tmp_path, text))
    assert outcome.status == 0
    assert "= 4 passed, 2 skipped in " in outcome.stdout
    skipped = {case.name: case.result[0].message for case, _ in outcome.cases.values() if case.result}
    assert skipped == {
        "test_command[sa]": "sa: a command shows the server of before the planned change; next step: judge it again when "
        "the change is made",
        "test_log[sa]": "sa: the event log is that of before the planned change; next step: judge it again when the "
        "change is made",
    }


def test_own_tests_on_a_live_server_see_the_planned_registry(run_pytest, candidate_inventory, change, tmp_path):
    text = """
@declare("91")
def test_first(host):
    "Because."
    assert changed(host), "nothing there"

def test_other_key(host):
    assert host.registry(KEY).value("ExchangeVDir").data == "/exchange-oma"
    assert host.registry(r"SOFTWARE\\Microsoft\\InetStp").value("MajorVersion").data == 6

def test_command(host):
    assert host.run("hostname").stdout
"""
    outcome = run_pytest(
        "--hosts=sa",
        f"--inventory={candidate_inventory}",
        f"--candidate={change}",
        *own(tmp_path, text),
        environment=ENVIRONMENT,
    )
    assert outcome.status == 0
    assert "= 2 passed, 1 skipped in " in outcome.stdout
    assert "fail -> pass  KB817379-91 sa" in outcome.findings


@pytest.mark.parametrize("arguments", ((), ("--gate=regressions",)))
def test_own_tests_count_as_they_are_for_nobody_knows_what_they_were(gate, tmp_path, arguments):
    outcome = gate(RIGHT, *own(tmp_path, "def test_it(host):\n    assert False, 'mine'\n"), *arguments)
    assert outcome.status == 1
    assert "AssertionError: mine" in outcome.stdout


CRASH = """
@declare("91")
def test_crashes(host):
    "Because."
    if not changed(host):
        print("before")
        raise ZeroDivisionError("of before\\x1b[31m\\nFAIL")
    print("after")

@declare("92")
def test_crashes_afterwards(host):
    "Because."
    assert not changed(host) or 1 / 0
"""


def test_a_test_that_crashes_is_unknown_in_its_own_pass(gate, tmp_path):
    outcome = gate(RIGHT, *own(tmp_path, CRASH), "-rP", "--gate=regressions")
    assert outcome.status == 6
    assert told(outcome)[1:4] == [
        "planned change, before -> after:",
        "unknown -> pass  KB817379-91 sa",
        "pass -> unknown  KB817379-92 sa  (worse)",
    ]
    assert told(outcome)[0].startswith(
        "UNKNOWN     KB817379-92 high     sa: the check itself failed, please report it: ZeroDivisionError: division by zero"
    )
    assert "before\n" not in outcome.stdout.partition("= PASSES =")[2].partition("= KB 817379 =")[0]
    assert "Before the planned change: unknown: sa: the check itself failed" in outcome.html
    assert "\x1b[31m" not in outcome.html


INTERRUPT = """
@declare("91")
def test_waits(host):
    "Because."
    if not changed(host):
        raise KeyboardInterrupt
"""


def test_an_interrupt_before_the_change_is_judged_leaves_reports_without_a_verdict(gate, tmp_path):
    outcome = gate(RIGHT, *own(tmp_path, INTERRUPT))
    assert outcome.status == 2
    assert outcome.verdicts == {}
    assert [case.result[0].type for case, _ in outcome.cases.values()] == ["no verdict"]
    assert (outcome.results["run"]["complete"], outcome.results["verdicts"]) == (False, [])
    assert "exit status 2: the run was interrupted: it is incomplete" in outcome.stdout


FIRST = """
@declare("90")
def test_first(host):
    "Because."
"""


def test_an_interrupt_after_a_verdict_leaves_its_report(gate, tmp_path):
    outcome = gate(RIGHT, *own(tmp_path, FIRST + INTERRUPT.replace("not changed", "changed")))
    assert outcome.status == 2
    assert outcome.verdicts == {("sa", "KB817379-90"): "pass"}
    assert "incomplete: the run stopped before 1 more verdict" in outcome.findings


# what may come with the change


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    (
        ("Exchange\x1b[2KVDir", "/x", "set Exchange\\x1b[2KVDir of HKLM"),
        ("ExchangeVDir\u202e", "/x\u2028FAIL", "set ExchangeVDir\\u202e of HKLM"),
    ),
)
def test_hostile_values_of_the_change_are_one_line(gate, name, data, shown):
    text = registration(name, data).encode("utf-16")
    outcome = gate({"a.reg": text}, hosts="be")
    (line,) = (line for line in outcome.stdout.splitlines() if "a.reg:4" in line)
    assert shown in line
    assert "\x1b" not in outcome.stdout + outcome.html
    assert "\u202e" not in outcome.stdout


@pytest.mark.parametrize(
    ("files", "warnings"),
    (
        pytest.param(RIGHT, [], id="the-copy-stays"),
        pytest.param(
            {
                "a.cmd": "adsutil set w3svc/1/root/Exchange/AuthFlags 6\n"
                "adsutil set w3svc/1/ROOT/exchange/AccessSSL TRUE\n"
                "adsutil delete w3svc/1/root/public/DefaultLogonDomain\n"
                'adsutil set w3svc/1/root/Exchange/NTAuthenticationProviders "NTLM"\n'
                "adsutil set w3svc/1/root/Exchange/HttpRedirect x\n"
                "adsutil set w3svc/1/root/AuthFlags 6\n"
                "adsutil delete w3svc/1/root/Exadmin\n"
            },
            [
                "1: {0} AuthFlags of /LM/W3SVC/1/root/Exchange {1}",
                "2: {0} AccessSSLFlags of /LM/W3SVC/1/ROOT/exchange {1}",
                "3: {0} DefaultLogonDomain of /LM/W3SVC/1/root/public {1}",
                "7: {0} /LM/W3SVC/1/root/Exadmin {1}",
            ],
            id="what-exchange-system-manager-keeps",
        ),
    ),
)
def test_what_ds2mb_may_take_back_is_warned_of(gate, tmp_path, files, warnings):
    outcome = gate(files, hosts="be" if "a.cmd" in files else "sa")
    found = [line for line in outcome.stdout.splitlines() if line.startswith("warning:")]
    words = (
        "the System Attendant (DS2MB) may take back what changes in",
        "within 15 minutes: Exchange System Manager keeps it",
    )
    assert found == [f"warning: {tmp_path / 'change' / 'a.cmd'}:{line.format(*words)}" for line in warnings]
    assert all(line.removeprefix("warning: ").partition(": ")[2][:40] in outcome.html for line in found)
