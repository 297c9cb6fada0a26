"""A server out of values, without a wire."""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from exgate.exchange import ExchangeServer
from exgate.facts.host import HostFacts
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.network import Network
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown

SEALED = Unknown("not read", "read it")
NETWORK = Network(
    computer_name="BE01",
    dns_names=("be01", "be01.lab.example"),
    addresses=(IPv4Address("10.0.0.5"), IPv4Address("10.0.0.6")),
    own_name_resolves_to=(IPv4Address("10.0.0.5"),),
)
BASIC = 'AuthFlags="AuthBasic | AuthNTLM"'
VDIRS = {"Exchange": BASIC}
OMA_VALUE = ("ExchangeVDir", "/exchange-oma")


def metabase(vdirs=None, *, sites=(1,), root="", site='ServerBindings=":80:"', service=""):
    """Give a metabase: virtual directories by name (on all sites, or as ``2/name`` on one) with their attributes."""
    keys = [f'<IIsWebService Location="/LM/W3SVC" {service}/>']
    for number in sites:
        keys.append(f'<IIsWebServer Location="/LM/W3SVC/{number}" {site}/>')
        keys.append(f'<IIsWebVirtualDir Location="/LM/W3SVC/{number}/ROOT" {root}/>')
        for name, attributes in (VDIRS if vdirs is None else vdirs).items():
            on, _, bare = name.rpartition("/")
            if on in {"", str(number)}:
                body, _, child = attributes.partition("<")
                child = f"<{child}" if child else ""
                keys.append(
                    f'<IIsWebVirtualDir Location="/LM/W3SVC/{number}/ROOT/{bare}" {body}>{child}</IIsWebVirtualDir>'
                )
    return read_metabase(f"<configuration><MBProperty>{''.join(keys)}</MBProperty></configuration>")


def registry(*values, above=()):
    """Give MasSync and its Parameters; a value is a name, data and, if it is not REG_SZ, a type."""

    def key(path, entries):
        return RegistryKey(path, tuple(RegistryValue(n, t[0] if t else RegistryType.REG_SZ, d) for n, d, *t in entries))

    return Registry({MASSYNC_PARAMETERS.lower(): key(MASSYNC_PARAMETERS, values), MASSYNC.lower(): key(MASSYNC, above)})


@pytest.fixture
def make_server():
    """Make a server out of its differences from a compliant back-end of Method 1."""

    def make(role=Role.BACK_END, site=None, front_ends=SEALED, **facts):
        given = {
            "metabase": metabase(),
            "registry": registry(),
            "network": NETWORK,
            "metabase_file": None,
            "services": SEALED,
            "operating_system": SEALED,
            "iis": SEALED,
            "exchange": SEALED,
            "iis_admin_started": SEALED,
            "event_log": SEALED,
            "sharepoint": SEALED,
            "wire": SEALED,
        } | facts
        seen = HostFacts(
            host="be01", source="test", collected_at=datetime(2026, 1, 1, tzinfo=UTC), stack="2.0", **given
        )
        return ExchangeServer(seen, role, site, front_ends)

    return make
