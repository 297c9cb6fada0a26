"""The lists of an IPSecurity object while a script fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from types import MappingProxyType

from exgate.facts.change import Origin, PlanError, SetRestrictions
from exgate.facts.ip_restrictions import IPRestrictions, parse_ip_entry
from exgate.sources.candidate.tokens import Statement

_LISTS: Mapping[str, str] = MappingProxyType(
    {"ipgrant": "IPGrant", "ipdeny": "IPDeny", "domaingrant": "DomainGrant", "domaindeny": "DomainDeny"}
)
_GRANT_BY_DEFAULT = "grantbydefault"
_TRUTHS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


@dataclass(slots=True)
class Restrictions:
    """What a script has assigned so far.

    Attributes:
        open: Where the first assignment stands that is not put back into IPSecurity yet.
    """

    open: Origin | None = None
    _grant: bool | None = None
    _lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _put_back: bool = False

    def assign(self, statement: Statement) -> None:
        """Read ``s.GrantByDefault = False`` or ``s.IPGrant = Array("10.0.0.5, 255.255.255.255")``.

        Raises:
            PlanError: It is none of these, or comes after the list was put back.
        """
        origin, name = statement.origin, statement.tokens[2].lower()
        if self._put_back:
            raise PlanError(origin, "comes after the list was put back into IPSecurity: set it before")
        self.open = self.open or origin
        form, value = statement.shape[4:], statement.tokens[4]
        if name == _GRANT_BY_DEFAULT:
            if form != "w" or value.lower() not in _TRUTHS:
                raise PlanError(origin, "GrantByDefault takes True or False")
            self._grant = _TRUTHS[value.lower()]
        elif name not in _LISTS:
            raise PlanError(origin, f"{statement.tokens[2]!r} is no property of IPSecurity")
        elif not form.endswith(")"):
            raise PlanError(origin, f"{_LISTS[name]} takes Array(...)")
        else:
            self._lists[name] = statement.tokens[6:-1:2]
            self._networks(name, origin)

    def step(self, location: str, origin: Origin) -> SetRestrictions:
        """Give the step that puts the lists back.

        IIS keeps the lists that are not assigned. Of the two that count under this GrantByDefault the one of addresses
        must be assigned; whether the one of domain names is kept is told with the step.

        Raises:
            PlanError: What counts was not assigned, so that the present value stays, which is not known here.
        """
        if self._grant is None:
            raise PlanError(origin, "GrantByDefault is not set: its present value is not known here, so set it too")
        needed = "ipdeny" if self._grant else "ipgrant"
        if needed not in self._lists:
            raise PlanError(origin, f"{_LISTS[needed]} is not set: its present value is not known here, so set it too")
        self.open, self._put_back = None, True
        value = IPRestrictions(
            grant_by_default=self._grant,
            ip_grant=self._networks("ipgrant", origin),
            ip_deny=self._networks("ipdeny", origin),
            domain_grant=self._lists.get("domaingrant", ()),
            domain_deny=self._lists.get("domaindeny", ()),
        )
        domains = "domain_deny" if self._grant else "domain_grant"
        kept = "" if domains.replace("_", "") in self._lists else domains
        return SetRestrictions(origin=origin, location=location, value=value, kept=kept)

    def _networks(self, name: str, origin: Origin) -> tuple[IPv4Network, ...]:
        if not name.startswith("ip"):
            return ()
        return tuple(_network(entry, origin) for entry in self._lists.get(name, ()))


def _network(entry: str, origin: Origin) -> IPv4Network:
    """Read an entry, which must have a mask: whether IIS takes one without is not known."""
    try:
        if "," in entry:
            return parse_ip_entry(entry)
    except ValueError:
        pass
    raise PlanError(origin, f'{entry!r} is no address with its mask ("10.0.0.5, 255.255.255.255")')
