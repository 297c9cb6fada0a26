"""What a server is, and whether it runs: messages asserted exactly."""

import pytest

from exgate.exchange import Identity
from exgate.facts.role import Role
from exgate.facts.services import Service, Services
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import BASIC, metabase

EXCHANGE = "/LM/W3SVC/1/ROOT/Exchange"


def windows(suite):
    return OperatingSystem("Windows Server 2003", "5.2.3790", "Service Pack 2", suite)


def dav(extension, vdir="Exchange"):
    return metabase({vdir: rf'{BASIC} ScriptMaps="*,C:\Exchsrvr\bin\{extension},1"'})


@pytest.mark.parametrize(
    ("role", "extension", "suite", "complies", "found"),
    (
        pytest.param(
            Role.BACK_END,
            "davex.dll",
            272,
            True,
            "the inventory says back-end: {0} by davex.dll, OSProductSuite is 272",
            id="be",
        ),
        pytest.param(
            Role.STANDALONE,
            "DAVEX.dll",
            272,
            True,
            "the inventory says standalone: {0} by davex.dll, OSProductSuite is 272",
            id="sa",
        ),
        pytest.param(
            Role.FRONT_END,
            "exprox.dll",
            272,
            True,
            "the inventory says front-end: {0} by exprox.dll, OSProductSuite is 272",
            id="fe",
        ),
        pytest.param(
            Role.SBS,
            "davex.dll",
            305,
            True,
            "the inventory says sbs: {0} by davex.dll, OSProductSuite is 305",
            id="sbs",
        ),
        pytest.param(
            Role.BACK_END,
            "exprox.dll",
            272,
            False,
            "this is a front-end server: {0} by exprox.dll; the inventory says back-end",
            id="is-a-front-end",
        ),
        pytest.param(
            Role.FRONT_END,
            "davex.dll",
            272,
            False,
            "this is a mailbox server: {0} by davex.dll; the inventory says front-end",
            id="is-a-mailbox-server",
        ),
        pytest.param(
            Role.STANDALONE,
            "davex.dll",
            304,
            False,
            "this is Small Business Server: OSProductSuite is 304; the inventory says standalone",
            id="is-sbs",
        ),
        pytest.param(
            Role.SBS,
            "davex.dll",
            273,
            False,
            "this is not Small Business Server: OSProductSuite is 273; the inventory says sbs",
            id="was-sbs-once",
        ),
    ),
)
def test_is_what_the_inventory_says(make_server, role, extension, suite, complies, found):
    server = make_server(role, metabase=dav(extension), operating_system=windows(suite))
    reading = Identity(server).is_what_the_inventory_says
    assert (bool(reading), reading.found) == (complies, found.format(f"{EXCHANGE} is served"))


def test_another_vdir_shows_the_role_where_exchange_is_missing(make_server):
    server = make_server(metabase=dav("davex.dll", "Public"), operating_system=windows(272))
    assert Identity(server).is_what_the_inventory_says.found == (
        "the inventory says back-end: /LM/W3SVC/1/ROOT/Public is served by davex.dll, OSProductSuite is 272"
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    (
        pytest.param(
            {"operating_system": windows(272)},
            "no virtual directory is served by davex.dll or exprox.dll, so that the server does not show its role",
            id="no-extension",
        ),
        pytest.param(
            {"metabase": dav("davex.dll"), "operating_system": Unknown("denied", "ask")}, "denied", id="no-suite"
        ),
        pytest.param({"metabase": Unknown("denied", "ask")}, "denied", id="no-metabase"),
    ),
)
def test_a_role_that_does_not_show_is_unknown(make_server, facts, reason):
    with pytest.raises(UnknownFact) as caught:
        _ = Identity(make_server(**facts)).is_what_the_inventory_says
    assert caught.value.unknown.reason == reason


BEFORE_SP2 = "; before Service Pack 2 events 3029, 3030 and 3031 are never logged, so that their absence is no evidence"
DEMANDED = "; demanded: Exchange 6.5 (Exchange Server 2003) on IIS 6.0"


@pytest.mark.parametrize(
    ("exchange", "iis", "complies", "found"),
    (
        pytest.param((65, 7638), (6, 0), True, "Exchange 6.5 build 7638 on IIS 6.0, Service Pack 2", id="sp2"),
        pytest.param(
            (65, 7226), (6, 0), True, f"Exchange 6.5 build 7226 on IIS 6.0, Service Pack 1{BEFORE_SP2}", id="sp1"
        ),
        pytest.param((65, None), (6, 0), True, f"Exchange 6.5 on IIS 6.0, no service pack{BEFORE_SP2}", id="rtm"),
        pytest.param(
            (60, 6249), (5, 0), False, f"this is Exchange 6.0 build 6249 on IIS 5.0{DEMANDED}", id="exchange-2000"
        ),
        pytest.param((65, 7638), (7, 0), False, f"this is Exchange 6.5 build 7638 on IIS 7.0{DEMANDED}", id="iis-7"),
    ),
)
def test_runs_exchange_2003(make_server, exchange, iis, complies, found):
    server = make_server(exchange=ExchangeVersion(*exchange), iis=IisVersion(*iis))
    reading = Identity(server).runs_exchange_2003
    assert (bool(reading), reading.found) == (complies, found)


@pytest.mark.parametrize("missing", ("exchange", "iis"))
def test_a_version_that_was_not_read_is_unknown(make_server, missing):
    facts = {"exchange": ExchangeVersion(65, 7638), "iis": IisVersion(6, 0)} | {missing: Unknown("denied", "ask")}
    with pytest.raises(UnknownFact, match=r"^denied; next step: ask$"):
        _ = Identity(make_server(**facts)).runs_exchange_2003


def services(**states):
    return Services(tuple(Service(name, state, "Auto") for name, state in states.items()))


@pytest.mark.parametrize(
    ("role", "states", "complies", "found"),
    (
        pytest.param(
            Role.BACK_END,
            {"IISADMIN": "Running", "W3SVC": "Running", "MSExchangeIS": "Running"},
            True,
            "IISADMIN, W3SVC, MSExchangeIS are Running",
            id="all",
        ),
        pytest.param(
            Role.FRONT_END,
            {"IISADMIN": "Running", "W3SVC": "Running"},
            True,
            "IISADMIN, W3SVC are Running",
            id="front-end",
        ),
        pytest.param(
            Role.SBS,
            {"IISADMIN": "Running", "W3SVC": "Running"},
            False,
            "MSExchangeIS is missing; demanded: Running",
            id="no-store",
        ),
        pytest.param(
            Role.STANDALONE,
            {"IISADMIN": "Running", "W3SVC": "Stopped", "MSExchangeIS": "Start Pending"},
            False,
            "W3SVC is Stopped, MSExchangeIS is Start Pending; demanded: Running",
            id="two",
        ),
    ),
)
def test_services_run(make_server, role, states, complies, found):
    reading = Identity(make_server(role, services=services(**states))).services_run
    assert (bool(reading), reading.found) == (complies, found)


def test_services_that_were_not_read_are_unknown(make_server):
    with pytest.raises(UnknownFact, match=r"^not read; next step: read it$"):
        _ = Identity(make_server()).services_run
