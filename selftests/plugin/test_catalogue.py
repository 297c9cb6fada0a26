"""The whole lab, end to end: who fails what and nothing else, in which words, and what an administrator gets to read."""

import json
import re

import pytest

from .catalogue_table import ROWS
from .conftest import PROJECT

NUMBERS = (
    *("01", "02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "15", "16", "17", "18", "21", "31"),
    *("41", "42", "51", "52", "53", "61", "62", "63", "64"),
)
COMPLIANT = (
    "be01",
    "be02",
    "be03",
    "fe01",
    "sa01",
    "sbs01",
    "be-sp1",
    "fp01",
    "sp01",
    "ws01",
    "fe02",
    "fe03",
    "slow01",
)
FINDINGS = {
    "drift-01-no-exchange-vdir": ("01", ""),
    "drift-02-ssl-on-root": ("02 61", ""),
    "drift-03-forms-based-authentication": ("03 61", ""),
    "drift-04-ntlm-only": ("04 61", ""),
    "drift-05-port-8080": ("05", "61 62"),
    "drift-05-host-header": ("05 61", ""),
    "drift-06-redirect-on-root": ("06 61", ""),
    "drift-07-wrong-path": ("07 62", ""),
    "drift-07-no-davex": ("07 62", ""),
    "drift-11-lower-case": ("11", ""),
    "drift-12-other-case": ("12", ""),
    "drift-12-trailing-slash": ("12", ""),
    "drift-13-other-path": ("13", ""),
    "drift-13-script-maps": ("13", ""),
    "drift-14-anonymous": ("14", ""),
    "drift-15-open": ("15 61", ""),
    "drift-15-denies-itself": ("15 61", ""),
    "drift-15-loopback-only": ("15 61", ""),
    "drift-16-backslash-domain": ("16", "03"),
    "drift-16-45054-on-the-copy": ("16", "03"),
    "drift-17-beside-a-front-end": ("17", ""),
    "drift-18-front-end-with-exchange-vdir": ("18", ""),
    "drift-21-other-name": ("21", ""),
    "drift-31-not-excluded": ("31 61", ""),
    "drift-41-is-a-front-end": ("07 41", ""),
    "drift-41-is-sbs": ("41", ""),
    "drift-41-is-no-sbs": ("41", ""),
    "drift-42-exchange-2000": ("42", ""),
    "drift-51-w3svc-stopped": ("51", "61 62"),
    "drift-51-store-stopped": ("51 62", ""),
    "drift-52-event-3029": ("52", ""),
    "drift-52-event-1805": ("52", ""),
    "drift-53-not-restarted": ("53 61", ""),
    "drift-61-service-unavailable": ("61", ""),
    "drift-62-no-mailbox": ("62", ""),
    "drift-63-no-protocol-versions": ("63", ""),
    "drift-64-oma-500": ("64", ""),
    "unknown-31": ("", "31"),
    "unknown-52-log-cleared": ("", "52"),
    "blind01": ("", "01 02 03 04 05 06 07 41 42 53"),
    "noregistry01": ("", "01 02 03 04 05 06 07 11 12 13 14 15 16 17 53 61 62"),
    "noweb01": ("", "61 62"),
}
"""Requirements that fail, and that cannot be judged, by host; what is named drift-NN fails NN and what follows from it."""
UNREACHABLE = ("dead01", "locked01")
SERVER = re.compile(r"(https?)://127\.\d+\.\d+\.\d+:\d+")
NO_ANSWER = re.compile(r"no answer on TCP \d+:")
PORT_OF_A_NAME = re.compile(r"http://(DRIFT\d+):\d+/")


@pytest.fixture(scope="module")
def everything(run_pytest, tmp_path_factory):
    """All hosts of the lab's inventory, judged once: the run, and every verdict by host and number."""
    record = tmp_path_factory.mktemp("record") / "verdicts.json"
    outcome = run_pytest("-p", "selftests.plugin.recorder", "--hosts=all", environment={"EXGATE_RECORD": str(record)})
    verdicts = {}
    for verdict in json.loads(record.read_text(encoding="utf-8")):
        verdicts.setdefault(verdict["host"], {})[verdict["requirement"].removeprefix("KB817379-")] = verdict
    return outcome, verdicts


def words(verdict):
    """Give a verdict's message without what differs from run to run."""
    text = SERVER.sub(r"\1://SERVER", verdict["message"].removeprefix(f"{verdict['host']}: "))
    return NO_ANSWER.sub("no answer on TCP 80:", PORT_OF_A_NAME.sub(r"http://\1/", text))


def test_every_host_has_one_verdict_for_each_requirement(everything):
    _, verdicts = everything
    assert {host: tuple(sorted(found)) for host, found in verdicts.items()} == dict.fromkeys(
        (*COMPLIANT, *FINDINGS, *UNREACHABLE), NUMBERS
    )


@pytest.mark.parametrize(
    ("number", "outcome", "host", "message"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}-{row[2]}".replace(" ", "-") for row in ROWS],
)
def test_verdict_and_message(everything, number, outcome, host, message):
    _, verdicts = everything
    verdict = verdicts[host][number]
    assert (verdict["outcome"], words(verdict)) == (outcome, message)


@pytest.mark.parametrize("host", FINDINGS)
def test_the_whole_set_of_a_broken_server(everything, host):
    _, verdicts = everything
    found = {outcome: [] for outcome in ("fail", "unknown", "unreachable")}
    for number, verdict in verdicts[host].items():
        if verdict["outcome"] in found:
            found[verdict["outcome"]].append(number)
    fails, unknown = FINDINGS[host]
    assert found == {"fail": fails.split(), "unknown": unknown.split(), "unreachable": []}


@pytest.mark.parametrize("host", COMPLIANT)
def test_a_compliant_server_has_no_finding(everything, host):
    _, verdicts = everything
    assert {verdict["outcome"] for verdict in verdicts[host].values()} == {"pass", "not applicable"}


@pytest.mark.parametrize("host", UNREACHABLE)
def test_a_host_that_cannot_be_asked(everything, host):
    _, verdicts = everything
    assert {verdict["outcome"] for verdict in verdicts[host].values()} == {"unreachable"}


def test_the_table_of_messages_has_every_requirement_failing_and_passing():
    rows = {(number, outcome) for number, outcome, _, _ in ROWS}
    assert {number for number, outcome in rows if outcome == "fail"} == set(NUMBERS)
    assert {number for number, outcome in rows if outcome == "pass"} == set(NUMBERS)
    assert {number for number, outcome in rows if outcome == "unknown"} >= {"01", "02", "03", "31", "52", "53", "61"}


def test_the_table_of_messages_has_every_finding(everything):
    _, verdicts = everything
    found = {(number, v["host"]) for each in verdicts.values() for number, v in each.items() if v["outcome"] == "fail"}
    assert found == {(number, host) for number, outcome, host, _ in ROWS if outcome == "fail"}


def test_other_verdicts_say_which_role_they_judged(everything):
    _, verdicts = everything
    note = " (judged as standalone, which KB817379-41 contradicts)"
    assert {number for number, verdict in verdicts["drift-41-is-sbs"].items() if verdict["message"].endswith(note)} == {
        number for number in NUMBERS if number != "41"
    }


def test_what_the_terminal_ends_with(everything):
    outcome, _ = everything
    assert outcome.status == 1
    assert "Traceback" not in outcome.stdout + outcome.stderr
    start = next(number for number, line in enumerate(outcome.findings) if line.startswith("host "))
    shown = [line.rstrip() for line in outcome.findings[start:] if not line.startswith(("facts: ", "report: "))]
    assert (shown[-3], shown[-1]) == (
        "1482 verdicts on 57 hosts: 803 pass, 51 fail, 37 unknown, 52 unreachable, 539 not applicable",
        "exit status 1: something does not comply",
    )
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "\n".join(("```", *shown, "```")) in re.sub("^facts: .*\n", "", readme, flags=re.MULTILINE)


def test_what_cannot_be_seen_is_told_in_one_line(everything):
    outcome, _ = everything
    (line,) = (line for line in outcome.findings if "blind01: " in line)
    assert line == (
        "UNKNOWN     blind01: access to root\\MicrosoftIISv2 is denied; next step: give the account Enable Account and "
        "Remote Enable on root\\MicrosoftIISv2 (wmimgmt.msc, WMI Control, Security), or use an administrator "
        "(10 verdicts: KB817379-01, 02, 03, 04, 05, 06, 07, 41, 42, 53)"
    )
