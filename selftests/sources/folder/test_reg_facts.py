"""Facts out of exports of the registry."""

from datetime import timedelta

import pytest

from exgate.facts.reg_file import write_reg
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, RegistryKey, RegistryType, RegistryValue
from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.sources.folder import reg_facts
from exgate.sources.folder.reg_export import COMPUTER_NAME, CURRENT_VERSION, INET_STP, PRODUCT_OPTIONS, TIME_ZONE
from exgate.sources.folder.reg_files import not_shown, read_reg_files

SZ, DWORD, MULTI = RegistryType.REG_SZ, RegistryType.REG_DWORD, RegistryType.REG_MULTI_SZ
SETUP = r"HKLM\SOFTWARE\Microsoft\Exchange\Setup"


def _key(path, *values):
    return RegistryKey(path, tuple(RegistryValue(*value) for value in values))


@pytest.fixture
def fact(tmp_path):
    """Give a fact of an export of some keys."""

    def _fact(name, *keys):
        (tmp_path / "x.reg").write_bytes(write_reg(keys).encode("utf-16"))
        return getattr(reg_facts, name)(read_reg_files([tmp_path / "x.reg"]))

    return _fact


def test_registry(fact):
    vdir = ("ExchangeVDir", SZ, "/exchange-oma")
    assert fact("registry", _key(MASSYNC), _key(MASSYNC_PARAMETERS, vdir)).keys == {
        MASSYNC.lower(): RegistryKey(MASSYNC, ()),
        MASSYNC_PARAMETERS.lower(): _key(MASSYNC_PARAMETERS, vdir),
    }


def test_registry_that_no_file_shows(fact):
    assert fact("registry", _key(MASSYNC_PARAMETERS)).keys == {
        MASSYNC.lower(): not_shown(MASSYNC),
        MASSYNC_PARAMETERS.lower(): RegistryKey(MASSYNC_PARAMETERS, ()),
    }


NO_VERSION = Unknown(
    f"{SETUP} holds no Services Version: Exchange is not installed, or not as expected",
    "check that this host is an Exchange server",
)
VERSION = ("Services Version", DWORD, 65)


@pytest.mark.parametrize(
    ("keys", "found"),
    (
        pytest.param(
            [_key(EXCHANGE_SETUP, VERSION, ("ServicePackBuild", DWORD, 7638))], ExchangeVersion(65, 7638), id="sp2"
        ),
        pytest.param([_key(EXCHANGE_SETUP, VERSION)], ExchangeVersion(65, None), id="no-service-pack"),
        pytest.param([_key(EXCHANGE_SETUP, ("SERVICES version", DWORD, 60))], ExchangeVersion(60, None), id="any-case"),
        pytest.param([_key(EXCHANGE_SETUP)], NO_VERSION, id="empty-key"),
        pytest.param([_key("SOFTWARE")], NO_VERSION, id="no-key"),
        pytest.param(
            [_key(EXCHANGE_SETUP, ("Services Version", SZ, "65"))],
            Unknown(f"{SETUP} holds Services Version as REG_SZ, not as REG_DWORD", "look at it in regedit"),
            id="text",
        ),
        pytest.param(
            [_key(EXCHANGE_SETUP, VERSION, ("ServicePackBuild", SZ, "7638"))],
            Unknown(f"{SETUP} holds ServicePackBuild as REG_SZ, not as REG_DWORD", "look at it in regedit"),
            id="build-as-text",
        ),
        pytest.param([], not_shown(EXCHANGE_SETUP), id="no-file"),
    ),
)
def test_exchange_version(fact, keys, found):
    assert fact("exchange_version", *keys) == found


@pytest.mark.parametrize(
    ("keys", "found"),
    (
        pytest.param(
            [_key(INET_STP, ("MajorVersion", DWORD, 6), ("MinorVersion", DWORD, 0))], IisVersion(6, 0), id="iis-6"
        ),
        pytest.param(
            [_key(INET_STP, ("MajorVersion", DWORD, 6))],
            Unknown(
                f"HKLM\\{INET_STP} holds no MinorVersion",
                f"look at the key in regedit, and export HKLM\\{INET_STP} anew",
            ),
            id="no-minor-version",
        ),
        pytest.param(
            [_key("SOFTWARE")],
            Unknown(
                f"HKLM\\{INET_STP} holds no MajorVersion",
                f"look at the key in regedit, and export HKLM\\{INET_STP} anew",
            ),
            id="no-key",
        ),
        pytest.param([], not_shown(INET_STP), id="no-file"),
    ),
)
def test_iis_version(fact, keys, found):
    assert fact("iis_version", *keys) == found


WINDOWS = (
    ("ProductName", SZ, "Microsoft Windows Server 2003"),
    ("CurrentVersion", SZ, "5.2"),
    ("CurrentBuildNumber", SZ, "3790"),
)
SERVICE_PACK = ("CSDVersion", SZ, "Service Pack 2")


@pytest.mark.parametrize(
    ("windows", "options", "service_pack", "suite"),
    (
        pytest.param((*WINDOWS, SERVICE_PACK), [("ProductSuite", MULTI, ())], "Service Pack 2", 0, id="sp2"),
        pytest.param(WINDOWS, [("ProductSuite", MULTI, ("Terminal Server",))], "", 16, id="no-service-pack"),
        pytest.param(
            WINDOWS,
            [("ProductSuite", MULTI, ("Small Business", "Small Business(Restricted)", "Terminal Server"))],
            "",
            49,
            id="sbs",
        ),
        pytest.param(
            WINDOWS, [("ProductSuite", MULTI, ("Enterprise", "DataCenter", "Blade", "Enterprise"))], "", 1154, id="big"
        ),
        pytest.param(WINDOWS, [("ProductSuite", MULTI, ("Storage Server",))], "", 0, id="suite-without-a-bit"),
        pytest.param(WINDOWS, [("ProductType", SZ, "ServerNT")], "", 0, id="no-suite"),
    ),
)
def test_operating_system(fact, windows, options, service_pack, suite):
    keys = (_key(CURRENT_VERSION, *windows), _key(PRODUCT_OPTIONS, *options))
    clock = Unknown("an export does not show how far the server's clock is ahead", "compare it with another clock")
    assert fact("operating_system", *keys) == OperatingSystem(
        "Microsoft Windows Server 2003", "5.2.3790", service_pack, suite, clock
    )


@pytest.mark.parametrize(
    ("keys", "unknown"),
    (
        pytest.param([], not_shown(CURRENT_VERSION), id="no-file"),
        pytest.param([_key(CURRENT_VERSION, *WINDOWS)], not_shown(PRODUCT_OPTIONS), id="no-options"),
        pytest.param(
            [_key(CURRENT_VERSION, *WINDOWS), _key(r"SYSTEM\CurrentControlSet\Control")],
            Unknown(f"there is no HKLM\\{PRODUCT_OPTIONS}, which every Windows has", "export it anew"),
            id="options-proven-absent",
        ),
        pytest.param(
            [_key(CURRENT_VERSION, *WINDOWS), _key(PRODUCT_OPTIONS, ("ProductSuite", SZ, "Small Business"))],
            Unknown(
                f"HKLM\\{PRODUCT_OPTIONS} holds ProductSuite as REG_SZ, not as REG_MULTI_SZ", "look at it in regedit"
            ),
            id="suite-as-text",
        ),
        *(
            pytest.param(
                [_key(CURRENT_VERSION, *(value for value in WINDOWS if value[0] != missing)), _key(PRODUCT_OPTIONS)],
                Unknown(
                    f"HKLM\\{CURRENT_VERSION} holds no {missing}",
                    f"look at the key in regedit, and export HKLM\\{CURRENT_VERSION} anew",
                ),
                id=missing,
            )
            for missing, *_ in WINDOWS
        ),
    ),
)
def test_unknown_operating_system(fact, keys, unknown):
    assert fact("operating_system", *keys) == unknown


SIX = rf"{WEB_SERVER_EXTENSIONS}\6.0"
LOOK = Unknown(
    "Windows SharePoint Services are installed, but the registry does not show on which web sites",
    "look at SharePoint Central Administration, Virtual Server List",
)


@pytest.mark.parametrize(
    ("paths", "found"),
    (
        pytest.param(
            [WEB_SERVER_EXTENSIONS, SIX, PORTS, rf"{PORTS}\Port /LM/W3SVC/1:", rf"{PORTS}\port /lm/w3svc/12"],
            SharePoint(installed=True, extended_sites=(1, 12)),
            id="two-sites",
        ),
        pytest.param([WEB_SERVER_EXTENSIONS, rf"{WEB_SERVER_EXTENSIONS}\5.0"], SharePoint(installed=False), id="5.0"),
        pytest.param([r"SOFTWARE\Microsoft"], SharePoint(installed=False), id="none"),
        pytest.param([WEB_SERVER_EXTENSIONS, SIX], SharePoint(installed=True, extended_sites=LOOK), id="no-ports"),
        pytest.param([SIX], SharePoint(installed=True, extended_sites=not_shown(PORTS)), id="ports-not-shown"),
        pytest.param([PORTS], not_shown(SIX), id="ports-only"),
        pytest.param([], not_shown(SIX), id="no-file"),
    ),
)
def test_sharepoint(fact, paths, found):
    assert fact("sharepoint", *map(_key, paths)) == found


@pytest.mark.parametrize(
    ("keys", "name"),
    (
        pytest.param([_key(COMPUTER_NAME, ("ComputerName", SZ, "BE01"))], "BE01", id="name"),
        pytest.param([_key(COMPUTER_NAME, ("ComputerName", SZ, ""))], None, id="empty"),
        pytest.param([_key(COMPUTER_NAME)], None, id="no-value"),
        pytest.param([], not_shown(COMPUTER_NAME), id="no-file"),
    ),
)
def test_computer_name(fact, keys, name):
    assert fact("computer_name", *keys) == name


@pytest.mark.parametrize(
    ("bias", "offset"),
    (
        pytest.param(0, timedelta(0), id="utc"),
        pytest.param(0xFFFFFF88, timedelta(hours=2), id="berlin-in-summer"),
        pytest.param(0xFFFFFFC4, timedelta(hours=1), id="berlin-in-winter"),
        pytest.param(480, timedelta(hours=-8), id="seattle-in-winter"),
        pytest.param(0xFFFFFEB6, timedelta(hours=5, minutes=30), id="india"),
        pytest.param(0xFFFFFC7C, timedelta(hours=15), id="most"),
    ),
)
def test_utc_offset(fact, bias, offset):
    assert fact("utc_offset", _key(TIME_ZONE, ("ActiveTimeBias", DWORD, bias))) == offset


@pytest.mark.parametrize(
    ("keys", "reason"),
    (
        pytest.param([_key(TIME_ZONE)], f"HKLM\\{TIME_ZONE} holds no ActiveTimeBias", id="no-value"),
        pytest.param(
            [_key(TIME_ZONE, ("ActiveTimeBias", DWORD, 901))],
            f"ActiveTimeBias of HKLM\\{TIME_ZONE} is 901, which is no time zone's",
            id="too-far",
        ),
        pytest.param([], not_shown(TIME_ZONE).reason, id="no-file"),
    ),
)
def test_unknown_utc_offset(fact, keys, reason):
    assert fact("utc_offset", *keys).reason == reason
