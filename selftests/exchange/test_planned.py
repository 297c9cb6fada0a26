"""What a planned change leaves of the web site's answers, of the event log, and of what they say."""

from datetime import UTC, datetime

import pytest

from exgate.exchange import Symptoms, Web
from exgate.exchange.planned import after, cannot_be_judged
from exgate.facts.change import DeleteKey, ImportKeys, Origin, Plan, SetProperty, SetRegistryValue
from exgate.facts.events import SERVER_ACTIVESYNC, EventLog, LoggedEvent
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.http import HttpAnswer
from exgate.facts.metabase_export import read_export
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.registry import MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.facts.role import Role
from exgate.facts.unknown import Pending, PendingFact, Unknown, UnknownFact
from exgate.facts.wire import Answered, Probe, Wire

from .conftest import BASIC, OMA_VALUE, metabase, registry

ORIGIN = Origin("change/a.cmd", 1)
ROOT = "/LM/W3SVC/1/ROOT"
EXCHANGE = f"{ROOT}/Exchange"
COPY = f"{ROOT}/exchange-oma"
SSL_OFF = AccessSSLFlags(0)
STARTED = datetime(2026, 1, 1, 6, tzinfo=UTC)
CHALLENGE = HttpAnswer(status=401, sub_status=2, schemes=("Negotiate", "NTLM", "Basic"))
FORM = HttpAnswer(status=440, reason="Login Timeout")
FORBIDDEN = HttpAnswer(status=403, reason="Forbidden", sub_status=4)
PROBES = {Probe.GET, Probe.PROPFIND, Probe.MAILBOX}
SIGNED = {Probe.ACTIVESYNC_LOGGED_ON}


def wire(answer=CHALLENGE, vdir="/Exchange"):
    asked = {probe: Answered(method="GET", url="http://x/", answer=answer) for probe in Probe}
    return Wire(vdir=vdir, host_header="BE01", answers=asked)


def put(location, name="AccessSSLFlags", value=SSL_OFF):
    return SetProperty(origin=ORIGIN, location=location, name=name, value=value)


def value(data="/exchange-oma", name="ExchangeVDir"):
    return SetRegistryValue(
        origin=ORIGIN, path=MASSYNC_PARAMETERS, value=RegistryValue(name, RegistryType.REG_SZ, data)
    )


def load(location, attributes=BASIC):
    keys = read_metabase(f'<a><IIsWebVirtualDir Location="{location}" {attributes}/></a>').keys
    return ImportKeys(origin=ORIGIN, location=location, keys=tuple(keys.values()), inherited={})


@pytest.fixture
def server(make_server):
    def make(role=Role.BACK_END, data=None, **facts):
        vdirs = {"Exchange": BASIC, "exchange-oma": BASIC, "OMA": "", "Microsoft-Server-ActiveSync": ""}
        here = {
            "metabase": metabase(vdirs),
            "registry": registry(*([("ExchangeVDir", data)] if data else [])),
            "wire": wire(),
            "iis_admin_started": STARTED,
            "event_log": EventLog(since=STARTED, because="x", events=(), reaches_back=True),
        }
        return make_server(role, **here | facts)

    return make


@pytest.mark.parametrize(
    ("role", "plan", "stale"),
    (
        pytest.param(Role.BACK_END, Plan((put(EXCHANGE),)), PROBES | SIGNED, id="exchange"),
        pytest.param(Role.BACK_END, Plan((put(COPY),)), set(), id="another-path"),
        pytest.param(Role.BACK_END, Plan((put(f"{ROOT}/oma"),)), {Probe.OMA}, id="oma"),
        pytest.param(
            Role.BACK_END,
            Plan((put(f"{ROOT}/microsoft-server-activesync"),)),
            {Probe.ACTIVESYNC, Probe.ACTIVESYNC_LOGGED_ON},
            id="activesync",
        ),
        pytest.param(Role.BACK_END, Plan((put(ROOT),)), set(Probe), id="root"),
        pytest.param(Role.BACK_END, Plan((put("/LM/W3SVC"),)), set(Probe), id="service"),
        pytest.param(
            Role.BACK_END, Plan((DeleteKey(origin=ORIGIN, location=EXCHANGE),)), set(Probe), id="exchange-gone"
        ),
        pytest.param(Role.BACK_END, Plan((), (value(),)), PROBES | SIGNED, id="another-mobile-vdir"),
        pytest.param(Role.BACK_END, Plan((), (value("/Exchange"),)), set(), id="the-same-mobile-vdir"),
        pytest.param(Role.BACK_END, Plan((), (value("/exchange-oma", "exchangevdir"),)), set(), id="a-near-miss"),
        pytest.param(Role.FRONT_END, Plan((), (value(),)), SIGNED, id="front-end-another-mobile-vdir"),
        pytest.param(Role.FRONT_END, Plan((put(EXCHANGE),)), PROBES | SIGNED, id="front-end-exchange"),
    ),
)
def test_answers_that_a_change_reaches_are_those_of_before(server, role, plan, stale):
    seen = after(plan, server(role)).facts.wire.answers
    assert {probe for probe, answer in seen.items() if isinstance(answer, Pending)} == stale


def test_after_a_restart_answers_that_are_not_by_the_configuration_are_others(server):
    vdirs = {"Exchange": f'{BASIC} AccessSSLFlags="AccessSSL"', "OMA": ""}
    seen = after(Plan((put(f"{ROOT}/oma"),)), server(metabase=metabase(vdirs))).facts.wire.answers
    assert all(isinstance(answer, Pending) for answer in seen.values())


@pytest.mark.parametrize(
    ("facts", "plan"),
    (
        pytest.param({}, Plan(), id="no-step"),
        pytest.param({"data": "/exchange-oma"}, Plan((), (value(),)), id="set-already"),
    ),
)
def test_a_server_on_which_nothing_changes_is_the_same(server, facts, plan):
    before = server(**facts)
    assert after(plan, before) is before


def test_over_a_metabase_that_is_not_known_nobody_knows_what_the_change_does(server):
    plan = Plan((put(EXCHANGE),))
    before = server(metabase=Unknown("denied", "ask"))
    planned = after(plan, before)
    assert cannot_be_judged(plan, planned)
    assert not cannot_be_judged(plan, after(plan, server()))
    assert isinstance(planned.facts.event_log, Pending)
    assert all(isinstance(answer, Pending) for answer in planned.facts.wire.answers.values())


def test_the_log_is_that_of_before(server):
    with pytest.raises(PendingFact) as caught:
        Symptoms(after(Plan((put(COPY),)), server())).are_absent.value  # noqa: B018
    assert str(caught.value) == (
        "the event log is that of before the planned change; next step: judge it again when the change is made"
    )


def test_the_source_says_that_the_change_is_planned(server):
    assert after(Plan((put(COPY),)), server()).facts.source == "test, with the planned change"


def test_a_metabase_of_which_a_step_knows_too_little_is_not_known(server):
    exported = read_export(f'<a><IIsWebVirtualDir Location="{EXCHANGE}" {BASIC}/></a>'.encode())
    planned = after(Plan((put(f"{ROOT}/Public"),)), server(metabase=exported))
    assert planned.facts.metabase == Unknown(
        f"the export of {EXCHANGE} does not show {ROOT}/Public", "copy MetaBase.xml after iiscnfg /save"
    )


def event():
    return EventLog(
        since=STARTED,
        because="x",
        events=(
            LoggedEvent(
                source=SERVER_ACTIVESYNC,
                code=3030,
                generated=datetime(2026, 1, 1, 7, tzinfo=UTC),
                strings=("BE01",),
                message="",
            ),
        ),
        reaches_back=True,
    )


STILL = "before the planned change, which does not switch it off, "
UNRELATED = Plan((put(f"{ROOT}/oma"),))
TRACES_OFF = Plan((put(EXCHANGE, "AuthFlags", AuthFlags(6)), put(EXCHANGE, "DefaultLogonDomain", "")))
AGAIN = Plan((DeleteKey(origin=ORIGIN, location=COPY), load(COPY)))


@pytest.mark.parametrize(
    ("facts", "plan", "says"),
    (
        pytest.param({"wire": wire(FORM)}, Plan((put(EXCHANGE),)), f"{STILL}the wire says on (GET: 440 Login Timeout)", id="the-form"),
        pytest.param(
            {"wire": wire(FORM), "metabase": metabase({"Exchange": 'AuthFlags="AuthBasic" DefaultLogonDomain="\\"'})},
            TRACES_OFF,
            f"{STILL}the wire says on (GET: 440 Login Timeout)",
            id="the-form-and-its-traces-removed",
        ),
        pytest.param({"event_log": event()}, UNRELATED, f"{STILL}event 3030 says on (2026-01-01 07:00:00 UTC)", id="event"),
    ),
)  # fmt: skip
def test_no_change_of_the_metabase_switches_forms_based_authentication_off(server, facts, plan, says):
    with pytest.raises(UnknownFact) as caught:
        after(plan, server(**facts)).mobile_vdir.uses_forms_based_authentication.value  # noqa: B018
    reason = caught.value.unknown.reason
    assert "the evidence on forms-based authentication contradicts itself" in reason
    assert says in reason


@pytest.mark.parametrize(
    ("facts", "plan"),
    (
        pytest.param({"wire": wire(FORM)}, Plan((), (value(),)), id="another-mobile-vdir"),
        pytest.param({"event_log": event()}, Plan((), (value(),)), id="another-mobile-vdir-after-an-event"),
        pytest.param({"wire": wire(FORM, "/exchange-oma"), "data": OMA_VALUE[1]}, AGAIN, id="the-copy-made-anew"),
        pytest.param({"wire": wire(FORBIDDEN)}, Plan((put(EXCHANGE),)), id="an-answer-that-says-nothing"),
    ),
)
def test_what_was_seen_of_another_virtual_directory_says_nothing_of_this_one(server, facts, plan):
    forms = after(plan, server(**facts)).mobile_vdir.uses_forms_based_authentication
    assert not forms.value
    assert STILL not in forms.found


@pytest.mark.parametrize(
    "ask",
    (
        pytest.param(lambda web: web.mobile_vdir_answers, id="61"),
        pytest.param(lambda web: web.agrees_with_configuration, id="53"),
    ),
)
def test_what_the_wire_shows_is_judged_later(server, ask):
    with pytest.raises(PendingFact, match="the web site answers by the configuration of before the planned change"):
        ask(Web(after(Plan((put(EXCHANGE),)), server())))
