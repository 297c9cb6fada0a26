"""One live host to its facts: WMI over WS-Management, and the shell for what WMI cannot read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from exgate.facts.events import EventLog
from exgate.facts.host import HostFacts
from exgate.facts.metabase import Metabase, MetabaseFile
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_xml import MetabaseXmlError, read_metabase
from exgate.facts.registry import MASSYNC_PARAMETERS, Registry, RegistryKey
from exgate.facts.services import Services
from exgate.facts.sharepoint import SharePoint
from exgate.facts.software import IisVersion, OperatingSystem
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.sources import event_log, iis, std_reg_prov, windows
from exgate.sources.event_log import SINCE_OPTION, SINCE_START, by_its_clock, read_event_log
from exgate.sources.sharepoint import read_sharepoint
from exgate.wsman import shell
from exgate.wsman.answers import Item
from exgate.wsman.errors import FaultError, WsmanError
from exgate.wsman.session import Session

METABASE_XML = r"type %windir%\system32\inetsrv\MetaBase.xml"
REGISTRY_NAMESPACE = r"root\default"

_SHELL = "the command shell"
_ALLOW_SHELL = (
    "let the account use the shell (winrm get winrm/config/winrs shows AllowRemoteShellAccess), or set shell: false in "
    "the inventory"
)
NOT_ASKED = Unknown("the web site was not asked", "run again without --no-wire")
_REPORT = "report it as a defect"
_T = TypeVar("_T")


class LiveHost:
    """One host and its open session; what it gives are facts, or why there are none."""

    def __init__(
        self,
        name: str,
        url: str,
        session: Session,
        *,
        use_shell: bool,
        events_since: datetime | None = None,
        own_name: bool = False,
    ) -> None:
        """Take an open session.

        Args:
            name: The host's name in the inventory.
            url: The endpoint, for the facts' source.
            session: Its session; only the calling thread uses it.
            use_shell: Whether the command shell may be used to read MetaBase.xml.
            events_since: From when on the event log is looked at; None is the last start of IIS Admin.
            own_name: Whether to ask what the server's own name resolves to although no ExchangeVDir is set.
        """
        self._name = name
        self._url = url
        self._session = session
        self._use_shell = use_shell
        self._events_since = events_since
        self._own_name = own_name
        self._broken: WsmanError | None = None

    def facts(self) -> HostFacts:
        """Probe the host, then read everything; each fact fails for itself.

        Raises:
            WsmanError: The probe failed: the host cannot be asked.
        """
        stack = self._session.identify()
        collected_at = datetime.now(UTC)
        registry = self._registry()
        view = self._view()
        operating_system = self._ask(lambda: windows.operating_system(self._session), windows.NAMESPACE)
        resolve = self._own_name or _has_exchange_vdir(registry)
        network = self._ask(lambda: windows.network(self._session, resolve=resolve), windows.NAMESPACE)
        iis_version = self._iis_version(view, operating_system)
        services, sharepoint_timer = self._services()
        started = self._iis_admin_started(services)
        log = self._event_log(started, operating_system)
        exchange = self._ask(lambda: windows.exchange_version(self._session), REGISTRY_NAMESPACE)
        sharepoint = self._sharepoint(timer=sharepoint_timer)
        file = self._metabase_file()
        metabase: Metabase | Unknown = view
        if isinstance(view, MetabaseView) and isinstance(file, MetabaseFile):
            metabase = MetabaseViewAndFile(view, file)
        return HostFacts(
            host=self._name,
            source=f"WMI over WS-Management, {self._url}",
            collected_at=collected_at,
            stack=stack,
            metabase=metabase,
            metabase_file=file if isinstance(file, Unknown) else None,
            registry=registry,
            services=services,
            network=network,
            operating_system=operating_system,
            iis=iis_version,
            exchange=exchange,
            iis_admin_started=started,
            event_log=log,
            sharepoint=sharepoint,
            wire=NOT_ASKED,
        )

    def _ask(self, read: Callable[[], _T | Unknown], place: str) -> _T | Unknown:
        """Read one fact. A fault is this fact's own; a broken connection is the end of all that follow."""
        return self._read(read, place) if self._broken is None else _after(self._broken)

    def _read(self, read: Callable[[], _T | Unknown], place: str) -> _T | Unknown:
        try:
            return read()
        except FaultError as error:
            return _faulted(error, place)
        except UnknownFact as error:
            return error.unknown
        except WsmanError as error:
            self._broken = error
            return _after(error)
        except Exception as error:  # noqa: BLE001 - an answer that nobody thought of must not cost the other facts
            return Unknown(f"the answer of {place} could not be used ({type(error).__name__})", _REPORT)

    def _iis_version(
        self, view: MetabaseView | Unknown, windows_itself: OperatingSystem | Unknown
    ) -> IisVersion | Unknown:
        known = None if isinstance(view, Unknown) else iis.version_of_windows(windows_itself)
        if known:
            return known
        items = self._settings(iis.VERSION)
        return items if isinstance(items, Unknown) else iis.version(items)

    def _services(self) -> tuple[Services | Unknown, bool]:
        """Give the services, and whether Windows SharePoint Services' timer may be among the server's."""
        found = self._ask(lambda: windows.services(self._session), windows.NAMESPACE)
        return (found, True) if isinstance(found, Unknown) else found

    def _sharepoint(self, *, timer: bool) -> SharePoint | Unknown:
        if not timer:
            return SharePoint(installed=False)
        return self._ask(lambda: read_sharepoint(self._session), REGISTRY_NAMESPACE)

    def _iis_admin_started(self, services: Services | Unknown) -> datetime | Unknown:
        if isinstance(services, Unknown):
            return services
        return self._ask(lambda: windows.iis_admin_started(self._session, services), windows.NAMESPACE)

    def _event_log(self, started: datetime | Unknown, windows_itself: OperatingSystem | Unknown) -> EventLog | Unknown:
        since = started if self._events_since is None else by_its_clock(self._events_since, windows_itself)
        if isinstance(since, Unknown):
            return since
        because = SINCE_START if self._events_since is None else SINCE_OPTION
        return self._ask(lambda: read_event_log(self._session, since, because), event_log.NAMESPACE)

    def _registry(self) -> Registry:
        registry = self._ask(lambda: std_reg_prov.read_mobile_keys(self._session), REGISTRY_NAMESPACE)
        return Registry({MASSYNC_PARAMETERS.lower(): registry}) if isinstance(registry, Unknown) else registry

    def _view(self) -> MetabaseView | Unknown:
        sites = self._settings(iis.SITES)
        if isinstance(sites, Unknown):
            return sites
        vdirs = self._settings(iis.VIRTUAL_DIRECTORIES)
        if isinstance(vdirs, Unknown):
            return vdirs
        security = self._settings(iis.IP_SECURITY)
        return self._read(lambda: iis.view(sites, vdirs, security), iis.NAMESPACE)

    def _settings(self, query: str) -> tuple[Item, ...] | Unknown:
        return self._ask(lambda: self._session.enumerate_wql(iis.NAMESPACE, query), iis.NAMESPACE)

    def _metabase_file(self) -> MetabaseFile | Unknown:
        if not self._use_shell:
            return Unknown(
                "MetaBase.xml was not read: the shell is off for this host", "set shell: true in the inventory"
            )
        output = self._ask(lambda: shell.run(self._session, METABASE_XML), _SHELL)
        if isinstance(output, Unknown):
            return output
        if output.exit_code != 0:
            return Unknown(
                f"type MetaBase.xml ended with exit code {output.exit_code}", "let the account read the file"
            )
        try:
            return read_metabase(output.stdout)
        except MetabaseXmlError as error:
            return Unknown(str(error), "run again: IIS may have been writing the file")


def _has_exchange_vdir(registry: Registry) -> bool:
    key = registry.keys.get(MASSYNC_PARAMETERS.lower())
    return isinstance(key, RegistryKey) and key.any_case("ExchangeVDir") is not None


def _faulted(error: FaultError, place: str) -> Unknown:
    if error.fault.is_access_denied:
        return Unknown(
            f"access to {place} is denied",
            _ALLOW_SHELL
            if place == _SHELL
            else f"give the account Enable Account and Remote Enable on {place} (wmimgmt.msc, WMI Control, Security), "
            "or use an administrator",
        )
    if error.fault.is_quota:
        return Unknown(f"a quota of WinRM is used up: {error.fault.reason}", "close idle shells, or lower --parallel")
    return Unknown(f"{place} answered with a fault: {error.fault}", "run the same query with winrm on the server")


def _after(error: WsmanError) -> Unknown:
    return Unknown(f"the connection ended before this was read: {error}", "run again, or raise --host-timeout")
