"""Services that a batch file stops: each must run again at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from exgate.facts.change import Origin, PlanError

_IISRESET = re.compile(r"/(?:restart|start|stop|reboot|rebootonerror|noforce|status|timeout:[0-9]+)", re.IGNORECASE)
_WEB = ("iisadmin", "httpfilter", "w3svc")
_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"w3svc": ("iisadmin", "httpfilter"), "httpfilter": ("iisadmin",), "msexchangeis": ("msexchangesa",)}
)
"""What Windows starts before a service, and stops it with."""
_BY_LONG_NAME: Mapping[str, str] = MappingProxyType(
    {
        "iis admin service": "iisadmin",
        "http ssl": "httpfilter",
        "world wide web publishing service": "w3svc",
        "microsoft exchange information store": "msexchangeis",
        "microsoft exchange system attendant": "msexchangesa",
    }
)


@dataclass(slots=True)
class Services:
    """Which services a batch file has stopped so far.

    Attributes:
        stopped: Where each was stopped, by its name in lower case.
    """

    stopped: dict[str, Origin] = field(default_factory=dict)

    def run(self, program: str, arguments: tuple[str, ...], origin: Origin) -> None:
        """Read ``net stop``, ``net start`` or ``iisreset``.

        Raises:
            PlanError: It is none of their forms.
        """
        if program == "net":
            self._net(arguments, origin)
        else:
            self._iisreset(arguments, origin)

    def check_that_none_stays_down(self) -> None:
        """Check that whatever was stopped was started again.

        Raises:
            PlanError: A service stays stopped.
        """
        for name, origin in self.stopped.items():
            raise PlanError(origin, f"{name} stays stopped: no net start {name} follows in this file")

    def _net(self, arguments: tuple[str, ...], origin: Origin) -> None:
        verb = arguments[0].lower() if arguments else ""
        if verb not in {"start", "stop"}:
            raise PlanError(origin, f"{f'net {verb}'.strip()} is not understood: net start and net stop are")
        given = " ".join(argument for argument in arguments[1:] if not argument.startswith("/")).lower()
        name = _BY_LONG_NAME.get(given, given)
        if verb == "start":
            self._start((name, *_NEEDS.get(name, ())))
        elif not name:
            raise PlanError(origin, "net stop without a service")
        else:
            self._stop((name, *(other for other, needs in _NEEDS.items() if name in needs)), origin)

    def _iisreset(self, arguments: tuple[str, ...], origin: Origin) -> None:
        strange = next((argument for argument in arguments if not _IISRESET.fullmatch(argument)), None)
        if strange is not None:
            raise PlanError(origin, f"iisreset {strange} is not understood")
        given = {argument.lower() for argument in arguments}
        if "/stop" in given:
            self._stop(_WEB, origin)
        elif "/status" not in given:
            self._start(_WEB)

    def _start(self, names: Iterable[str]) -> None:
        for name in names:
            self.stopped.pop(name, None)

    def _stop(self, names: Iterable[str], origin: Origin) -> None:
        for name in names:
            self.stopped[name] = origin
