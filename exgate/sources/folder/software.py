"""What runs on a server, by the collector's file and the exports of the registry: both must agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from exgate.facts.registry import EXCHANGE_SETUP
from exgate.facts.sharepoint import WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown
from exgate.sources.folder import reg_facts
from exgate.sources.folder.collected import CollectedFacts
from exgate.sources.folder.reg_export import INET_STP, PRODUCT_OPTIONS
from exgate.sources.folder.reg_files import RegistryExports, not_shown
from exgate.sources.folder.registry import collected_shows, exports_show
from exgate.sources.folder.sources import Shown, agree

_SMALL_BUSINESS_RESTRICTED = 32
_Collected = CollectedFacts | Unknown | None
_Exports = RegistryExports | Unknown | None
_T = TypeVar("_T")


def operating_system(collected: _Collected, exports: _Exports) -> OperatingSystem | Unknown:
    """Give Windows; the sources must agree on whether it is Small Business Server."""
    shown = _shown(collected, lambda facts: facts.operating_system, exports, reg_facts.operating_system)
    return agree("version of Windows", shown, _is_sbs, not_shown(PRODUCT_OPTIONS))


def iis(collected: _Collected, exports: _Exports) -> IisVersion | Unknown:
    """Give IIS's version."""
    shown = _shown(collected, lambda facts: facts.iis, exports, reg_facts.iis_version)
    return agree("version of IIS", shown, lambda found: found, not_shown(INET_STP))


def exchange(collected: _Collected, exports: _Exports) -> ExchangeVersion | Unknown:
    """Give Exchange's version."""
    shown = _shown(collected, lambda facts: facts.exchange, exports, reg_facts.exchange_version)
    return agree("version of Exchange", shown, lambda found: found, not_shown(EXCHANGE_SETUP))


def sharepoint(collected: _Collected, exports: _Exports) -> SharePoint | Unknown:
    """Give whether Windows SharePoint Services are installed, and on which web sites."""
    shown = _shown(collected, lambda facts: facts.sharepoint, exports, reg_facts.sharepoint)
    nobody = not_shown(WEB_SERVER_EXTENSIONS)
    found = agree("state of SharePoint Services", shown, lambda each: each.installed, nobody)
    if isinstance(found, Unknown) or not found.installed:
        return found
    sites = [Shown(e.source, e.value.extended_sites) for e in shown if isinstance(e.value, SharePoint)]
    extended = agree("web sites that SharePoint Services extend", sites, frozenset, nobody)
    return SharePoint(installed=True, extended_sites=extended)


def _shown(
    collected: _Collected,
    by_collector: Callable[[CollectedFacts], _T | Unknown],
    exports: _Exports,
    by_exports: Callable[[RegistryExports], _T | Unknown],
) -> list[Shown[_T]]:
    return [*collected_shows(collected, by_collector), *exports_show(exports, by_exports)]


def _is_sbs(found: OperatingSystem) -> bool:
    return bool(found.product_suite & _SMALL_BUSINESS_RESTRICTED)
