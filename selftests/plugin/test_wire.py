"""What a run puts on the wire: the lab keeps a record of everything that it was asked."""

import socket
from pathlib import Path

import pytest
import requests

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import load_inventory
from exgate.plugin.live_hosts import LiveHosts
from exgate.sources.limits import Limits
from exgate.wsman import names

LAB = Path(__file__).parents[2] / "inventories" / "lab.yml"
STD_REG_PROV = names.wmi_resource(r"root\default", "StdRegProv")
ALLOWED = {
    "Identify",
    names.ENUMERATE,
    names.PULL,
    names.RELEASE,
    names.GET,
    *(f"{STD_REG_PROV}/{method}" for method in ("EnumKey", "EnumValues", "GetStringValue", "GetDWORDValue")),
    names.SHELL_CREATE,
    names.SHELL_COMMAND,
    names.SHELL_RECEIVE,
    names.SHELL_SIGNAL,
    names.SHELL_DELETE,
}
"""Nothing that changes a server."""
SHELL = {names.SHELL_CREATE, names.SHELL_COMMAND, names.SHELL_RECEIVE, names.SHELL_SIGNAL, names.SHELL_DELETE}


def ask_all(inventory, ids=None, wire=()):
    """Ask all hosts of an inventory once, for some requirements if they are named: the run and the lab's record."""
    run = LiveHosts(load_inventory(inventory), "all", Limits())
    run.start()
    if ids is not None:
        run.ask_only_for(ids, wire)
    try:
        run.collect(tuple(run.declared), frozenset(), lambda _name, _collected: None)
        with requests.Session() as session:
            session.trust_env = False
            record = session.get(f"{run.lab_control}/record", timeout=10).json()
    finally:
        run.stop()
    return run, record


@pytest.fixture(scope="module")
def asked():
    return ask_all(LAB)


def test_only_reading_actions_are_sent(asked):
    _, record = asked
    assert {action for server in record.values() for action in server["actions"]} - ALLOWED == set()


def test_a_rejected_log_on_is_tried_exactly_once(asked):
    run, record = asked
    assert record["locked-out"]["logon_attempts"] == 1
    assert isinstance(run.collected["locked01"].result, Unreachable)


def test_a_wrong_password_is_tried_on_two_hosts_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setenv("EXGATE_LAB_PASSWORD", "right")
    monkeypatch.setenv("WRONG", "wrong")
    hosts = "".join(
        f"    {name}: {{lab_server: {name}}}\n" for name in ("be01", "be02", "be03", "sa01", "fe01", "dead")
    )
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        f"all:\n  vars: {{role: back-end, user: 'LAB\\exgate', password: {{env: WRONG}}}}\n  hosts:\n{hosts}",
        encoding="utf-8",
    )
    run, record = ask_all(inventory)
    causes = {name: collected.result.cause for name, collected in run.collected.items()}
    assert sum(server["logon_attempts"] for server in record.values()) == 2
    assert causes == dict.fromkeys(("be01", "be02", "be03", "sa01", "fe01"), Cause.LOG_ON_REJECTED) | {
        "dead": Cause.CONNECT
    }
    withheld = [c.result.detail for c in run.collected.values() if c.result.detail.startswith("not tried, because ")]
    assert len(withheld) == 3


def test_a_host_is_asked_through_one_connection_and_one_log_on(asked):
    run, record = asked
    for name, collected in run.collected.items():
        server = record[run.settings[name].lab_server]
        if isinstance(collected.result, HostFacts):
            assert (server["connections"], server["logon_attempts"], server["logons_accepted"]) == (1, 1, 1), name
            assert collected.connections == 1


@pytest.mark.parametrize(("name", "messages"), (("be01", 12), ("sa01", 13), ("sbs01", 13)))
def test_messages_without_the_shell(asked, name, messages):
    _, record = asked
    assert sum(count for action, count in record[name]["actions"].items() if action not in SHELL) == messages


def test_no_shell_is_left_open(asked):
    _, record = asked
    assert {name: server["open_shells"] for name, server in record.items() if server["open_shells"]} == {}


def test_the_lab_is_stopped_with_the_run(asked):
    run, _ = asked
    be01 = run.settings["be01"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((be01.address, be01.port), timeout=5)


@pytest.mark.parametrize(
    ("ids", "wire", "site_requests", "log_ons"),
    (
        pytest.param(("KB817379-42",), (), {}, 0, id="nothing-needs-it"),
        pytest.param((), (), {}, 0, id="own-tests-alone"),
        pytest.param(("KB817379-03",), (), {"GET": 1, "PROPFIND": 1}, 0, id="evidence"),
        pytest.param(("KB817379-61",), ("KB817379-61",), {"GET": 1, "PROPFIND": 1}, 0, id="no-log-on"),
        pytest.param(("KB817379-62",), ("KB817379-62",), {"GET": 1, "PROPFIND": 4}, 1, id="log-on"),
    ),
)
def test_the_web_site_is_asked_for_no_more_than_verdicts_need(tmp_path, monkeypatch, ids, wire, site_requests, log_ons):
    monkeypatch.setenv("EXGATE_LAB_PASSWORD", "right")
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        "all: {hosts: {be01: {role: back-end, lab_server: be01, user: 'LAB\\exgate', password: {env: "
        "EXGATE_LAB_PASSWORD}, test_mailbox: exgate}}}",
        encoding="utf-8",
    )
    _, record = ask_all(inventory, ids, wire)
    assert (record["be01"]["site_requests"], record["be01"]["site_logon_attempts"]) == (site_requests, log_ons)
