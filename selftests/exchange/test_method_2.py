"""Method 2: ExchangeVDir, and who may use it; messages asserted exactly."""

import pytest

from exgate.exchange import Method2, Moot
from exgate.facts.registry import RegistryType
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import BASIC, OMA_VALUE, metabase, registry

OMA = {"Exchange": BASIC, "exchange-oma": BASIC}
PARAMETERS = r"HKLM\SYSTEM\CurrentControlSet\Services\MasSync\Parameters"
DEMANDED = f"demanded: ExchangeVDir, in this case, as REG_SZ in {PARAMETERS}"


@pytest.mark.parametrize(
    ("role", "keys", "complies", "found"),
    (
        pytest.param(
            Role.STANDALONE, registry(OMA_VALUE), True, "ExchangeVDir is there, in this case, as REG_SZ", id="right"
        ),
        pytest.param(
            Role.STANDALONE,
            registry(("exchangevdir", "/exchange-oma")),
            False,
            f'{PARAMETERS} holds "exchangevdir" (REG_SZ), which the services do not find; {DEMANDED}',
            id="lower-case",
        ),
        pytest.param(
            Role.BACK_END,
            registry(("Exchange VDir", "/exchange-oma")),
            False,
            f'{PARAMETERS} holds "Exchange VDir" (REG_SZ), which the services do not find; {DEMANDED}',
            id="inner-space",
        ),
        pytest.param(
            Role.STANDALONE,
            registry(("ExchangeVDir ", "/exchange-oma")),
            False,
            f'{PARAMETERS} holds "ExchangeVDir " (REG_SZ), which the services do not find; {DEMANDED}',
            id="trailing-space",
        ),
        pytest.param(
            Role.STANDALONE,
            registry(("ExchangeVDir", "/exchange-oma", RegistryType.REG_EXPAND_SZ)),
            False,
            f"{PARAMETERS} holds ExchangeVDir as REG_EXPAND_SZ; {DEMANDED}",
            id="other-type",
        ),
        pytest.param(
            Role.STANDALONE,
            registry(above=(OMA_VALUE,)),
            False,
            r'HKLM\SYSTEM\CurrentControlSet\Services\MasSync holds "ExchangeVDir" (REG_SZ), which the services do not '
            f"find; {DEMANDED}",
            id="wrong-key",
        ),
        pytest.param(
            Role.STANDALONE,
            registry(("ExchangeVDir", ""), above=(OMA_VALUE,)),
            False,
            r'HKLM\SYSTEM\CurrentControlSet\Services\MasSync holds "ExchangeVDir" (REG_SZ), which the services do not '
            f"find; {DEMANDED}",
            id="wrong-key-beside-an-empty-value",
        ),
        pytest.param(
            Role.SBS, registry(), False, f"ExchangeVDir is not set, though Setup of SBS sets it; {DEMANDED}", id="sbs"
        ),
        pytest.param(
            Role.SBS,
            registry(("ExchangeVDir", "")),
            False,
            f"ExchangeVDir is empty, though Setup of SBS sets it; {DEMANDED}",
            id="sbs-empty",
        ),
    ),
)
def test_value_is_named_right(make_server, role, keys, complies, found):
    reading = Method2(make_server(role, registry=keys)).value_is_named_right
    assert (bool(reading), reading.found) == (complies, found)


@pytest.mark.parametrize(
    ("data", "vdirs", "complies", "found"),
    (
        pytest.param(
            "/exchange-oma", OMA, True, 'ExchangeVDir is "/exchange-oma", a virtual directory of web site 1', id="right"
        ),
        pytest.param(
            "/Exchange-OMA",
            OMA,
            False,
            'ExchangeVDir is "/Exchange-OMA"; demanded: "/exchange-oma", the virtual directory\'s name in its own case',
            id="other-case",
        ),
        pytest.param(
            "/exchange-oma/",
            OMA,
            False,
            'ExchangeVDir is "/exchange-oma/"; demanded: "/exchange-oma", the virtual directory\'s name in its own '
            "case",
            id="trailing-slash",
        ),
        pytest.param(
            "exchange-oma",
            OMA,
            False,
            'ExchangeVDir is "exchange-oma"; demanded: "/exchange-oma", the virtual directory\'s name in its own case',
            id="no-leading-slash",
        ),
        pytest.param(
            "/oma",
            OMA,
            False,
            'ExchangeVDir is "/oma", but web site 1 has no such virtual directory; there are: /Exchange, /exchange-oma',
            id="no-such-vdir",
        ),
        pytest.param(
            "/exchange-oma",
            {"exchange-oma": BASIC},
            False,
            'ExchangeVDir is "/exchange-oma", but no web site holds /Exchange; demanded: a virtual directory beside it',
            id="no-exchange",
        ),
    ),
)
def test_value_names_a_vdir(make_server, data, vdirs, complies, found):
    server = make_server(registry=registry(("ExchangeVDir", data)), metabase=metabase(vdirs))
    reading = Method2(server).value_names_a_vdir
    assert (bool(reading), reading.found) == (complies, found)


def test_a_vdir_on_another_site_does_not_count(make_server):
    elsewhere = metabase({"1/Exchange": BASIC, "2/exchange-oma": BASIC}, sites=(1, 2))
    reading = Method2(make_server(registry=registry(OMA_VALUE), metabase=elsewhere)).value_names_a_vdir
    assert reading.found == (
        'ExchangeVDir is "/exchange-oma", but web site 1 has no such virtual directory; there are: /Exchange'
    )


@pytest.mark.parametrize(
    ("facts", "question", "reason"),
    (
        pytest.param(
            {},
            "value_is_named_right",
            "ExchangeVDir is not set, so /Exchange itself is used and judged",
            id="no-value",
        ),
        pytest.param(
            {"registry": registry(("ExchangeVDir", ""))},
            "value_is_named_right",
            "ExchangeVDir is empty, so /Exchange itself is used and judged",
            id="empty",
        ),
        pytest.param(
            {"registry": registry(("exchangevdir", "/x"))},
            "value_names_a_vdir",
            "the services find no ExchangeVDir, which KB817379-11 judges",
            id="near-miss",
        ),
        pytest.param(
            {},
            "has_no_front_end_beside",
            "ExchangeVDir is not set, so Method 2 is not in use",
            id="method-1-beside-a-front-end",
        ),
        pytest.param(
            {"registry": registry(("ExchangeVDir", "/Exchange"))},
            "has_no_front_end_beside",
            "ExchangeVDir names /Exchange itself, so Method 2 is not in use",
            id="value-names-exchange",
        ),
        pytest.param(
            {},
            "vdir_is_a_copy",
            "ExchangeVDir is not set, so /Exchange itself is used and judged",
            id="no-copy",
        ),
        pytest.param(
            {"registry": registry(OMA_VALUE), "metabase": metabase({"exchange-oma": BASIC})},
            "vdir_is_a_copy",
            "there is no /Exchange on web site 1",
            id="nothing-to-compare-with",
        ),
        pytest.param(
            {},
            "copy_was_made_with_forms_off",
            "ExchangeVDir is not set, so /Exchange itself is used and judged",
            id="nothing-was-copied",
        ),
        pytest.param(
            {},
            "vdir_is_named_as_sbs_expects",
            "the services find no ExchangeVDir, which KB817379-11 judges",
            id="sbs-without-value",
        ),
    ),
)
def test_moot(make_server, facts, question, reason):
    with pytest.raises(Moot) as caught:
        getattr(Method2(make_server(**facts)), question)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("front_ends", "complies", "found"),
    (
        pytest.param((), True, "and the inventory names no front-end server of the same organization", id="none"),
        pytest.param(
            ("fe01",),
            False,
            "beside the front-end server fe01 of the same organization; demanded: Method 2 only where there is no front-end "
            "server",
            id="one",
        ),
        pytest.param(
            ("fe01", "fe02"),
            False,
            "beside the front-end servers fe01, fe02 of the same organization; demanded: Method 2 only where there is no "
            "front-end server",
            id="two",
        ),
    ),
)
def test_has_no_front_end_beside(make_server, front_ends, complies, found):
    reading = Method2(make_server(registry=registry(OMA_VALUE), front_ends=front_ends)).has_no_front_end_beside
    comma = ", " if complies else " "
    assert (reading.found, bool(reading)) == (f'ExchangeVDir is "/exchange-oma"{comma}{found}', complies)


def test_an_organization_that_is_not_known_is_unknown(make_server):
    with pytest.raises(UnknownFact, match=r"^not said; next step: say it$"):
        _ = Method2(
            make_server(registry=registry(OMA_VALUE), front_ends=Unknown("not said", "say it"))
        ).has_no_front_end_beside


@pytest.mark.parametrize(
    ("keys", "found"),
    (
        pytest.param(registry(), "ExchangeVDir is not set", id="none"),
        pytest.param(registry(OMA_VALUE), f'{PARAMETERS} holds "ExchangeVDir" (REG_SZ)', id="set"),
        pytest.param(
            registry(("exchangevdir", "/x")), f'{PARAMETERS} holds "exchangevdir" (REG_SZ)', id="another-spelling"
        ),
        pytest.param(
            registry(above=[OMA_VALUE]),
            f'{PARAMETERS.removesuffix(chr(92) + "Parameters")} holds "ExchangeVDir" (REG_SZ)',
            id="the-key-above",
        ),
    ),
)
def test_front_end_is_without_value(make_server, keys, found):
    reading = Method2(make_server(Role.FRONT_END, registry=keys)).front_end_is_without_value
    demanded = (
        " on a front-end server; demanded: none, the registry is changed only on the server with the mailboxes"
        if "holds" in found
        else ""
    )
    assert (reading.found, bool(reading)) == (found + demanded, "holds" not in found)


@pytest.mark.parametrize(
    ("data", "vdir", "found"),
    (
        pytest.param("/exchange-oma", "exchange-oma", ", and the virtual directory is so named", id="right"),
        pytest.param("/mobile", "mobile", '; demanded: "/exchange-oma", on Small Business Server', id="other-name"),
        pytest.param(
            "/Exchange-OMA", "exchange-oma", '; demanded: "/exchange-oma", on Small Business Server', id="other-case"
        ),
        pytest.param(
            "/exchange-oma",
            "Exchange-OMA",
            ', but the virtual directory is named "/Exchange-OMA"; demanded: "/exchange-oma", on Small Business Server',
            id="vdir-in-another-case",
        ),
    ),
)
def test_vdir_is_named_as_sbs_expects(make_server, data, vdir, found):
    server = make_server(
        Role.SBS, registry=registry(("ExchangeVDir", data)), metabase=metabase({"Exchange": BASIC, vdir: BASIC})
    )
    reading = Method2(server).vdir_is_named_as_sbs_expects
    assert (reading.found, bool(reading)) == (f'ExchangeVDir is "{data}"{found}', "demanded" not in found)
