"""What saved facts do not show is never a pass, and one odd folder costs no other host its verdicts."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from exgate.inventory import DeclaredHost, Role
from exgate.plugin.saving import Saving

CHANGE = "cscript adsutil.vbs set w3svc/1/root/Exchange/AccessSSLFlags 8\n"


@pytest.fixture(scope="module")
def saved(run_pytest, tmp_path_factory):
    """Four hosts of the lab, saved."""
    folder = tmp_path_factory.mktemp("saved") / "facts"
    run_pytest("--hosts=be01,sa01,blind01,dead01", f"--facts-out={folder}")
    return folder


@pytest.fixture
def copied(saved, tmp_path):
    """Copy hosts' folders, and change facts.json of one."""

    def copy(*hosts, **facts):
        for host in hosts:
            shutil.copytree(saved / host, tmp_path / "facts" / host)
        file = tmp_path / "facts" / hosts[0] / "facts.json"
        data = json.loads(file.read_text())
        data["facts"] |= facts
        file.write_text(json.dumps(data))
        return tmp_path / "facts"

    return copy


@pytest.fixture
def change(tmp_path):
    (tmp_path / "change").mkdir()
    (tmp_path / "change" / "a.cmd").write_text(CHANGE)
    return tmp_path / "change"


@pytest.mark.parametrize("host", ("dead01", "blind01"))
def test_a_gate_over_a_host_that_was_not_seen_is_not_green(run_pytest, saved, change, host):
    outcome = run_pytest(f"--facts-from={saved}", f"--hosts={host}", f"--candidate={change}", "--gate=regressions")
    assert outcome.status == 6
    assert "too little is known of a host to tell what the change does there" in outcome.stdout


def test_what_a_change_to_an_unknown_metabase_does_on_the_wire_waits(run_pytest, saved, change):
    outcome = run_pytest(f"--facts-from={saved}", "--hosts=blind01", f"--candidate={change}", "--requirement=52,61,62")
    assert set(outcome.verdicts.values()) == {"not applicable"}


def test_a_planned_changes_verdicts_are_no_baseline(run_pytest, saved, change):
    planned = run_pytest(f"--facts-from={saved}", "--hosts=be01", f"--candidate={change}", "--requirement=02")
    file = planned.folder / "results.json"
    outcome = run_pytest(f"--facts-from={saved}", "--hosts=be01", "--requirement=02", f"--baseline={file}")
    assert outcome.status == 4
    assert f"ERROR: --baseline: {file} holds the verdicts of a planned change, and not of the servers" in outcome.stderr


def test_a_log_that_was_read_before_the_moment_shows_nothing_of_it(run_pytest, copied):
    now = datetime.now(UTC)
    folder = copied("be01", collected_at=(now - timedelta(days=30)).isoformat())
    outcome = run_pytest(f"--facts-from={folder}", "--events-since=2h", "--requirement=52")
    assert outcome.verdicts == {("be01", "KB817379-52"): "unknown"}
    assert "be01: the event log was read before that moment (" in outcome.findings[0]


def test_facts_of_the_future_are_not_believed(run_pytest, copied):
    folder = copied("be01", collected_at=(datetime.now(UTC) + timedelta(days=400)).isoformat())
    outcome = run_pytest(f"--facts-from={folder}")
    assert outcome.status == 6
    assert set(outcome.verdicts.values()) == {"unknown"}


def test_answers_of_another_virtual_directory_stand_for_nothing(run_pytest, copied, saved):
    wire = json.loads((saved / "sa01" / "facts.json").read_text())["facts"]["wire"]
    folder = copied("sa01", wire=wire | {"vdir": "/Exchange"})
    outcome = run_pytest(f"--facts-from={folder}", "--requirement=53,61,62")
    assert outcome.verdicts["sa01", "KB817379-61"] == outcome.verdicts["sa01", "KB817379-53"] == "unknown"
    assert "the web site was asked for /Exchange, and not for /exchange-oma" in outcome.stdout


@pytest.mark.parametrize("moment", ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"))
def test_a_time_at_the_end_of_the_calendar_costs_one_host_its_facts(run_pytest, copied, moment):
    folder = copied("be01", "sa01", iis_admin_started=moment)
    outcome = run_pytest(f"--facts-from={folder}", "--requirement=02")
    assert outcome.verdicts == {("be01", "KB817379-02"): "unreachable", ("sa01", "KB817379-02"): "pass"}


def test_what_stands_beside_saved_facts_is_not_taken(run_pytest, copied):
    folder = copied("sa01")
    with (folder / "sa01" / "host.yml").open("a", encoding="utf-8") as file:
        file.write("front_ends: [fe99]\n")
    outcome = run_pytest(f"--facts-from={folder}", "--requirement=17")
    assert outcome.verdicts == {("sa01", "KB817379-17"): "unreachable"}
    assert "front_ends stands beside facts that a run has saved, and is not taken; remove it" in outcome.findings[0]


def test_a_front_end_beside_counts_whatever_host_yml_says(run_pytest, tmp_path):
    for name, text in (
        ("sa01", "{role: standalone, organization: Lab, front_ends: []}"),
        ("fe01", "{role: front-end, organization: Lab}"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "host.yml").write_text(text)
    (tmp_path / "sa01" / "MasSync.reg").write_bytes(
        b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters]\r\n"
        b'"ExchangeVDir"="/exchange-oma"\r\n\r\n'
    )
    outcome = run_pytest(f"--facts-from={tmp_path}", "--hosts=sa01", "--requirement=17")
    assert outcome.verdicts == {("sa01", "KB817379-17"): "fail"}
    assert "beside the front-end server fe01 of the same organization" in outcome.findings[0]


def test_a_run_that_stops_before_it_has_asked_says_so_of_every_host(run_pytest, tmp_path):
    folder = tmp_path / "facts"
    hosts = SimpleNamespace(
        declared={"be01": DeclaredHost(name="be01", role=Role.BACK_END)}, front_ends=lambda _name: ()
    )
    Saving(folder, hosts, lambda seen: seen).begin(["be01"])
    outcome = run_pytest(f"--facts-from={folder}", "--requirement=02")
    assert outcome.findings[0] == (
        "UNREACHABLE be01: no facts: the run that was to save its facts stopped before it was asked; next step: save them "
        "again with --facts-out (1 verdict)"
    )


@pytest.mark.parametrize("option", ("--facts-out", "--facts-from", "--candidate", "--baseline", "--inventory"))
def test_an_empty_path_is_refused(run_pytest, option):
    outcome = run_pytest("--hosts=be01", f"{option}=")
    assert outcome.status == 4
    assert f"ERROR: {option}= names nothing: give a path, or leave the option out" in outcome.stderr
