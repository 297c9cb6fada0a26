"""A user's own test file in testinfra's style runs beside ours."""

import pytest

OWN = """
import pytest

def test_addresses(host):
    output = host.run("ipconfig /all")
    assert output.rc == 0
    assert "IP Address" in output.stdout

def test_arguments_are_quoted(host):
    assert host.run("echo %s", "a b").stdout == '"a b"\\r\\n'

def test_metabase(host):
    key = host.metabase("W3SVC/1/ROOT/Exchange")
    assert key.exists
    assert key.value("AuthFlags") == 6
    assert key.setting("AuthFlags").where == "set on /LM/W3SVC/1/ROOT/Exchange"
    assert not host.metabase("/LM/W3SVC/1/ROOT/gone").exists

def test_registry(host):
    setup = host.registry(r"HKLM\\SOFTWARE\\Microsoft\\Exchange\\Setup")
    assert setup.exists
    assert setup.value("Services Version").data == 65
    assert setup.value("services version") is None
    assert not host.registry(r"SOFTWARE\\Nobody").exists

def test_event_log(host):
    assert host.event_log.reaches_back
    assert not host.event_log.events

def test_services(host):
    assert host.facts.services.service("iisadmin").state == "Running"

def test_without_a_host():
    assert 1 + 1 == 2
"""
FAILING = """
def test_own(host):
    found = host.metabase("W3SVC/1/ROOT/Exchange").value("AuthFlags")
    assert found == 1
"""


def test_own_tests_pass_beside_ours(run_pytest, own):
    outcome = run_pytest("--hosts=be01,be02", "tests", own(OWN))
    assert outcome.status == 0, outcome.stdout
    assert "41 passed, 24 skipped" in outcome.stdout


def test_an_own_test_that_fails_is_pytests_own(run_pytest, own):
    outcome = run_pytest("--hosts=be01", "tests", own(FAILING))
    assert outcome.status == 1
    assert "assert <AuthFlags.AuthBasic|AuthNTLM: 6> == 1" in outcome.stdout


def test_an_own_test_of_a_dead_host_is_unreachable_in_one_line(run_pytest, own):
    outcome = run_pytest("-c", "pytest.ini", "--hosts=dead", own(OWN))
    assert outcome.status == 6
    assert "Traceback" not in outcome.stdout
    assert [line[:29] for line in outcome.findings[:1]] == ["UNREACHABLE dead01: connect: "]


def test_an_own_test_of_a_key_that_is_not_known_is_unknown(run_pytest, own):
    outcome = run_pytest(
        "-c",
        "pytest.ini",
        "--hosts=half-blind",
        own("def test_own(host):\n    assert host.metabase('W3SVC/1').exists\n"),
    )
    assert outcome.status == 6
    assert outcome.findings[0].startswith("UNKNOWN     ")


@pytest.mark.parametrize(
    ("server", "shell", "reason"),
    (
        pytest.param("no-shell", "yes", "AccessDenied", id="the-server-refuses-the-shell"),
        pytest.param("be01", "no", "the shell is off for this host", id="the-inventory-forbids-the-shell"),
    ),
)
def test_a_command_that_cannot_be_run_is_unknown(run_pytest, own, tmp_path, server, shell, reason):
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(
        f"all: {{hosts: {{be01: {{role: back-end, lab_server: {server}, shell: {shell}, user: 'LAB\\exgate', "
        "password: {env: EXGATE_LAB_PASSWORD}}}}",
        encoding="utf-8",
    )
    text = "def test_own(host):\n    assert host.run('hostname').rc == 0\n"
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", f"--inventory={inventory}", own(text))
    assert (outcome.status, "Traceback" in outcome.stdout) == (6, False)
    assert reason in outcome.findings[0]


def test_a_command_that_does_not_exist(run_pytest, own):
    text = "def test_own(host):\n    assert host.run('no_such_command').rc == 1\n"
    assert run_pytest("-c", "pytest.ini", "--hosts=be01", own(text)).status == 0


def test_own_commands_use_the_hosts_one_connection(run_pytest, own):
    text = """
import requests

def test_own(host):
    host.run("hostname")
    host.run("ver")
    with requests.Session() as session:
        session.trust_env = False
        record = session.get(f"{host.backend.exgate.hosts.lab_control}/record", timeout=5).json()["be01"]
    assert (record["connections"], record["logon_attempts"]) == (1, 1)
"""
    assert run_pytest("--hosts=be01", "tests", own(text)).status == 0


def test_a_check_that_breaks_is_unknown_never_green(run_pytest, own):
    text = """
from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, http_status, requirement

@requirement("KB817379-99", title="x", severity=Severity.HIGH, roles=ALL_ROLES, passage="x",
             symptoms=(http_status("500"),), fix="x", rollback="x", risk="x", references=("x",))
def test_broken(host):
    \"\"\"Why.\"\"\"
    host.exchange.no_such_property
"""
    outcome = run_pytest("-c", "pytest.ini", "--hosts=be01", own(text))
    assert outcome.status == 6
    assert outcome.findings[0] == (
        "UNKNOWN     KB817379-99 high     be01: the check itself failed, please report it: AttributeError: "
        "'ExchangeServer' object has no attribute 'no_such_property' (test_own.py:9)"
    )
