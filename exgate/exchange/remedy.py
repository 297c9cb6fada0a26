"""A host's own values for the texts that tell how to fix it, and how to undo the fix."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address

from exgate.exchange.reading import Moot
from exgate.exchange.server import EXCHANGE, ExchangeServer
from exgate.exchange.vdir import VirtualDirectory
from exgate.facts.metabase import Provenance, Setting
from exgate.facts.registry import MASSYNC_PARAMETERS
from exgate.facts.unknown import UnknownFact, known


def values(server: ExchangeServer) -> dict[str, str]:
    """Give what is known of a server, by the names that requirements use in braces; what is not known is left out."""
    readers: dict[str, Callable[[], str]] = {
        "host": lambda: server.facts.host,
        "site": lambda: server.mobile_vdir.site_number,
        "mobile_vdir": lambda: server.mobile_vdir.name.strip("/"),
        "secondary_vdir": lambda: server.secondary_vdir.name.strip("/"),
        "address": lambda: _address(server),
        "exchange_vdir": lambda: server.exchange_vdir or "",
        "exchange_vdir_name": lambda: _value_name(server),
        "undo_ssl": lambda: undo(server.mobile_vdir, "AccessSSLFlags"),
        "undo_authentication": lambda: undo(server.mobile_vdir, "AuthFlags"),
        "undo_providers": lambda: _undo_providers(server.mobile_vdir),
        "providers_key": lambda: _providers_key(server.mobile_vdir),
        "bindings": lambda: _bindings(server.mobile_vdir),
    }
    found: dict[str, str] = {}
    for name, read in readers.items():
        with suppress(UnknownFact, Moot):
            text = read()
            if text:
                found[name] = text
    found.setdefault("mobile_vdir", EXCHANGE.strip("/"))
    found.setdefault("secondary_vdir", "exchange-oma")
    return found


def undo(vdir: VirtualDirectory, name: str) -> str:
    """Give the adsutil.vbs command that brings a property of a virtual directory back to what it is now.

    Raises:
        UnknownFact: Its present value is not known.
    """
    return _undo(vdir.metabase.effective(vdir.location, name), vdir.location)


def _undo(setting: Setting, location: str) -> str:
    """Give the command for a setting that is about to be changed on a key."""
    path = f"{_adsutil_path(location)}/{setting.name}"
    back = f"cscript adsutil.vbs set {path} {_argument(setting)}"
    remove = f"cscript adsutil.vbs delete {path}"
    if setting.provenance is Provenance.EFFECTIVE:
        return f"{back}   (or, if it was not set on this key before: {remove})"
    return back if setting.location == location else remove


def _argument(setting: Setting) -> str:
    return f'"{setting.value}"' if isinstance(setting.value, str) else f"{setting.value:d}"


def _adsutil_path(location: str) -> str:
    """Give a key as adsutil.vbs wants it, without ``/LM/``."""
    return location.removeprefix("/LM/")


def _providers_setting(vdir: VirtualDirectory) -> tuple[Setting, str]:
    """Give NTAuthenticationProviders and the key to change it on: where it is known to be set, else the vdir itself."""
    setting = vdir.metabase.effective(vdir.location, "NTAuthenticationProviders")
    return setting, setting.location if setting.provenance is Provenance.SET and setting.location else vdir.location


def _providers_key(vdir: VirtualDirectory) -> str:
    return _adsutil_path(_providers_setting(vdir)[1])


def _undo_providers(vdir: VirtualDirectory) -> str:
    setting, location = _providers_setting(vdir)
    return _undo(setting, location)


def _bindings(vdir: VirtualDirectory) -> str:
    setting = vdir.metabase.effective(vdir.site, "ServerBindings")
    entries = setting.value if isinstance(setting.value, tuple) else ()
    return " ".join(f'"{entry}"' for entry in entries)


def _address(server: ExchangeServer) -> str:
    network = known(server.facts.network)
    resolved = network.own_name_resolves_to
    addresses: tuple[IPv4Address, ...] = resolved if isinstance(resolved, tuple) else network.addresses
    return str(addresses[0]) if addresses else ""


def _value_name(server: ExchangeServer) -> str:
    value = server.facts.registry.key(MASSYNC_PARAMETERS).any_case("ExchangeVDir")
    return value.name if value else ""
