"""Facts as JSON: what is written is read back the same, and nothing else is taken for facts."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.facts.bindings import Binding, ScriptMap
from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.flags import AccessFlags, AccessSSLFlags, AuthFlags
from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase_view import ViewedKey
from exgate.facts.network import Network
from exgate.facts.registry import Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.services import Service, Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.facts.wire import Answered, Probe, Wire
from exgate.sources.facts_json import FactsJsonError, from_json, to_json

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
UNKNOWN = st.builds(Unknown, TEXT, TEXT)
ADDRESSES = st.lists(st.builds(IPv4Address, st.integers(0, 2**32 - 1)), max_size=3).map(tuple)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds are naive
DWORD = st.integers(0, 2**32 - 1)


def perhaps(strategy):
    return st.one_of(strategy, UNKNOWN)


def frozen(keys, values):
    return st.dictionaries(keys, values, max_size=3).map(MappingProxyType)


NETWORKS = st.lists(
    st.builds(IPv4Network, st.tuples(DWORD, st.integers(0, 32)), strict=st.just(value=False)), max_size=2
).map(tuple)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
RESTRICTIONS = st.builds(
    IPRestrictions,
    grant_by_default=st.booleans(),
    ip_grant=NETWORKS,
    ip_deny=NETWORKS,
    domain_grant=TEXTS,
    domain_deny=TEXTS,
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "AuthFlags": perhaps(st.builds(AuthFlags, DWORD)),
        "AccessSSLFlags": perhaps(st.builds(AccessSSLFlags, DWORD)),
        "AccessFlags": perhaps(st.builds(AccessFlags, DWORD)),
        "DefaultLogonDomain": perhaps(TEXT),
        "IPSecurity": perhaps(RESTRICTIONS),
        "ScriptMaps": perhaps(st.lists(st.builds(ScriptMap, TEXT, TEXT, DWORD, TEXTS), max_size=2).map(tuple)),
        "ServerBindings": perhaps(st.lists(st.builds(Binding, TEXT, DWORD, TEXT), max_size=2).map(tuple)),
        "45054": perhaps(DWORD),
    },
)
REGISTRY_VALUES = st.one_of(
    st.builds(RegistryValue, TEXT, st.just(RegistryType.REG_SZ), perhaps(TEXT)),
    st.builds(RegistryValue, TEXT, st.just(RegistryType.REG_DWORD), DWORD),
    st.builds(RegistryValue, TEXT, st.just(RegistryType.REG_MULTI_SZ), TEXTS),
    st.builds(RegistryValue, TEXT, st.just(RegistryType.REG_BINARY), st.binary(max_size=5)),
    st.builds(RegistryValue, TEXT, st.integers(100, 200), st.none()),
)
KEYS = st.builds(RegistryKey, TEXT, st.one_of(st.none(), st.lists(REGISTRY_VALUES, max_size=2).map(tuple)))
ANSWERS = st.builds(
    HttpAnswer,
    status=st.integers(100, 599),
    reason=TEXT,
    sub_status=st.one_of(st.none(), st.integers(0, 999)),
    schemes=TEXTS,
    location=st.one_of(st.none(), TEXT),
    multistatus=st.booleans(),
    headers=frozen(TEXT, TEXT),
)
EVENTS = st.builds(LoggedEvent, source=TEXT, code=DWORD, generated=MOMENTS, strings=TEXTS, message=TEXT)
FACTS = {
    "host": TEXT,
    "source": TEXT,
    "collected_at": MOMENTS,
    "stack": TEXT,
    "metabase_file": st.one_of(st.none(), UNKNOWN),
    "registry": st.builds(Registry, st.dictionaries(TEXT, perhaps(KEYS), max_size=3)),
    "services": perhaps(
        st.builds(Services, st.lists(st.builds(Service, TEXT, TEXT, TEXT, DWORD), max_size=2).map(tuple))
    ),
    "network": perhaps(
        st.builds(
            Network, computer_name=TEXT, dns_names=TEXTS, addresses=ADDRESSES, own_name_resolves_to=perhaps(ADDRESSES)
        )
    ),
    "operating_system": perhaps(
        st.builds(OperatingSystem, TEXT, TEXT, TEXT, DWORD, perhaps(st.timedeltas(timedelta(-9), timedelta(9))))
    ),
    "iis": perhaps(st.builds(IisVersion, DWORD, DWORD)),
    "exchange": perhaps(st.builds(ExchangeVersion, DWORD, st.one_of(st.none(), DWORD))),
    "iis_admin_started": perhaps(MOMENTS),
    "event_log": perhaps(
        st.builds(
            EventLog,
            since=MOMENTS,
            because=TEXT,
            events=st.lists(EVENTS, max_size=2).map(tuple),
            reaches_back=st.booleans(),
        )
    ),
    "sharepoint": perhaps(st.builds(SharePoint, st.booleans(), perhaps(st.lists(DWORD, max_size=2).map(tuple)))),
    "wire": perhaps(
        st.builds(
            Wire,
            vdir=TEXT,
            host_header=TEXT,
            from_address=st.one_of(st.none(), st.builds(IPv4Address, DWORD)),
            to_address=st.one_of(st.none(), st.builds(IPv4Address, DWORD)),
            mailbox=st.one_of(st.none(), TEXT),
            answers=frozen(st.sampled_from(Probe), perhaps(st.builds(Answered, method=TEXT, url=TEXT, answer=ANSWERS))),
        )
    ),
}
HINTS = get_type_hints(HostFacts)


def test_the_strategies_cover_every_fact_but_the_metabase():
    assert FACTS.keys() | {"metabase"} == HINTS.keys()


@pytest.mark.parametrize("name", sorted(FACTS))
def test_what_is_written_is_read_back_the_same(name):
    @settings(max_examples=25, deadline=None)
    @given(FACTS[name])
    def check(value):
        written = json.loads(json.dumps(to_json(value)))
        assert from_json(written, HINTS[name]) == value

    check()


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, PROPERTIES)
def test_a_key_as_wmi_shows_it_is_read_back_the_same(location, key_type, values):
    key = ViewedKey(location, key_type, values)
    again = from_json(json.loads(json.dumps(to_json(key))), ViewedKey)
    assert again == key
    assert [type(value) for value in again.values.values()] == [type(value) for value in values.values()]


def test_a_cause_and_a_question_are_members_again():
    unreachable = Unreachable(Cause.TLS, "a", "b")
    assert type(from_json(to_json(unreachable), Unreachable).cause) is Cause
    wire = Wire(vdir="/Exchange", host_header="be01", answers=MappingProxyType({Probe.GET: Unknown("a", "b")}))
    assert [type(probe) for probe in from_json(to_json(wire), Wire).answers] == [Probe]


SERVICE = {"name": "W3SVC", "state": "Running", "start_mode": "Auto", "process_id": 1}
VALUE = {"name": "ExchangeVDir", "type": 1, "data": "/x"}
VIEWED = {"location": "/LM/W3SVC/1", "key_type": "IIsWebServer", "values": {}}


@pytest.mark.parametrize(
    ("kind", "data", "problem"),
    (
        (Services, None, "expected an object with services @ Services"),
        (Services, [], "expected an object with services @ Services"),
        (Services, {}, "expected an object with services @ Services"),
        (Services, {"services": {}}, "expected a list, not dict @ Services.services"),
        (Services, {"services": [SERVICE | {"state": 1}]}, "expected str, not int @ Services.services.state"),
        (
            Services,
            {"services": [SERVICE | {"process_id": True}]},
            "expected int, not bool @ Services.services.process_id",
        ),
        (
            Services,
            {"services": [SERVICE | {"more": 1}]},
            "expected an object with name, process_id, start_mode, state @ Services.services",
        ),
        (SharePoint, {"installed": "no", "extended_sites": []}, "expected bool, not str @ SharePoint.installed"),
        (
            SharePoint,
            {"installed": True, "extended_sites": [1, "2"]},
            "expected int, not str @ SharePoint.extended_sites",
        ),
        (SharePoint, {"installed": 1, "extended_sites": []}, "expected bool, not int @ SharePoint.installed"),
        (
            Unreachable,
            {"cause": "laziness", "detail": "", "next_step": ""},
            "expected one of name, connect, time-out, tls, log-on rejected, not WS-Management, quota, protocol, worker, no facts @ Unreachable.cause",
        ),
        (Unknown, {"unknown": "why"}, "expected unknown and next_step @ Unknown"),
        (Unknown, {"unknown": "why", "next_step": 1}, "expected str, not int @ Unknown"),
        (datetime, "2026-11-25T10:00:00", "expected a time with its offset from UTC @ datetime"),
        (datetime, "yesterday", "expected a time with its offset from UTC @ datetime"),
        (timedelta, "1", "expected a number of seconds @ timedelta"),
        (RegistryValue, VALUE | {"data": True}, "expected int, not bool @ RegistryValue"),
        (
            RegistryValue,
            VALUE | {"data": {"hex": "xx"}},
            "expected hexadecimal digits @ RegistryValue",
        ),
        (RegistryValue, VALUE | {"type": "REG_SZ"}, "expected int, not str @ RegistryValue"),
        (RegistryValue, {"name": "x"}, "expected a registry value's name, type and data @ RegistryValue"),
        (ViewedKey, {}, "expected a metabase key's location, key_type and values @ ViewedKey"),
        (ViewedKey, VIEWED | {"values": {"AuthFlag": 6}}, "expected a metabase key's properties @ ViewedKey"),
        (ViewedKey, VIEWED | {"values": {"AuthFlags": -1}}, "expected a DWORD in AuthFlags @ ViewedKey"),
        (ViewedKey, VIEWED | {"values": {"AuthFlags": "6"}}, "expected int, not str @ ViewedKey"),
        (ViewedKey, VIEWED | {"values": {"ScriptMaps": "x"}}, "expected a list, not str @ ViewedKey"),
        (
            ViewedKey,
            VIEWED | {"values": {"IPSecurity": ""}},
            "expected an object with domain_deny, domain_grant, grant_by_default, ip_deny, ip_grant @ ViewedKey",
        ),
    ),
)
def test_nothing_else_is_taken_for_facts(kind, data, problem):
    with pytest.raises(FactsJsonError) as error:
        from_json(data, kind)
    assert str(error.value) == problem


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from([hint for name, hint in HINTS.items() if name != "metabase"]))
def test_random_json_is_an_error_of_one_line_or_a_value_of_the_right_kind(data, kind):
    try:
        value = from_json(data, kind)
    except FactsJsonError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - both ways are right
        return
    assert from_json(json.loads(json.dumps(to_json(value))), kind) == value
