"""--nagios in whole runs: standard output, standard error and exit status as a monitoring agent sees them."""

import re

import pytest

from .test_waivers import HOST, MOMENT, waiver, waivers_file

PERFORMANCE = re.compile(r" \| fail=\d+;;;0 .* time=[0-9.]+s;;;0")
BROKEN = "def test_own(host:\n"
INTERRUPTED = "def test_own(host):\n    raise KeyboardInterrupt\n"


def seen(outcome):
    """Give the exit status and the lines, the first one without its performance data."""
    assert outcome.stderr == ""
    first, *others = outcome.stdout.splitlines()
    return outcome.status, PERFORMANCE.sub("", first), others


def test_findings(run_pytest):
    outcome = run_pytest(f"--hosts={HOST},dead", "--nagios", "-v")
    assert PERFORMANCE.search(outcome.stdout.splitlines()[0])
    status, first, others = seen(outcome)
    assert (status, first) == (
        2,
        (
            "TESTINFRA CRITICAL - 2 fail, 26 unreachable, 11 pass, 13 not applicable on 2 hosts: "
            f"{HOST} KB817379-02, 61; dead01 unreachable"
        ),
    )
    assert [line.partition(":")[0] for line in others] == [
        f"FAIL        KB817379-02 critical {HOST}",
        f"FAIL        KB817379-61 critical {HOST}",
        "UNREACHABLE dead01",
    ]
    assert outcome.results["run"]["exit_status"] == 1
    assert (outcome.folder / "junit.xml").is_file()


def test_waived_is_ok_and_counted(run_pytest, tmp_path):
    outcome = run_pytest(
        *("-p", "selftests.plugin.frozen_moment", f"--waivers={waivers_file(tmp_path, waiver())}"),
        *(f"--hosts={HOST}", "--requirement=01,02", "--nagios", "-qq"),
        environment={"EXGATE_MOMENT": MOMENT},
    )
    assert seen(outcome) == (0, "TESTINFRA OK - 1 waived, 1 pass on 1 host", [])


@pytest.mark.parametrize(
    ("arguments", "text"),
    (
        pytest.param(
            ("--hosts=a|b",), r'.*inventories.lab\.yml: "a/b" is neither a host nor a group; .*', id="no-host"
        ),
        pytest.param(("--hosts=be01", "--inventory="), "--inventory= names nothing: .*", id="empty-option"),
        pytest.param(
            ("--hosts=be01", "-k", "nothing_is_called_so"),
            "no requirement was judged, no test was selected: nothing was asked",
            id="nothing-selected",
        ),
        pytest.param(
            ("--hosts=be01", "--requirement=18"),
            "1 not applicable on 1 host, nothing that was asked applies",
            id="nothing-applies",
        ),
    ),
)
def test_nothing_that_was_looked_at_is_never_ok(run_pytest, arguments, text):
    status, first, others = seen(run_pytest(*arguments, "--nagios"))
    assert re.fullmatch(f"TESTINFRA UNKNOWN - {text}", first), first
    assert (status, others) == (3, [])


def test_broken_tests_are_never_ok(run_pytest, own):
    status, first, others = seen(run_pytest("-c", "pytest.ini", "--hosts=be01", "--nagios", own(BROKEN)))
    assert first == "TESTINFRA UNKNOWN - no requirement was judged, 1 file of tests cannot be collected"
    assert (status, others) == (3, [])


def test_a_run_that_is_interrupted_is_never_ok(run_pytest, own):
    arguments = ("-p", "no:randomly", "--hosts=be01,be02", "--nagios", "tests/test_a_mobile_vdir.py")
    status, first, others = seen(run_pytest(*arguments, own(INTERRUPTED)))
    assert first == (
        "TESTINFRA UNKNOWN - 7 pass on 1 host, incomplete: 7 not judged, the run was interrupted: it is incomplete"
    )
    assert (status, others) == (3, [])
