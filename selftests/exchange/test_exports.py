"""What exports of single virtual directories show of a server, where site: says which web site is meant."""

import pytest

from exgate.exchange import Identity, Method2
from exgate.facts.metabase_export import read_export
from exgate.facts.metabase_exports import MetabaseExports
from exgate.facts.software import OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact

from .conftest import OMA_VALUE, SEALED, registry

ROOT = "/LM/W3SVC/1/ROOT"
MAPS = r'ScriptMaps="*,C:\Program Files\Exchsrvr\bin\davex.dll,1"'
SITE_NOT_SHOWN = "the export of /LM/W3SVC/1/ROOT/Exchange does not show every IIsWebServer of the server"
COPY = "copy MetaBase.xml after iiscnfg /save"
NOT_AMONG = f"no export shows {ROOT}/exchange-oma, there are those of: {ROOT}/Exchange, {ROOT}/Public"


def export(name, kind="IIsWebVirtualDir", attributes=MAPS):
    element = f'<{kind} Location="{ROOT}/{name}" {attributes}/>'.replace("/ROOT/..", "")
    inherited = f'<IIsInheritedProperties Location="inherited:{ROOT}/{name}"/>'.replace("/ROOT/..", "")
    return read_export(f"<configuration><MBProperty>{element}{inherited}</MBProperty></configuration>".encode())


def exports(*names):
    return MetabaseExports(tuple(map(export, names)))


EXCHANGE, BOTH = exports("Exchange"), exports("Exchange", "exchange-oma")


@pytest.mark.parametrize(
    ("metabase", "values", "found"),
    (
        pytest.param(EXCHANGE, (), f"/Exchange exists: {ROOT}/Exchange", id="method-1"),
        pytest.param(BOTH, (OMA_VALUE,), f"/exchange-oma exists: {ROOT}/exchange-oma", id="method-2"),
        pytest.param(
            exports("exchange-oma"), (OMA_VALUE,), f"/exchange-oma exists: {ROOT}/exchange-oma", id="the-copy-alone"
        ),
        pytest.param(
            MetabaseExports((export("Exchange", "IIsWebDirectory"),)),
            (),
            "/Exchange, which is used because ExchangeVDir is not set, does not exist below the ROOT of web site 1; "
            "demanded: this virtual directory",
            id="a-directory",
        ),
    ),
)
def test_the_mobile_vdir_exists(make_server, metabase, values, found):
    reading = make_server(site=1, metabase=metabase, registry=registry(*values)).mobile_vdir_exists
    assert (reading.found, bool(reading)) == (found, " exists: " in found)


@pytest.mark.parametrize(
    ("metabase", "site", "values", "unknown"),
    (
        pytest.param(
            EXCHANGE,
            None,
            (),
            Unknown(SITE_NOT_SHOWN, f"say which with site: in the inventory; or {COPY}"),
            id="no-site",
        ),
        pytest.param(
            BOTH,
            None,
            (),
            Unknown(
                f"no export shows every IIsWebServer, there are those of: {ROOT}/Exchange, {ROOT}/exchange-oma",
                f"say which with site: in the inventory; or {COPY}",
            ),
            id="two-exports-and-no-site",
        ),
        pytest.param(
            EXCHANGE,
            2,
            (),
            Unknown(f"the export of {ROOT}/Exchange does not show /LM/W3SVC/2", COPY),
            id="another-site",
        ),
        pytest.param(
            EXCHANGE,
            1,
            (OMA_VALUE,),
            Unknown(f"the export of {ROOT}/Exchange does not show {ROOT}/exchange-oma", COPY),
            id="not-exported",
        ),
        pytest.param(
            exports("Exchange", "Public"), 1, (OMA_VALUE,), Unknown(NOT_AMONG, COPY), id="not-among-the-exported"
        ),
    ),
)
def test_what_exports_do_not_show(make_server, metabase, site, values, unknown):
    server = make_server(site=site, metabase=metabase, registry=registry(*values))
    for question in ("mobile_vdir", "mobile_vdir_exists"):
        with pytest.raises(UnknownFact) as caught:
            getattr(server, question)
        assert caught.value.unknown == unknown


@pytest.mark.parametrize(
    ("metabase", "data", "found"),
    (
        pytest.param(
            BOTH, "/exchange-oma", 'ExchangeVDir is "/exchange-oma", a virtual directory of web site 1', id="right"
        ),
        pytest.param(
            BOTH,
            "/Exchange-OMA/",
            'ExchangeVDir is "/Exchange-OMA/"; demanded: "/exchange-oma", the virtual directory\'s name in its own case',
            id="other-case",
        ),
        pytest.param(
            MetabaseExports((export("oma", "IIsWebDirectory"),)),
            "/oma",
            'ExchangeVDir is "/oma", but web site 1 has no such virtual directory',
            id="a-directory-and-no-list",
        ),
        pytest.param(
            BOTH, "/", 'ExchangeVDir is "/", but web site 1 has no such virtual directory', id="the-root-is-none"
        ),
    ),
)
def test_the_value_names_a_vdir(make_server, metabase, data, found):
    server = make_server(site=1, metabase=metabase, registry=registry(("ExchangeVDir", data)))
    reading = Method2(server).value_names_a_vdir
    assert (reading.found, bool(reading)) == (found, "a virtual directory of" in found)


def test_the_role_shows_in_the_exported_vdir(make_server):
    windows = OperatingSystem("Windows", "5.2.3790", "", 272, SEALED)
    for metabase, values, place in (
        (EXCHANGE, (), "Exchange"),
        (exports("exchange-oma"), (OMA_VALUE,), "exchange-oma"),
    ):
        server = make_server(site=1, metabase=metabase, registry=registry(*values), operating_system=windows)
        reading = Identity(server).is_what_the_inventory_says
        assert reading.found == (
            f"the inventory says back-end: {ROOT}/{place} is served by davex.dll, OSProductSuite is 272"
        )


def test_the_role_does_not_show_in_another_vdir(make_server):
    server = make_server(site=1, metabase=exports("Public"), registry=registry(OMA_VALUE))
    with pytest.raises(UnknownFact) as caught:
        _ = Identity(server).is_what_the_inventory_says
    assert caught.value.unknown.reason == (
        f"the export of {ROOT}/Public does not show every IIsWebVirtualDir of the server"
    )
