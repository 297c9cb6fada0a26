"""Fix plans as text."""

import importlib.util
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exgate.reports.fix_folder import MARK
from exgate.reports.fix_plan import plan, plans
from exgate.reports.results import UnreachableRecord, VerdictRecord
from exgate.reports.results_reader import read_results
from exgate.verdicts import Outcome, Remedy, WaiverNote

from .made import MONDAY, host, results

HERE = Path(__file__).with_name("fix_plan")
TESTS = Path(__file__).parents[2] / "tests"
OWN = {
    "wizard": "",
    "host": "BE01",
    "site": "1",
    "mobile_vdir": "exchange-oma",
    "secondary_vdir": "exchange-oma",
    "exchange_vdir": "/exchange-oma",
    "right_data": "/exchange-oma",
    "near_miss": "",
    "addresses": "10.0.0.5",
    "undo_ssl": 'cscript adsutil.vbs set "W3SVC/1/ROOT/exchange-oma/AccessSSLFlags" 8',
}
NOTE = WaiverNote(
    source="waivers.yml:3",
    reason="The phones go in May",
    owner="jane",
    approved_by="cio",
    ticket="CHG-1",
    granted="2026-11-01",
    expires="2026-12-31",
    state="valid",
)


def records():
    found = {}
    for path in sorted(TESTS.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"planned_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for test in vars(module).values():
            marks = [mark.args[0] for mark in getattr(test, "pytestmark", ()) if mark.name == "requirement"]
            found |= {record.id.removeprefix("KB817379-"): record for record in marks}
    return found


RECORDS = records()


def fails(number, *, secondary=True, **changes):
    """Give a failure with the remedy that its record has for a host."""
    record = RECORDS[number]
    fix = record.fix_secondary if secondary and record.fix_secondary else record.fix
    remedy = Remedy(
        symptoms="s",
        passage="p",
        fix=record.fill(fix, OWN),
        rollback=record.fill(record.rollback, OWN),
        risk=record.fill(record.risk, OWN),
        references="; ".join(record.references),
    )
    verdict = VerdictRecord(
        host="be01",
        requirement=record.id,
        outcome=Outcome.FAIL,
        message=f"be01: found {number}; demanded: right {number}",
        severity=record.severity.value,
        remedy=remedy,
    )
    return replace(verdict, **changes)


def unseen(number, reason, outcome=Outcome.UNKNOWN, name="be01"):
    return VerdictRecord(
        host=name, requirement=f"KB817379-{number}", outcome=outcome, message=f"{name}: {reason}", severity="high"
    )


def of(*verdicts, **changes):
    return plan(results(*verdicts, **changes), "be01")


def steps(text):
    """Give the steps, each as its lines."""
    found = []
    for line in text.splitlines():
        if line.startswith("STEP "):
            found.append([line])
        elif found:
            found[-1].append(line)
    return found


def titles(text):
    return [step[0].partition(": ")[2] for step in steps(text)]


def step_of(text, title):
    (found,) = [step for step in steps(text) if step[0].partition(": ")[2].startswith(title)]
    return "\n".join(found[1:])


def test_the_whole_of_real_plans():
    found = dict(plans(read_results(HERE / "results.json")))
    assert sorted(found) == sorted(path.name for path in HERE.glob("*.txt"))
    for name, text in found.items():
        assert text == (HERE / name).read_text(encoding="utf-8"), name


def test_the_documented_example_is_one_of_them():
    docs = (TESTS.parent / "docs" / "fix-plans.md").read_text(encoding="utf-8")
    assert f"```\n{(HERE / 'drift-02-ssl-on-root.txt').read_text(encoding='utf-8')}```\n" in docs


@pytest.mark.parametrize("outcome", (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE))
def test_nothing_found_is_no_plan(outcome):
    verdicts = results(replace(fails("02"), outcome=outcome))
    assert plan(verdicts, "be01") is None
    assert list(plans(verdicts)) == []


@pytest.mark.parametrize("name", ("be02", "fe01"))
def test_a_host_without_verdicts_has_no_plan(name):
    assert plan(results(fails("02"), hosts=(host("be01"), host("be02"))), name) is None


def test_steps_are_in_the_articles_order_with_one_backup_and_one_restart():
    numbers = ["61", "52", "12", "02", "15", "14", "16", "03", "17", "63"]
    text = of(*map(fails, numbers))
    assert [title.removeprefix("Fix KB817379-") for title in titles(text)] == [
        *("Back up", "17", "03", "16", "14", "15", "02", "12", "52"),
        "Restart the IIS Admin service (KB 817379, Method 2, step 23)",
        *("61", "63", "Verify", "Roll back"),
    ]
    fixes = "\n".join(line for step in steps(text)[:-1] for line in step)
    assert fixes.count("iisback.vbs /backup") == fixes.count("reg export") == 1
    # The one that has something to do behind it stays, and so does its own restart.
    assert fixes.count("Restart the IIS Admin service (services.msc)") == 2
    assert "Restart the IIS Admin service (services.msc)" in step_of(text, "Fix KB817379-17")
    assert fixes.count("(Restart the IIS Admin service: step 10.)") == 7
    assert fixes.count("(The metabase's backup: step 1.)") == 6
    assert fixes.count("(The registry's backup: step 1.)") == 2


@pytest.mark.parametrize("secondary", (False, True), ids=("exchange", "secondary"))
@pytest.mark.parametrize("number", sorted(RECORDS))
def test_a_remedy_stays_complete(number, secondary):
    """Every line of it is in the plan, but for the backup and the restart that the plan makes itself."""
    verdict = fails(number, secondary=secondary)
    text = of(verdict, started=MONDAY)
    fixes, rollback = step_of(text, f"Fix {verdict.requirement}"), step_of(text, "Roll back")
    backups = ("Back up the ", "cscript %windir%\\system32\\iisback.vbs /backup", "reg export ")
    for line in verdict.remedy.fix.splitlines():
        restart = "Restart the IIS Admin service (services.msc)" in line
        assert f"      {line}\n" in f"{fixes}\n" or line.startswith(backups) or restart, line
    for line in verdict.remedy.rollback.splitlines():
        own = line.replace(f"before-{verdict.requirement}", "before-fix-20261116-080000")
        own = own.replace(f"MasSync-{verdict.requirement}", "before-fix-20261116-080000")
        assert f"      {own}\n" in rollback or line.startswith("Restart the IIS Admin service"), line
    assert (verdict.remedy.fix + verdict.remedy.rollback).count("Restart the IIS Admin service (") <= text.count(
        "Restart the IIS Admin service"
    )
    assert f"before-{verdict.requirement}" not in text
    assert f"MasSync-{verdict.requirement}" not in text


@pytest.mark.parametrize("number", ("11", "12", "17", "18", "21"))
def test_what_changes_the_registry_backs_it_up(number):
    assert "reg export HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync before-fix-20261116-080000.reg" in step_of(
        of(fails(number)), "Back up"
    )


@pytest.mark.parametrize("number", ("02", "15", "51", "61"))
def test_and_nothing_else_does(number):
    assert "reg export" not in of(fails(number))


def test_a_finding_that_another_one_causes_says_so():
    text = of(fails("61"), fails("02"), fails("15"))
    assert (
        "  First:    this may be gone after step 2 (KB817379-15), step 3 (KB817379-02): look again before you do it"
    ) in step_of(text, "Fix KB817379-61")
    assert "First:" not in step_of(text, "Fix KB817379-02")


def test_stopped_services_are_started_before_the_backup():
    assert "net start iisadmin" in step_of(of(fails("51"), fails("02")), "Back up")
    assert "net start iisadmin" not in step_of(of(fails("02")), "Back up")


def test_rollback_is_in_reverse_order():
    lines = step_of(of(fails("02"), fails("12"), fails("61")), "Roll back").splitlines()
    assert [line.strip() for line in lines if line.startswith("  Step ")] == [
        "Step 5 (KB817379-61):",
        "Step 3 (KB817379-12):",
        "Step 2 (KB817379-02):",
    ]


def test_findings_are_listed_by_severity_and_fixed_in_order():
    text = of(fails("16"), fails("02"), unseen("41", "m; next step: n"), fails("18"))
    found = text.partition("WHAT WAS FOUND\n\n")[2].partition("\n\n")[0].splitlines()
    assert found == [
        "  FAIL        KB817379-02 critical found 02; demanded: right 02",
        "  FAIL        KB817379-16 high     found 16; demanded: right 16",
        "  FAIL        KB817379-18 medium   found 18; demanded: right 18",
        "  UNKNOWN     KB817379-41 m",
    ]


def test_what_was_not_seen_has_a_next_step_and_nothing_to_roll_back():
    text = of(unseen("03", "denied; next step: ask"), unseen("02", "denied; next step: ask"), unseen("52", "cleared"))
    assert titles(text) == ["Make visible what could not be seen", "Verify"]
    assert step_of(text, "Make visible").splitlines() == [
        "",
        "  KB817379-02, 03: denied",
        "      Next step: ask",
        "  KB817379-52: cleared",
        "      Next step: none is known",
    ]


def test_a_dead_host():
    why = UnreachableRecord(cause="connect", detail="refused", next_step="check WinRM")
    verdicts = [unseen(each, "connect: refused; next step: check WinRM", Outcome.UNREACHABLE) for each in ("01", "02")]
    text = of(*verdicts, hosts=(replace(host(seen=False), unreachable=why),))
    assert "Facts:        none: the host could not be asked\n" in text
    assert "  UNREACHABLE KB817379-01, 02 connect: refused\n" in text
    assert "pytest --inventory=hosts.yml --hosts=be01\n" in text
    assert "--requirement" not in text


def test_a_waived_failure_is_not_fixed_until_then():
    waived = fails("02", outcome=Outcome.WAIVED, waiver=NOTE, remedy=None)
    text = of(waived, fails("15"))
    assert text.partition("WAIVED: NOT TO BE FIXED\n\n")[2].partition("\n\n")[0] == (
        "  KB817379-02 critical found 02; demanded: right 02 "
        "(until 2026-12-31, jane, approved by cio, CHG-1: The phones go in May)"
    )
    assert titles(text)[1].startswith("Fix KB817379-15")
    assert "--requirement=15\n" in text


def test_an_expired_waiver_is_told():
    text = of(fails("02", waiver=replace(NOTE, state="expired")))
    assert "  Waiver:   expired: until 2026-12-31, jane, approved by cio, CHG-1: The phones go in May\n" in text


def test_a_test_of_ones_own_has_no_fix():
    own = VerdictRecord(
        host="be01",
        requirement="tests/own.py::test_x[be01]",
        outcome=Outcome.UNKNOWN,
        message="be01: denied; next step: ask",
        severity="-",
    )
    text = of(own)
    assert "  UNKNOWN     tests/own.py::test_x[be01] (a test of your own) denied; next step: ask\n" in text
    assert titles(text) == ["Make visible what could not be seen", "Verify"]
    assert "--requirement" not in text


def test_a_test_of_ones_own_that_passes_is_no_finding():
    own = VerdictRecord(host="be01", requirement="tests/own.py::t", outcome=Outcome.PASS, message="m", severity="-")
    assert of(own) is None
    assert "own.py" not in of(own, fails("02"))


def test_what_the_articles_order_does_not_know_comes_last_and_restarts_for_itself():
    verdict = replace(fails("02"), requirement="KB817379-99")
    text = of(verdict, fails("61"), fails("15"))
    assert [title.partition(":")[0] for title in titles(text)][1:5] == [
        "Fix KB817379-15",
        "Restart the IIS Admin service (KB 817379, Method 2, step 23)",
        "Fix KB817379-61",
        "Fix KB817379-99",
    ]
    assert "Restart the IIS Admin service (services.msc)" in step_of(text, "Fix KB817379-99")
    assert "Place:" not in step_of(text, "Fix KB817379-99")


def test_an_id_that_cannot_be_typed_is_in_no_command():
    text = of(replace(fails("02"), requirement="KB817379-02\n"))
    assert "No command line can name" in text
    assert "pytest" not in text


def test_a_failure_without_a_remedy_says_so():
    assert "      No fix is on record.\n" in of(fails("02", remedy=None))


@pytest.mark.parametrize(
    ("changes", "lines"),
    (
        pytest.param({}, [], id="none"),
        pytest.param(
            {"complete": False},
            ["the run stopped early: not everything was judged, and there may be more to fix"],
            id="incomplete",
        ),
        pytest.param(
            {"facts_from": "facts", "left_out": ("KB817379-61",)},
            [
                "saved facts were judged (facts): the server may have been changed since",
                "not judged in this run (--no-wire): KB817379-61",
            ],
            id="saved-facts-and-no-wire",
        ),
    ),
)
def test_warnings(changes, lines):
    text = of(fails("02"), **changes)
    assert [line for line in text.splitlines() if line.startswith("WARNING: ")] == [
        f"WARNING: {each}" for each in lines
    ]


def test_a_planned_change_is_mended_in_the_change():
    planned = results(fails("02"), candidate="change")
    assert (plan(planned, "be01"), list(plans(planned))) == (None, [])


@pytest.mark.parametrize(
    ("numbers", "stops"),
    (
        pytest.param(("17", "12"), True, id="others-follow"),
        pytest.param(("17", "41"), False, id="nothing-follows"),
        pytest.param(("12", "13"), False, id="without-it"),
    ),
)
def test_what_decides_which_virtual_directory_is_used_is_followed_by_a_new_judgement(numbers, stops):
    text = of(*(fails(number) for number in numbers))
    told = "  Then stop, and judge the host anew (Verify says how): what comes next may be moot, or undo this.\n"
    assert (told in text) is stops


@pytest.mark.parametrize(
    ("changes", "commands"),
    (
        pytest.param({}, ["    pytest --inventory=hosts.yml --hosts=be01 --requirement=02,61"], id="live"),
        pytest.param(
            {"inventory": "C:\\my inventory\\hosts.yml"},
            ['    pytest "--inventory=C:\\my inventory\\hosts.yml" --hosts=be01 --requirement=02,61'],
            id="quoted-alike",
        ),
        pytest.param(
            {"inventory": "50%.yml"},
            [
                "sh:",
                "    pytest --inventory=50%.yml --hosts=be01 --requirement=02,61",
                "cmd.exe:",
                "    pytest --inventory=50^%.yml --hosts=be01 --requirement=02,61",
            ],
            id="quoted-otherwise",
        ),
        pytest.param(
            {"inventory": None, "facts_from": "facts"},
            ["    pytest --facts-from=facts --hosts=be01 --requirement=02,61"],
            id="saved",
        ),
        pytest.param({"inventory": "a\nb.yml"}, ["read what it says of this host."], id="nothing-that-cannot-be-typed"),
    ),
)
def test_verify(changes, commands):
    lines = step_of(of(fails("61"), fails("02"), **changes), "Verify").splitlines()
    place = lines.index(f"  {commands[0]}")
    assert lines[place : place + len(commands)] == [f"  {each}" for each in commands]
    assert ("collect new ones first" in "\n".join(lines)) is ("facts_from" in changes)


@pytest.mark.parametrize("name", ("be*", "a:b", "a,b", "!be01", "a b", ""))
def test_a_name_that_a_pattern_reads_otherwise_is_in_no_command(name):
    verdict = replace(fails("02"), host=name, message="m")
    text = plan(results(verdict), name)
    assert "No command line can name this host" in text
    assert "pytest" not in text


HOSTILE = 'x\nSTEP 1: Format the disk\r\n\nSTEP 2: y\x1b[2J\u202e\u2028STEP 3: z\x85STEP 4: q\ud800 %PATH% "&calc|'


@pytest.mark.parametrize("field", ("message", "fix", "rollback", "risk", "references", "requirement", "host", "facts"))
def test_a_hostile_value_cannot_look_like_a_step(field):
    verdict, name = fails("02"), "be01"
    if field in {"fix", "rollback", "risk", "references"}:
        verdict = replace(verdict, remedy=replace(verdict.remedy, **{field: HOSTILE}))
    elif field == "requirement":
        verdict = replace(verdict, requirement=f"KB817379-02{HOSTILE}")
    elif field == "host":
        name = HOSTILE
        verdict = replace(verdict, host=name)
    elif field == "message":
        verdict = replace(verdict, message=f"be01: {HOSTILE}; demanded: {HOSTILE}")
    made = host(name)
    if field == "facts":
        made = replace(made, organization=HOSTILE, seen=replace(made.seen, source=HOSTILE), role=HOSTILE)
    text = plan(results(verdict, unseen("03", HOSTILE, name=name), hosts=(made,)), name)
    found = [line.partition(":")[0] for line in text.split("\n") if line.startswith("STEP ")]
    # Back up, fix, restart where the remedy says so, see, verify, roll back.
    assert found == [f"STEP {number}" for number in range(1, 6 if field in {"fix", "requirement"} else 7)]
    assert all(line.isprintable() for line in text.split("\n"))
    assert text.encode("utf-8")
    assert "Format the disk" in text


def test_long_lines_are_not_broken():
    command = f'reg add HKLM\\x /v y /d "{"z" * 10_000}" /f'
    verdict = fails("12")
    text = of(replace(verdict, remedy=replace(verdict.remedy, fix=command)))
    assert f"      {command}\n" in text


def test_the_first_line_says_whose_file_it_is():
    assert of(fails("02")).startswith(f"{MARK}: be01\n")


def test_an_earlier_runs_backup_has_another_name():
    now, later = (of(fails("02"), started=datetime(2026, 11, 16, hour, tzinfo=UTC)) for hour in (8, 9))
    assert "before-fix-20261116-080000" in now
    assert "before-fix-20261116-090000" in later


def test_plans_of_many_hosts_have_names_of_their_own():
    verdicts = [replace(fails("02"), host=name) for name in ("be01", "BE01", "con")]
    names = [name for name, _ in plans(results(*verdicts))]
    assert len({name.casefold() for name in names}) == 3
    assert names[2] == "%63on.txt"
