"""A host's own values for the texts that tell how to fix it, and how to undo the fix.

They come from the server, and a person copies them into a command line: a line break in one would begin a new command.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from exgate.exchange.method_2 import SBS_VDIR, Method2
from exgate.exchange.reading import Moot
from exgate.exchange.server import ExchangeServer
from exgate.exchange.vdir import VirtualDirectory
from exgate.facts.ip_restrictions import IPRestrictions
from exgate.facts.metabase import Provenance, Setting
from exgate.facts.network import Network
from exgate.facts.printable import printable
from exgate.facts.registry import EXCHANGE, EXCHANGE_VDIR, MASSYNC_PARAMETERS
from exgate.facts.role import Role
from exgate.facts.unknown import UnknownFact, known

_WIZARD = (
    "On Small Business Server run the Configure E-Mail and Internet Connection Wizard first: it sets this up as Setup "
    "did. Only if that does not help:\n"
)

_LINES = frozenset({"near_miss", "delete_values", "undo_ssl", "undo_authentication", "undo_redirect", "undo_providers"})
"""What is several lines of ours, with the server's values in them."""
_PERCENT = "rem in a batch file write two percent signs for each of these; at the prompt leave them as they are:"


def values(server: ExchangeServer) -> dict[str, str]:
    """Give what is known of a server, by the names that requirements use in braces; what is not known is left out."""
    readers: dict[str, Callable[[], str]] = {
        "host": lambda: _name(server),
        "site": lambda: _site(server),
        "mobile_vdir": lambda: server.mobile_vdir_name.strip("/"),
        "secondary_vdir": lambda: server.secondary_vdir.name.strip("/"),
        "exchange_vdir": lambda: server.exchange_vdir or "",
        "right_data": lambda: _right_data(server),
        "near_miss": lambda: _remove_near_miss(server),
        "addresses": lambda: _addresses(server),
        "undo_ssl": lambda: undo(server.mobile_vdir, "AccessSSLFlags"),
        "undo_authentication": lambda: undo(server.mobile_vdir, "AuthFlags"),
        "undo_redirect": lambda: undo(server.mobile_vdir, "HttpRedirect"),
        "delete_values": lambda: _delete_values(server),
        "undo_providers": lambda: _undo_providers(server.mobile_vdir),
        "providers_key": lambda: _adsutil_path(_providers_setting(server.mobile_vdir)[1]),
        "restrictions": lambda: _restrictions(server.secondary_vdir),
    }
    found: dict[str, str] = {"wizard": _WIZARD if server.role is Role.SBS else ""}
    for name, read in readers.items():
        with suppress(UnknownFact, Moot):
            text = read()
            if text:
                found[name] = text if name in _LINES else printable(text)
    found.setdefault("near_miss", "")
    return found


def is_secondary(server: ExchangeServer) -> bool:
    """Whether the mobile virtual directory is one that IIS Manager made, and Exchange System Manager does not know."""
    with suppress(UnknownFact):
        return server.mobile_vdir_name.lower() != EXCHANGE.lower()
    return False


def undo(vdir: VirtualDirectory, name: str) -> str:
    """Give the adsutil.vbs command that brings a property of a virtual directory back to what it is now.

    Raises:
        UnknownFact: Its present value is not known.
    """
    return _undo(vdir.metabase.effective(vdir.location, name), vdir.location)


def _undo(setting: Setting, location: str) -> str:
    """Give the command for a setting that is about to be changed on a key."""
    path = f'"{_adsutil_path(location)}/{setting.name}"'
    value = f'"{printable(setting.value)}"' if isinstance(setting.value, str) else f"{setting.value:d}"
    back = f"cscript adsutil.vbs set {path} {value}"
    remove = f"cscript adsutil.vbs delete {path}"
    if "%" in value:
        back = f"{_PERCENT}\n{back}"
    if setting.provenance is Provenance.EFFECTIVE:
        return f"{back}\nrem or, if it was not set on this key before: {remove}"
    return back if setting.location == location else remove


def _adsutil_path(location: str) -> str:
    """Give a key as adsutil.vbs wants it, without ``/LM/``."""
    return printable(location.removeprefix("/LM/"))


def _name(server: ExchangeServer) -> str:
    """Give the name that Windows knows the server by; the inventory may call it otherwise."""
    network = server.facts.network
    return network.computer_name if isinstance(network, Network) else server.facts.host


def _site(server: ExchangeServer) -> str:
    return (server.home_site or "").rpartition("/")[2]


def _providers_setting(vdir: VirtualDirectory) -> tuple[Setting, str]:
    """Give NTAuthenticationProviders and the key to change it on: where it is known to be set, else the vdir itself."""
    setting = vdir.metabase.effective(vdir.location, "NTAuthenticationProviders")
    return setting, setting.location if setting.provenance is Provenance.SET and setting.location else vdir.location


def _undo_providers(vdir: VirtualDirectory) -> str:
    return _undo(*_providers_setting(vdir))


def _restrictions(vdir: VirtualDirectory) -> str:
    """Give the restrictions in the dialog's words, whose list holds the exceptions."""
    value = vdir.metabase.effective(vdir.location, "IPSecurity").value
    if not isinstance(value, IPRestrictions):
        return ""
    access = "Granted access, except" if value.grant_by_default else "Denied access, except"
    return f"{access} what is listed ({value})"


def _right_data(server: ExchangeServer) -> str:
    """Give what ExchangeVDir ought to hold: the name of the virtual directory that it, or its near miss, means."""
    data: object = server.exchange_vdir
    if data is None:
        exact = server.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        near = Method2(server).near_miss
        data = known(exact.data) if exact else known(near[1].data) if near else None
    if not data and server.role is Role.SBS:
        data = SBS_VDIR
    site = server.home_site
    if not isinstance(data, str) or site is None:
        return ""
    location = server.metabase.stored_location(f"{site}/ROOT/{data.strip('/')}")
    return location[len(f"{site}/ROOT") :] if location else ""


def _delete_values(server: ExchangeServer) -> str:
    """Give the command that removes ExchangeVDir under the spelling it has."""
    exact = server.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
    command = f"reg delete HKLM\\{MASSYNC_PARAMETERS} /v {EXCHANGE_VDIR} /f\n" if exact else ""
    with suppress(UnknownFact):
        command += _remove_near_miss(server)
    return command


def _remove_near_miss(server: ExchangeServer) -> str:
    near = Method2(server).near_miss
    if near is None:
        return ""
    path, value = near
    return f'reg delete HKLM\\{path} /v "{printable(value.name)}" /f\n'


def _addresses(server: ExchangeServer) -> str:
    """Give what the server's own name resolves to there, where that is its own: nothing else may be let in."""
    network = known(server.facts.network)
    resolved = known(network.own_name_resolves_to)
    return ", ".join(map(str, resolved)) if set(resolved) <= set(network.addresses) else ""
