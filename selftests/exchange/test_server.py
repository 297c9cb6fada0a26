"""Which virtual directory ActiveSync and OMA use,: messages asserted exactly."""

import pytest

from exgate.exchange import Moot
from exgate.facts.registry import MASSYNC_PARAMETERS, Registry, RegistryType
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import BASIC, OMA_VALUE, metabase, registry

OMA = {"Exchange": BASIC, "exchange-oma": BASIC}
DENIED = Unknown("access is denied", "ask")


@pytest.mark.parametrize(
    ("facts", "name"),
    (
        pytest.param({}, "/Exchange", id="no-value"),
        pytest.param({"registry": registry(("ExchangeVDir", ""))}, "/Exchange", id="empty-value"),
        pytest.param({"registry": registry(OMA_VALUE), "metabase": metabase(OMA)}, "/exchange-oma", id="method-2"),
        pytest.param(
            {"registry": registry(("ExchangeVDir", "/EXCHANGE-oma/")), "metabase": metabase(OMA)},
            "/exchange-oma",
            id="found-in-any-case-judged-elsewhere",
        ),
        pytest.param(
            {"registry": registry(("exchangevdir", "/exchange-oma")), "metabase": metabase(OMA)},
            "/Exchange",
            id="a-near-miss-is-not-found",
        ),
        pytest.param(
            {
                "registry": registry(("ExchangeVDir", "/exchange-oma", RegistryType.REG_EXPAND_SZ)),
                "metabase": metabase(OMA),
            },
            "/Exchange",
            id="another-type-is-not-found",
        ),
        pytest.param({"metabase": metabase(sites=(3,))}, "/Exchange", id="another-site"),
    ),
)
def test_mobile_vdir(make_server, facts, name):
    assert make_server(**facts).mobile_vdir.name == name


@pytest.mark.parametrize(
    ("facts", "site", "found"),
    (
        pytest.param({}, None, "/Exchange exists: /LM/W3SVC/1/ROOT/Exchange", id="exists"),
        pytest.param(
            {"metabase": metabase({})},
            None,
            "/Exchange, which is used because ExchangeVDir is not set, does not exist below the ROOT of web site 1; "
            "demanded: this virtual directory",
            id="no-exchange",
        ),
        pytest.param(
            {"registry": registry(OMA_VALUE)},
            None,
            "/exchange-oma, which ExchangeVDir names, does not exist below the ROOT of web site 1; "
            "demanded: this virtual directory",
            id="no-secondary",
        ),
        pytest.param(
            {"metabase": metabase({}, sites=(1, 2))},
            None,
            "/Exchange, which is used because ExchangeVDir is not set, does not exist below the ROOT of any web site "
            "(1, 2); demanded: this virtual directory",
            id="no-exchange-on-two-sites",
        ),
        pytest.param(
            {"metabase": metabase({"2/Exchange": BASIC}, sites=(1, 2))},
            1,
            "/Exchange, which is used because ExchangeVDir is not set, does not exist below the ROOT of web site 1; "
            "demanded: this virtual directory",
            id="not-on-the-declared-site",
        ),
        pytest.param(
            {"metabase": metabase(sites=(1, 2))}, 2, "/Exchange exists: /LM/W3SVC/2/ROOT/Exchange", id="declared-site"
        ),
    ),
)
def test_mobile_vdir_exists(make_server, facts, site, found):
    reading = make_server(site=site, **facts).mobile_vdir_exists
    assert (reading.found, bool(reading)) == (found, " exists: " in found)


@pytest.mark.parametrize(
    ("facts", "site", "unknown"),
    (
        pytest.param(
            {"metabase": metabase(sites=(1, 2))},
            None,
            Unknown("several web sites hold /Exchange: 1, 2", "say which with site: in the inventory"),
            id="several-with-exchange",
        ),
        pytest.param(
            {"metabase": metabase(sites=(1, 2))},
            9,
            Unknown("the inventory says web site 9, but there are 1, 2", "correct site:"),
            id="the-declared-site-does-not-exist",
        ),
        pytest.param(
            {"metabase": metabase(sites=())},
            None,
            Unknown("WMI shows no web site at all", "check that the account sees IIS's configuration"),
            id="no-web-site",
        ),
        pytest.param(
            {"metabase": metabase({"exchange-oma": BASIC}, sites=(1, 2)), "registry": registry(OMA_VALUE)},
            None,
            Unknown(
                "several web sites hold /exchange-oma: /LM/W3SVC/1/ROOT/exchange-oma, /LM/W3SVC/2/ROOT/exchange-oma",
                "say which with site: in the inventory",
            ),
            id="several-with-the-secondary-and-none-with-exchange",
        ),
    ),
)
@pytest.mark.parametrize("question", ("mobile_vdir", "mobile_vdir_exists"))
def test_a_site_that_cannot_be_told_is_unknown(make_server, facts, site, unknown, question):
    with pytest.raises(UnknownFact) as caught:
        getattr(make_server(site=site, **facts), question)
    assert caught.value.unknown == unknown


@pytest.mark.parametrize(
    "facts",
    (
        pytest.param({"metabase": DENIED}, id="metabase"),
        pytest.param({"registry": Registry({MASSYNC_PARAMETERS.lower(): DENIED})}, id="registry"),
    ),
)
@pytest.mark.parametrize("question", ("mobile_vdir", "mobile_vdir_exists", "secondary_vdir"))
def test_what_cannot_be_read_is_unknown(make_server, facts, question):
    server = make_server(**{"registry": registry(OMA_VALUE)} | facts)
    with pytest.raises(UnknownFact, match=r"^access is denied; next step: ask$"):
        getattr(server, question)


@pytest.mark.parametrize(
    ("facts", "question", "reason"),
    (
        pytest.param(
            {"metabase": metabase({})}, "mobile_vdir", "/Exchange does not exist, which KB817379-01 judges", id="gone"
        ),
        pytest.param(
            {}, "secondary_vdir", "ExchangeVDir is not set, so /Exchange itself is used and judged", id="method-1"
        ),
        pytest.param(
            {"registry": registry(("ExchangeVDir", "/exchange"))},
            "secondary_vdir",
            "ExchangeVDir names /Exchange itself, so there is no secondary virtual directory",
            id="names-exchange",
        ),
        pytest.param(
            {"registry": registry(OMA_VALUE)},
            "secondary_vdir",
            "/exchange-oma does not exist, which KB817379-01 judges",
            id="no-secondary",
        ),
    ),
)
def test_moot(make_server, facts, question, reason):
    with pytest.raises(Moot) as caught:
        getattr(make_server(**facts), question)
    assert str(caught.value) == reason
