"""A planned change laid over a metabase: what is set, inherited, created and gone afterwards."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.change import (
    DeleteKey,
    DeleteProperty,
    ImportKeys,
    Origin,
    PlanError,
    SetFlag,
    SetProperty,
    SetRestrictions,
)
from exgate.facts.flags import AccessSSLFlags, AuthFlags
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import MetabaseFile, MetabaseKey
from exgate.facts.metabase_export import read_export
from exgate.facts.metabase_plan import apply_to_metabase
from exgate.facts.metabase_schema import BY_NAME
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.unknown import Unknown, UnknownFact

from .metabase_texts import LOCATIONS, SETTINGS, TREES, patient, xml

SITE = "/LM/W3SVC/1"
ROOT = f"{SITE}/ROOT"
EXCHANGE = f"{ROOT}/Exchange"
OMA = f"{ROOT}/exchange-oma"
INNER = f"{EXCHANGE}/inner"
ORIGIN = Origin("change/setup.cmd", 3)
BY = "by change/setup.cmd:3"
DEFAULT = "not set, the schema's default"
SSL = AccessSSLFlags.AccessSSL


def metabase(**settings):
    """A metabase whose keys have AccessSSLFlags or other attributes by their short names."""
    places = {"service": "/LM/W3SVC", "site": SITE, "root": ROOT, "exchange": EXCHANGE, "inner": INNER}
    kinds = {"service": "IIsWebService", "site": "IIsWebServer"}
    keys = (
        f'<{kinds.get(name, "IIsWebVirtualDir")} Location="{place}" {settings.get(name, "")}>'
        f"{settings.get(f'{name}_child', '')}</{kinds.get(name, 'IIsWebVirtualDir')}>"
        for name, place in places.items()
    )
    return read_metabase(f"<a>{''.join(keys)}</a>")


def put(location, value=SSL, name="AccessSSLFlags"):
    return SetProperty(origin=ORIGIN, location=location, name=name, value=value)


def switch(location, bits, *, on, name="AuthFlags"):
    return SetFlag(origin=ORIGIN, location=location, name=name, bits=bits, on=on)


def unset(location, name="AccessSSLFlags"):
    return DeleteProperty(origin=ORIGIN, location=location, name=name)


def drop(location):
    return DeleteKey(origin=ORIGIN, location=location)


def load(location, attributes="", inherited=None):
    keys = read_metabase(
        f'<a><IIsWebVirtualDir Location="{location}" {attributes}/><IIsWebDirectory Location="{location}/sub"/></a>'
    ).keys
    return ImportKeys(origin=ORIGIN, location=location, keys=tuple(keys.values()), inherited=inherited or {})


def shown(**values):
    keys = {
        SITE: ("IIsWebServer", {}),
        ROOT: ("IIsWebVirtualDir", {"AccessSSLFlags": AccessSSLFlags(0)}),
        EXCHANGE: ("IIsWebVirtualDir", {"AccessSSLFlags": AccessSSLFlags(0), "Path": "x"}),
    }
    return MetabaseView(
        {place.lower(): ViewedKey(place, kind, found | values) for place, (kind, found) in keys.items()}
    )


REQUIRED = 'AccessSSLFlags="AccessSSL"'
OFF = 'AccessSSLFlags="0"'
NOT_INHERITED = '<Custom ID="6030" Value="8" Attributes="NO_ATTRIBUTES"/>'


@pytest.mark.parametrize(
    ("before", "steps", "asked", "value", "where"),
    (
        pytest.param({}, (put(EXCHANGE),), EXCHANGE, 8, f"set on {EXCHANGE} {BY}", id="set"),
        pytest.param({}, (put(EXCHANGE.lower()),), EXCHANGE, 8, f"set on {EXCHANGE} {BY}", id="set-in-any-case"),
        pytest.param({}, (put(EXCHANGE), put(EXCHANGE, 0)), EXCHANGE, 0, f"set on {EXCHANGE} {BY}", id="set-twice"),
        pytest.param({}, (put(ROOT),), EXCHANGE, 8, f"set on {ROOT} {BY}", id="set-above"),
        pytest.param({}, (put("/LM/W3SVC"),), INNER, 8, f"set on /LM/W3SVC {BY}", id="set-far-above"),
        pytest.param({"exchange": OFF}, (put(ROOT),), EXCHANGE, 0, f"set on {EXCHANGE}", id="own-before-set-above"),
        pytest.param({"root": OFF}, (put(SITE),), EXCHANGE, 0, f"set on {ROOT}", id="between-before-set-above"),
        pytest.param(
            {"root_child": NOT_INHERITED},
            (put(SITE, 0),),
            EXCHANGE,
            0,
            f"set on {SITE} {BY}",
            id="between-that-does-not-pass-on",
        ),
        pytest.param({"root": REQUIRED}, (unset(ROOT),), EXCHANGE, 0, DEFAULT, id="removed-above"),
        pytest.param(
            {"root": REQUIRED, "exchange": OFF},
            (unset(EXCHANGE),),
            EXCHANGE,
            8,
            f"set on {ROOT}",
            id="removed-and-inherited",
        ),
        pytest.param(
            {"root_child": NOT_INHERITED, "exchange": OFF},
            (unset(EXCHANGE),),
            EXCHANGE,
            0,
            DEFAULT,
            id="removed-and-not-inherited",
        ),
        pytest.param(
            {"exchange": OFF},
            (unset(EXCHANGE), put(SITE)),
            EXCHANGE,
            8,
            f"set on {SITE} {BY}",
            id="removed-and-set-above",
        ),
        pytest.param(
            {"root": REQUIRED}, (unset(EXCHANGE),), EXCHANGE, 8, f"set on {ROOT}", id="removed-where-it-was-not"
        ),
        pytest.param({}, (put(EXCHANGE), unset(EXCHANGE)), EXCHANGE, 0, DEFAULT, id="set-and-removed"),
        pytest.param({"root": REQUIRED}, (put(f"{SITE}/ROOT/Exchange", 0),), ROOT, 8, f"set on {ROOT}", id="set-below"),
        pytest.param(
            {"root": REQUIRED}, (put(EXCHANGE, 0),), INNER, 0, f"set on {EXCHANGE} {BY}", id="set-above-a-directory"
        ),
        pytest.param({}, (load(OMA, REQUIRED),), f"{OMA}/sub", 8, f"set on {OMA} {BY}", id="imported"),
        pytest.param({"root": REQUIRED}, (load(OMA),), OMA, 8, f"set on {ROOT}", id="imported-and-inherited"),
        pytest.param(
            {"root": REQUIRED},
            (load(OMA, inherited={"AccessSSLFlags": SSL}),),
            f"{OMA}/sub",
            8,
            f"set on {ROOT}",
            id="imported-and-the-same-inherited",
        ),
        pytest.param(
            {}, (load(OMA, OFF, {"AccessSSLFlags": SSL}),), OMA, 0, f"set on {OMA} {BY}", id="imported-with-its-own"
        ),
        pytest.param(
            {},
            (load(OMA, inherited={"AccessSSLFlags": SSL}), unset(OMA)),
            OMA,
            0,
            DEFAULT,
            id="imported-and-whatever-it-took-over-removed",
        ),
        pytest.param({}, (load(OMA, REQUIRED), put(OMA, 0)), OMA, 0, f"set on {OMA} {BY}", id="imported-and-set"),
        pytest.param({}, (load(OMA, REQUIRED), unset(OMA)), OMA, 0, DEFAULT, id="imported-and-removed"),
        pytest.param({}, (load(OMA), put(ROOT)), f"{OMA}/sub", 8, f"set on {ROOT} {BY}", id="imported-and-set-above"),
        pytest.param({"exchange": REQUIRED}, (drop(EXCHANGE), load(EXCHANGE)), EXCHANGE, 0, DEFAULT, id="replaced"),
        pytest.param({}, (put(EXCHANGE), drop(EXCHANGE), load(EXCHANGE)), EXCHANGE, 0, DEFAULT, id="set-and-replaced"),
    ),
)
def test_effective(before, steps, asked, value, where):
    setting = apply_to_metabase(metabase(**before), steps).effective(asked, "AccessSSLFlags")
    assert (setting.value, setting.where) == (value, where)


@pytest.mark.parametrize(
    ("before", "steps", "value", "where"),
    (
        pytest.param(
            {"root": 'AuthFlags="AuthNTLM"'},
            (switch(EXCHANGE, AuthFlags.AuthBasic, on=True),),
            AuthFlags(6),
            f"set on {EXCHANGE} {BY}",
            id="on",
        ),
        pytest.param(
            {"root": 'AuthFlags="AuthNTLM | AuthBasic"'},
            (switch(EXCHANGE, AuthFlags.AuthBasic, on=False),),
            AuthFlags(4),
            f"set on {EXCHANGE} {BY}",
            id="off",
        ),
        pytest.param(
            {},
            (switch(EXCHANGE, 4, on=True), switch(EXCHANGE, 1, on=False), switch(EXCHANGE, 2, on=True)),
            AuthFlags(6),
            f"set on {EXCHANGE} {BY}",
            id="one-after-the-other",
        ),
        pytest.param(
            {},
            (put(ROOT, AuthFlags(4), "AuthFlags"), switch(EXCHANGE, 2, on=True)),
            AuthFlags(6),
            f"set on {EXCHANGE} {BY}",
            id="from-what-the-plan-sets-above",
        ),
    ),
)
def test_flags(before, steps, value, where):
    setting = apply_to_metabase(metabase(**before), steps).effective(EXCHANGE, "AuthFlags")
    assert (setting.value, type(setting.value), setting.where) == (value, AuthFlags, where)


def test_45054_is_a_property_like_any_other():
    before = metabase(root_child='<Custom ID="45054" Value="1" Attributes="INHERIT"/>')
    assert apply_to_metabase(before, (unset(ROOT, "45054"),)).effective(EXCHANGE, "45054").value == 0
    assert apply_to_metabase(before, (put(EXCHANGE, 0, "45054"),)).effective(EXCHANGE, "45054").value == 0


def test_keys():
    before = metabase()
    candidate = apply_to_metabase(before, (load(OMA), drop(EXCHANGE)))
    assert candidate.stored_location(OMA.upper()) == OMA
    assert candidate.stored_location(INNER) is None
    assert candidate.stored_location(ROOT) == ROOT
    assert list(candidate.locations("IIsWebVirtualDir")) == [ROOT, OMA]
    assert list(candidate.locations("IIsWebDirectory")) == [f"{OMA}/sub"]
    assert list(before.locations("IIsWebVirtualDir")) == [ROOT, EXCHANGE, INNER]
    with pytest.raises(UnknownFact, match=f"^after the planned change there is no key {INNER}; next step: "):
        candidate.effective(INNER, "AuthFlags")


def test_own():
    candidate = apply_to_metabase(metabase(root=REQUIRED), (put(EXCHANGE), load(OMA, REQUIRED), unset(ROOT)))
    owned = {place: candidate.own(place, "AccessSSLFlags") for place in (ROOT, EXCHANGE, INNER, OMA, f"{OMA}/sub")}
    assert {place: setting and setting.where for place, setting in owned.items()} == {
        ROOT: None,
        EXCHANGE: f"set on {EXCHANGE} {BY}",
        INNER: None,
        OMA: f"set on {OMA} {BY}",
        f"{OMA}/sub": None,
    }


@pytest.mark.parametrize(
    ("steps", "touched"),
    (
        pytest.param((), (), id="nothing"),
        pytest.param((put(EXCHANGE),), (EXCHANGE, INNER), id="set"),
        pytest.param((put(SITE.lower()),), (SITE, ROOT, EXCHANGE, INNER, OMA), id="set-above"),
        pytest.param((load(OMA),), (OMA,), id="imported"),
        pytest.param((drop(EXCHANGE.upper()),), (EXCHANGE, INNER), id="removed"),
        pytest.param((load(OMA), drop(OMA)), (OMA,), id="imported-and-removed"),
        pytest.param((unset(INNER),), (), id="unset-what-is-not-set"),
        pytest.param((put(INNER), unset(INNER)), (INNER,), id="unset"),
        pytest.param((put(ROOT), put(ROOT, 0)), (ROOT, EXCHANGE, INNER, OMA), id="set-and-set-back"),
    ),
)
def test_touches(steps, touched):
    candidate = apply_to_metabase(metabase(), steps)
    assert tuple(place for place in (SITE, ROOT, EXCHANGE, INNER, OMA) if candidate.touches(place)) == touched


@pytest.mark.parametrize(
    ("before", "step", "changes"),
    (
        pytest.param(metabase(exchange=REQUIRED), put(EXCHANGE), False, id="set-to-what-is-set"),
        pytest.param(metabase(exchange=REQUIRED), put(EXCHANGE.upper()), False, id="in-another-case"),
        pytest.param(metabase(exchange=REQUIRED), put(EXCHANGE, 0), True, id="set-to-something-else"),
        pytest.param(metabase(root=REQUIRED), put(EXCHANGE), True, id="set-to-what-is-inherited"),
        pytest.param(metabase(), put(EXCHANGE, 0), True, id="set-to-the-default"),
        pytest.param(metabase(root_child=NOT_INHERITED), put(ROOT), True, id="inherited-from-now-on"),
        pytest.param(shown(), put(EXCHANGE), True, id="whether-it-is-set-is-not-known"),
        pytest.param(
            metabase(exchange='AuthFlags="AuthBasic"'), switch(EXCHANGE, 2, on=True), False, id="a-bit-that-is-on"
        ),
        pytest.param(metabase(exchange='AuthFlags="AuthBasic"'), switch(EXCHANGE, 4, on=True), True, id="a-bit"),
    ),
)
def test_a_step_that_certainly_changes_nothing_leaves_no_trace(before, step, changes):
    candidate = apply_to_metabase(before, (step,))
    assert candidate.touches(EXCHANGE) is changes
    assert bool(candidate.properties) is changes


@pytest.mark.parametrize(
    ("step", "reached"),
    (
        pytest.param(put(EXCHANGE), True, id="itself"),
        pytest.param(put(SITE), True, id="above"),
        pytest.param(put("/LM/W3SVC"), True, id="the-service"),
        pytest.param(put(INNER), False, id="below"),
        pytest.param(load(OMA), False, id="beside"),
        pytest.param(drop("/LM/W3SVC/AppPools"), True, id="application-pools"),
        pytest.param(drop("/LM/W3SVC/Filters"), True, id="filters"),
        pytest.param(drop(f"{SITE}/Filters"), True, id="the-sites-filters"),
        pytest.param(put("/LM/W3SVC/2"), True, id="another-site-whose-bindings-may-change"),
        pytest.param(put("/LM/W3SVC/12/ROOT"), False, id="another-site-with-a-similar-number"),
        pytest.param(drop("/LM/MSFTPSVC"), True, id="another-service"),
    ),
)
def test_reaches(step, reached):
    others = ("/LM/W3SVC/AppPools", "/LM/W3SVC/Filters", f"{SITE}/Filters", "/LM/W3SVC/2", "/LM/W3SVC/12/ROOT")
    keys = "".join(f'<IIsConfigObject Location="{place}"/>' for place in (*others, "/LM/MSFTPSVC"))
    before = MetabaseFile({**metabase().keys, **read_metabase(f"<a>{keys}</a>").keys})
    assert apply_to_metabase(before, (step,)).reaches(EXCHANGE) is reached


def only(*granted, **lists):
    return IPRestrictions(grant_by_default=False, ip_grant=tuple(map(IPv4Network, granted)), **lists)


def restrict(kept="domain_grant", location=EXCHANGE, **lists):
    value = lists.pop("value", None) or only("10.0.0.5", **lists)
    return SetRestrictions(origin=ORIGIN, location=location, value=value, kept=kept)


def restricted(present):
    location = EXCHANGE.lower()
    return MetabaseView({location: ViewedKey(EXCHANGE, "IIsWebVirtualDir", {"IPSecurity": present})})


DOMAINS = {"domain_grant": ("a.example",), "domain_deny": ("b.example",)}
OPEN = IPRestrictions(grant_by_default=True)
BLOB = 'IPSecurity="1800008020000080"'


@pytest.mark.parametrize(
    ("before", "steps", "value"),
    (
        pytest.param(metabase(), (restrict(),), only("10.0.0.5"), id="nothing-there"),
        pytest.param(metabase(exchange='IPSecurity=""'), (restrict(),), only("10.0.0.5"), id="empty"),
        pytest.param(metabase(exchange=BLOB), (restrict(kept=""),), only("10.0.0.5"), id="every-list-assigned"),
        pytest.param(
            restricted(only(**DOMAINS)),
            (restrict(),),
            only("10.0.0.5", domain_grant=("a.example",)),
            id="the-domains-that-are-let-in-stay",
        ),
        pytest.param(
            restricted(only(**DOMAINS)), (restrict(kept="", **DOMAINS),), only("10.0.0.5", **DOMAINS), id="assigned"
        ),
        pytest.param(
            restricted(replace(OPEN, **DOMAINS)),
            (restrict("domain_deny", value=OPEN),),
            replace(OPEN, domain_deny=("b.example",)),
            id="the-domains-that-are-denied-stay",
        ),
        pytest.param(
            restricted(only(**DOMAINS)),
            (restrict(kept="", domain_grant=("c.example",)), restrict()),
            only("10.0.0.5", domain_grant=("c.example",)),
            id="twice",
        ),
    ),
)
def test_restrictions_keep_the_list_that_is_not_assigned(before, steps, value):
    assert apply_to_metabase(before, steps).effective(EXCHANGE, "IPSecurity").value == value


@pytest.mark.parametrize(
    ("before", "kept", "name", "because"),
    (
        pytest.param(
            metabase(exchange=BLOB),
            "domain_grant",
            "DomainGrant",
            "IPSecurity in MetaBase.xml could not be understood: it is a binary block, whose encoding is not documented",
            id="grant",
        ),
        pytest.param(
            restricted(Unknown("access is denied", "ask")), "domain_deny", "DomainDeny", "access is denied", id="deny"
        ),
    ),
)
def test_restrictions_are_not_known_where_they_keep_what_is_not_known(before, kept, name, because):
    step = restrict(kept, value=OPEN if kept == "domain_deny" else None)
    with pytest.raises(UnknownFact) as caught:
        apply_to_metabase(before, (step,)).effective(EXCHANGE, "IPSecurity")
    assert caught.value.unknown.reason.startswith(
        f"change/setup.cmd:3 leaves {name} of {EXCHANGE} as it is, and what it is now is not known: {because}"
    )
    assert caught.value.unknown.next_step == f"assign {name} in the script too: Array()"


@pytest.mark.parametrize(
    ("steps", "message"),
    (
        pytest.param((put(OMA),), f"there is no key {OMA}: create it first", id="set"),
        pytest.param((switch(OMA, 1, on=True),), f"there is no key {OMA}: create it first", id="switch"),
        pytest.param((unset(OMA),), f"there is no key {OMA}: create it first", id="unset"),
        pytest.param((drop(OMA),), f"there is no key {OMA}: create it first", id="drop"),
        pytest.param(
            (drop(EXCHANGE), put(INNER)), f"there is no key {INNER}: create it first", id="set-what-was-removed"
        ),
        pytest.param(
            (load(EXCHANGE.lower()),),
            f"there is a key {EXCHANGE} already: delete it first, or choose another name",
            id="import-over",
        ),
        pytest.param(
            (load(OMA), load(OMA)),
            f"there is a key {OMA} already: delete it first, or choose another name",
            id="import-twice",
        ),
        pytest.param(
            (load(f"{OMA}/sub/sub"),),
            f"there is no key {OMA}/sub to create {OMA}/sub/sub in: create it first",
            id="import-into-nothing",
        ),
        pytest.param((switch(EXCHANGE, 1, on=True, name="Path"),), "Path has no flags", id="no-flags"),
    ),
)
def test_what_cannot_be_done(steps, message):
    with pytest.raises(PlanError) as caught:
        apply_to_metabase(metabase(), steps)
    assert str(caught.value) == f"change/setup.cmd:3: {message}"


BY_WMI = (
    "WMI shows effective values only, so it is not known whether AccessSSLFlags is set on /LM/W3SVC/1/ROOT/Exchange "
    "itself, and whether a change above reaches it"
)


@pytest.mark.parametrize(
    ("before", "steps", "asked", "reason"),
    (
        pytest.param(shown(), (put(ROOT),), EXCHANGE, BY_WMI, id="wmi-set-above"),
        pytest.param(
            MetabaseViewAndFile(shown(), metabase(exchange=REQUIRED)),
            (put(ROOT),),
            EXCHANGE,
            "AccessSSLFlags of /LM/W3SVC/1/ROOT/Exchange is 0 by WMI, but 8 (AccessSSL) by MetaBase.xml (set on "
            "/LM/W3SVC/1/ROOT/Exchange)",
            id="both-disagree",
        ),
        pytest.param(
            metabase(exchange='AccessSSLFlags="x"'),
            (put(ROOT),),
            EXCHANGE,
            "AccessSSLFlags in MetaBase.xml could not be understood: 'x' is no flag of AccessSSLFlags",
            id="not-understood",
        ),
        pytest.param(
            metabase(),
            (load(OMA, inherited={"AccessSSLFlags": SSL}),),
            f"{OMA}/sub",
            f"AccessSSLFlags of {OMA} is not known after change/setup.cmd:3: where it was exported, 8 (AccessSSL) was "
            "inherited, here it is 0 (not set, the schema's default), and the import may take over either",
            id="imported-and-something-else-inherited",
        ),
        pytest.param(
            read_export(
                f'<a><IIsWebVirtualDir Location="{ROOT}"/><IIsWebVirtualDir Location="{EXCHANGE}" {OFF}/></a>'.encode()
            ),
            (unset(EXCHANGE),),
            EXCHANGE,
            f"the export of {ROOT} does not hold inherited properties, so AccessSSLFlags of {ROOT} is not known",
            id="export-without-inherited-properties",
        ),
    ),
)
def test_what_is_not_known_afterwards(before, steps, asked, reason):
    candidate = apply_to_metabase(before, steps)
    with pytest.raises(UnknownFact) as caught:
        candidate.effective(asked, "AccessSSLFlags")
    assert caught.value.unknown.reason == reason


def test_flags_are_not_known_where_their_other_bits_are_not_known():
    candidate = apply_to_metabase(shown(), (switch(EXCHANGE, 2, on=True), put(ROOT)))
    with pytest.raises(UnknownFact) as caught:
        candidate.effective(EXCHANGE, "AuthFlags")
    assert caught.value.unknown.reason == (
        f"change/setup.cmd:3 keeps the other bits of AuthFlags: WMI does not show AuthFlags of {EXCHANGE}"
    )
    assert candidate.effective(ROOT, "AccessSSLFlags").value == SSL


def test_a_change_above_an_exported_key_reaches_it():
    before = read_export(f'<a><IIsWebVirtualDir Location="{EXCHANGE}"/></a>'.encode())
    setting = apply_to_metabase(before, (put(ROOT),)).effective(EXCHANGE, "AccessSSLFlags")
    assert (setting.value, setting.where) == (8, f"set on {ROOT} {BY}")


@pytest.mark.parametrize(
    ("before", "steps", "reason"),
    (
        pytest.param(
            read_export(f'<a><IIsWebVirtualDir Location="{EXCHANGE}"/></a>'.encode()),
            (put(f"{ROOT}/Public"),),
            f"the export of {EXCHANGE} does not show {ROOT}/Public",
            id="whether-the-key-is-there",
        ),
    ),
)
def test_a_plan_over_what_is_not_known(before, steps, reason):
    with pytest.raises(UnknownFact) as caught:
        apply_to_metabase(before, steps)
    assert caught.value.unknown.reason == reason


@pytest.mark.parametrize(
    ("before", "steps", "value", "where"),
    (
        pytest.param(shown(), (put(EXCHANGE),), 8, f"set on {EXCHANGE} {BY}", id="set-on-the-key"),
        pytest.param(shown(), (put(EXCHANGE), put(ROOT, 0)), 8, f"set on {EXCHANGE} {BY}", id="set-on-both"),
        pytest.param(shown(), (unset(EXCHANGE),), 0, "effective", id="removed"),
        pytest.param(shown(), (put(ROOT), unset(EXCHANGE)), 8, f"set on {ROOT} {BY}", id="removed-and-set-above"),
        pytest.param(shown(), (put(ROOT, "y", "Path"),), 0, "effective", id="another-property-above"),
        pytest.param(
            MetabaseViewAndFile(shown(), metabase(exchange=OFF + ' Path="x"')),
            (put("/LM/W3SVC"),),
            0,
            f"set on {EXCHANGE}",
            id="both-agree",
        ),
    ),
)
def test_what_is_known_over_wmi(before, steps, value, where):
    setting = apply_to_metabase(before, steps).effective(EXCHANGE, "AccessSSLFlags")
    assert (setting.value, setting.where) == (value, where)


def test_a_plan_over_a_plan():
    once = apply_to_metabase(metabase(), (put(ROOT),))
    twice = apply_to_metabase(once, (load(OMA), put(EXCHANGE, 0)))
    assert [twice.effective(place, "AccessSSLFlags").value for place in (EXCHANGE, OMA)] == [0, 8]
    assert not twice.touches(ROOT)


NEW = (f"{ROOT}/new", f"{EXCHANGE}/new", f"{ROOT}/Exchange")
PLACES = st.sampled_from((*LOCATIONS, *NEW))
VALUES = {"AuthFlags": AuthFlags(2), "AccessSSLFlags": SSL, "Path": "p", "45054": 1, "ServerBindings": ()}
STEPS = st.lists(
    st.one_of(
        st.builds(lambda place, name: put(place, VALUES[name], name), PLACES, st.sampled_from(sorted(VALUES))),
        st.builds(
            lambda place, name, bits, on: switch(place, bits, on=on, name=name),
            PLACES,
            st.sampled_from(("AuthFlags", "AccessSSLFlags")),
            st.integers(0, 511),
            st.booleans(),
        ),
        st.builds(unset, PLACES, st.sampled_from(sorted(VALUES))),
        st.builds(drop, PLACES),
        st.builds(
            lambda place, settings, inner: ImportKeys(
                origin=ORIGIN,
                location=place,
                keys=tuple(read_metabase(xml({place: (settings, str), f"{place}/in": (inner, str)})).keys.values()),
                inherited={},
            ),
            st.sampled_from(NEW),
            SETTINGS,
            SETTINGS,
        ),
    ),
    max_size=5,
)


EVERY_KEY = dict.fromkeys(LOCATIONS, ({}, str))


class Naive:
    """The plan made on nothing but a dictionary: location -> name -> value and whether it is inherited."""

    def __init__(self, file):
        self.keys = {place: self.values(key) for place, key in file.keys.items()}

    @staticmethod
    def values(key: MetabaseKey):
        return {name: (found.value, found.inherits) for name, found in key.properties.items()}

    def effective(self, place, name):
        parts = place.rstrip("/").split("/")
        for length in range(len(parts), 0, -1):
            above = "/".join(parts[:length]) or "/"
            found = self.keys.get(above, {}).get(name)
            if found and (above == place or found[1]):
                return found[0]
        return BY_NAME[name].default

    def not_understood(self, name):
        """Give why values are not known that are inherited by nobody; a candidate may ask for them all the same."""
        found = [key[name] for key in self.keys.values() if name in key]
        return [value for value, inherits in found if isinstance(value, Unknown) and not inherits]

    def apply_all(self, steps):
        for step in steps:
            self.apply(step)

    def apply(self, step):
        place = step.location.lower()
        if isinstance(step, ImportKeys):
            if place in self.keys or place.rpartition("/")[0] not in self.keys:
                raise PlanError(step.origin, "")
            self.keys |= {key.location.lower(): self.values(key) for key in step.keys}
            return
        if place not in self.keys:
            raise PlanError(step.origin, "")
        if isinstance(step, DeleteKey):
            inside = "/" if place == "/" else f"{place}/"
            self.keys = {other: found for other, found in self.keys.items() if not f"{other}/".startswith(inside)}
        elif isinstance(step, DeleteProperty):
            self.keys[place].pop(step.name, None)
        elif isinstance(step, SetProperty):
            self.keys[place][step.name] = step.value, BY_NAME[step.name].inherits
        else:
            value = self.effective(place, step.name)
            if isinstance(value, Unknown):
                why = f"{step.origin} keeps the other bits of {step.name}: "
                changed = value if value.reason.startswith(why) else replace(value, reason=why + value.reason)
            else:
                changed = value | step.bits if step.on else value & ~int(step.bits)
            self.keys[place][step.name] = changed, True


def outcome(ask):
    try:
        return ask()
    except UnknownFact as error:
        return error.unknown
    except PlanError as error:
        return type(error)


@patient
@given(TREES)
def test_a_file_inherits_as_a_tree_does(tree):
    file = read_metabase(xml(tree))
    naive = Naive(file)
    for place in file.keys:
        for name in BY_NAME:
            assert outcome(lambda: file.effective(place, name).value) == naive.effective(place, name)  # noqa: B023


@patient
@given(TREES | TREES.map(lambda tree: EVERY_KEY | tree), STEPS)
def test_the_candidate_is_what_the_plan_makes_of_the_file(tree, steps):
    file = read_metabase(xml(tree))
    naive = Naive(file)
    made = outcome(lambda: naive.apply_all(steps))
    candidate = outcome(lambda: apply_to_metabase(file, steps))
    if made is not None:
        assert candidate == made
        return
    for place in {*file.keys, *naive.keys}:
        assert (candidate.stored_location(place) is not None) == (place in naive.keys)
    for place in naive.keys:
        for name in VALUES:
            expected = naive.effective(place, name)
            found = outcome(lambda: candidate.effective(place, name).value)  # noqa: B023
            assert found == expected or found in naive.not_understood(name)
            if not candidate.touches(place):
                assert outcome(lambda: candidate.effective(place, name)) == outcome(lambda: file.effective(place, name))  # noqa: B023


def test_a_plan_over_the_real_metabase(samples):
    file = read_metabase((samples / "MetaBase.xml").read_bytes())
    candidate = apply_to_metabase(file, (unset(ROOT), load(OMA), switch(OMA, AuthFlags.AuthBasic, on=True)))
    assert candidate.effective(ROOT, "AccessSSLFlags").where == DEFAULT
    assert candidate.effective(OMA, "AuthFlags").value == AuthFlags.AuthBasic | AuthFlags.AuthNTLM
    assert candidate.effective(OMA, "Path").where == f"set on {ROOT}"
    assert list(candidate.locations("IIsWebVirtualDir")) == [*file.locations("IIsWebVirtualDir"), OMA]
    for place in file.keys:
        for name in BY_NAME:
            if not candidate.touches(place):
                assert outcome(lambda: candidate.effective(place, name)) == outcome(lambda: file.effective(place, name))  # noqa: B023


@pytest.mark.parametrize(
    ("attributes", "steps", "name", "value"),
    (
        pytest.param(
            'ServerBindings="80"',
            (load(f"{EXCHANGE}/new"),),
            "ServerBindings",
            (),
            id="not-understood-and-not-passed-on",
        ),
        pytest.param(
            "",
            (put(EXCHANGE, (), "ServerBindings"), load(f"{EXCHANGE}/new")),
            "ServerBindings",
            (),
            id="set-and-not-passed-on",
        ),
    ),
)
def test_what_does_not_inherit_stays_above(attributes, steps, name, value):
    candidate = apply_to_metabase(metabase(exchange=attributes), steps)
    assert candidate.effective(f"{EXCHANGE}/new", name).value == value


def test_what_is_set_hides_what_was_inherited_against_the_schema():
    before = metabase(root_child='<Custom ID="1023" Value=":80:" Attributes="INHERIT"/>')
    assert before.effective(EXCHANGE, "ServerBindings").value != ()
    assert (
        apply_to_metabase(before, (put(ROOT, (), "ServerBindings"),)).effective(EXCHANGE, "ServerBindings").value == ()
    )
