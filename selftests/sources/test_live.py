"""One live host of the lab to its facts; each fact fails for itself, and says how."""

from dataclasses import replace

import pytest

from exgate.facts.metabase import Metabase, Provenance
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS
from exgate.facts.software import ExchangeVersion, IisVersion
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.inventory import Secret
from exgate.sources import windows
from exgate.sources.collect import collect_host
from exgate.sources.limits import Limits
from exgate.wsman import names

from .conftest import facts_that_are_unknown

SHELL = (names.SHELL_CREATE, names.SHELL_COMMAND, names.SHELL_RECEIVE, names.SHELL_SIGNAL, names.SHELL_DELETE)
LIMITS = Limits(connect_timeout=5, host_timeout=30)
EXCHANGE, SECONDARY = "/LM/W3SVC/1/ROOT/Exchange", "/LM/W3SVC/1/ROOT/exchange-oma"


@pytest.fixture
def ask(live_lab):
    """Collect one host of the lab."""

    def collect(name, *, limits=LIMITS, **changes):
        settings, password = live_lab.host(name, **changes)
        return collect_host(settings, password, limits)

    return collect


def value(metabase: Metabase, location, name):
    setting = metabase.effective(location, name)
    return str(setting.value), setting.provenance, setting.location


def test_a_back_end(ask, live_lab):
    collected = ask("be01")
    facts = collected.result
    assert facts_that_are_unknown(facts) == {}
    assert (facts.host, facts.stack) == ("be01", "OS: 5.2.3790 SP: 2.0 Stack: 2.0")
    address = live_lab.settings("be01").address
    assert facts.source == f"WMI over WS-Management, http://{address}:{live_lab.settings('be01').port}/wsman"
    assert isinstance(facts.metabase, MetabaseViewAndFile)
    assert value(facts.metabase, EXCHANGE, "AuthFlags") == ("6 (AuthBasic | AuthNTLM)", Provenance.SET, EXCHANGE)
    assert [str(binding) for binding in facts.metabase.effective("/LM/W3SVC/1", "ServerBindings").value] == [":80:"]
    assert facts.metabase.stored_location(SECONDARY) is None
    assert (facts.iis, facts.exchange) == (IisVersion(6, 0), ExchangeVersion(65, 7638))
    assert (facts.operating_system.version, facts.operating_system.product_suite) == ("5.2.3790", 272)
    assert {service.name: service.state for service in facts.services.services} == dict.fromkeys(
        windows.SERVICE_NAMES, "Running"
    )
    assert [str(address) for address in facts.network.addresses] == ["10.81.7.11"]
    assert facts.network.own_name_resolves_to == windows.NOT_RESOLVED
    assert [value.name for value in facts.registry.key(MASSYNC_PARAMETERS).values] == ["SMTPProxy"]
    assert facts.registry.key(MASSYNC).values == ()


def test_a_server_of_method_2(ask):
    facts = ask("sa01").result
    assert facts_that_are_unknown(facts) == {}
    value_found = facts.registry.key(MASSYNC_PARAMETERS).value("ExchangeVDir")
    assert (value_found.type_name, value_found.data) == ("REG_SZ", "/exchange-oma")
    assert value(facts.metabase, EXCHANGE, "45054") == ("1", Provenance.SET, EXCHANGE)
    restrictions = facts.metabase.effective(SECONDARY, "IPSecurity")
    assert str(restrictions.value) == "GrantByDefault FALSE, IPGrant 10.81.7.21"
    assert [str(address) for address in facts.network.own_name_resolves_to] == ["10.81.7.21"]


COMMON = {"Identify": 1, "EnumValues": 1, "GetDWORDValue": 1, names.ENUMERATE: 8}


@pytest.mark.parametrize(
    ("name", "more"),
    (
        pytest.param("be01", {"EnumValues": 2}, id="method-1"),
        pytest.param("sa01", {"GetStringValue": 1, names.ENUMERATE: 9}, id="method-2"),
        pytest.param("fe01", {"EnumValues": 2}, id="front-end"),
    ),
)
def test_messages(ask, live_lab, name, more):
    collected = ask(name)
    assert collected.messages == COMMON | more | dict.fromkeys(SHELL, 1)
    record = live_lab.record(name)
    assert record["messages"] == sum(collected.messages.values())
    log_on = {key: record[key] for key in ("connections", "logon_attempts", "logons_accepted", "open_shells")}
    assert log_on == {"connections": 1, "logon_attempts": 1, "logons_accepted": 1, "open_shells": 0}


def denied(place):
    return Unknown(
        f"access to {place} is denied",
        f"give the account Enable Account and Remote Enable on {place} (wmimgmt.msc, WMI Control, Security), "
        "or use an administrator",
    )


QUOTA = (
    "a quota of WinRM is used up: The WS-Management service cannot process the request. This user is allowed a maximum "
    "number of 5 concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user."
)
CLOSED = Unknown(
    "the connection ended before this was read: the server closed the connection", "run again, or raise --host-timeout"
)
ALL_FACTS = (
    *("metabase", "metabase_file", "services", "network", "operating_system", "iis", "exchange"),
    *("iis_admin_started", "event_log", "sharepoint"),
)


@pytest.mark.parametrize(
    ("name", "changes", "unknown", "metabase"),
    (
        pytest.param(
            "half-blind",
            {},
            dict.fromkeys(("metabase", "iis"), denied(r"root\MicrosoftIISv2")),
            Unknown,
            id="a-namespace-that-is-denied",
        ),
        pytest.param(
            "no-shell",
            {},
            {
                "metabase_file": Unknown(
                    "access to the command shell is denied",
                    "let the account use the shell (winrm get winrm/config/winrs shows AllowRemoteShellAccess), "
                    "or set shell: false in the inventory",
                )
            },
            MetabaseView,
            id="a-shell-that-is-denied",
        ),
        pytest.param(
            "shell-quota",
            {},
            {"metabase_file": Unknown(QUOTA, "close idle shells, or lower --parallel")},
            MetabaseView,
            id="no-shell-to-spare",
        ),
        pytest.param(
            "be01",
            {"shell": False},
            {
                "metabase_file": Unknown(
                    "MetaBase.xml was not read: the shell is off for this host", "set shell: true in the inventory"
                )
            },
            MetabaseView,
            id="no-shell-wanted",
        ),
        pytest.param(
            "drops",
            {},
            dict.fromkeys((*ALL_FACTS, f"HKLM\\{MASSYNC_PARAMETERS.lower()}"), CLOSED)
            | {
                "wire": Unknown(
                    f"which virtual directory to ask for is not known: {CLOSED.reason}",
                    "run again, or raise --host-timeout",
                )
            },
            Unknown,
            id="a-connection-that-breaks",
        ),
    ),
)
def test_what_is_not_known_and_why(ask, name, changes, unknown, metabase):
    facts = ask(name, **changes).result
    assert facts_that_are_unknown(facts) == unknown
    assert isinstance(facts.metabase, metabase)


def test_without_a_shell_45054_is_not_known(ask):
    metabase = ask("no-shell").result.metabase
    with pytest.raises(UnknownFact, match=f"^WMI does not show 45054 of {EXCHANGE}; next step: allow the shell"):
        metabase.effective(EXCHANGE, "45054")


def test_a_connection_that_breaks_is_not_made_again(ask, live_lab):
    collected = ask("drops")
    assert (collected.connections, dict(collected.messages)) == (1, {"Identify": 1, "EnumValues": 1})
    record = live_lab.record("drops")
    assert {key: record[key] for key in ("connections", "logon_attempts", "messages")} == {
        "connections": 1,
        "logon_attempts": 1,
        "messages": 1,
    }


def test_time_that_runs_out_between_two_facts(ask):
    # Each answer takes 0.3 s: the log-on and Identify are through, and nothing else can be.
    facts = ask("slow", limits=Limits(connect_timeout=5, host_timeout=1)).result
    reason = Unknown(
        "the connection ended before this was read: the deadline for this host is over",
        "run again, or raise --host-timeout",
    )
    assert set(facts_that_are_unknown(facts)) >= set(ALL_FACTS)
    assert set(facts_that_are_unknown(facts).values()) - {facts.wire} == {reason}


def test_https(ask, live_lab):
    facts = ask("be01", https=True).result
    assert facts_that_are_unknown(facts) == {}
    assert facts.source.startswith("WMI over WS-Management, https://127.")
    assert live_lab.record("be01")["logon_attempts"] == 1


def test_a_wrong_password_is_nowhere_in_what_is_collected(live_lab):
    settings, _ = live_lab.host("be01")
    collected = collect_host(settings, Secret("wr0ng/p@ssword"), LIMITS)
    assert "wr0ng" not in repr(collected)
    assert str(collected.result) == (
        "log-on rejected: the server rejected the user or the password; next step: check user and password by hand "
        "before the next run: every run counts towards the account's lock-out"
    )


def test_an_account_without_a_user(live_lab):
    settings, password = live_lab.host("be01")
    result = collect_host(replace(settings, user=None), password, LIMITS).result
    assert result.detail == "auth method ntlm requires a username"
    assert live_lab.record("be01")["connections"] == 0
