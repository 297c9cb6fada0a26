"""An Exchange 2003 server: which virtual directory ActiveSync and OMA use, and how ExchangeVDir says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.vdir import VirtualDirectory
from exgate.facts.host import HostFacts
from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE, Metabase
from exgate.facts.metabase_export import NotShown
from exgate.facts.registry import (
    EXCHANGE,
    EXCHANGE_VDIR,
)
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact, known

_WEB_SERVICE = "/LM/W3SVC"
_SITE = re.compile(r"/LM/W3SVC/\d+", re.IGNORECASE)
NO_INVENTORY = Unknown("the organization's servers are not known", "give the server's organization in the inventory")
_SAY_WHICH_SITE = "say which with site: in the inventory"


@dataclass(frozen=True, slots=True)
class ExchangeServer:
    """A server as the article sees it; every property raises `UnknownFact` when what it needs could not be read.

    Attributes:
        facts: What was read of it.
        role: Its role in the inventory.
        declared_site: The number of the web site that holds /Exchange, if the inventory says so.
        front_ends: The front-end servers of its organization, by the inventory; or why that is not known.
    """

    facts: HostFacts
    role: Role
    declared_site: int | None = None
    front_ends: tuple[str, ...] | Unknown = NO_INVENTORY

    @property
    def metabase(self) -> Metabase:
        """The metabase."""
        return known(self.facts.metabase)

    @property
    def exchange_vdir(self) -> str | None:
        """What ExchangeVDir holds, or None when the services find none: absent, empty, misspelt or of another type."""
        return self.facts.registry.exchange_vdir

    @property
    def mobile_vdir_name(self) -> str:
        """The name of the virtual directory that ActiveSync and OMA use, whether it exists or not: ``/Exchange``."""
        return self.facts.registry.mobile_vdir

    @property
    def mobile_vdir_exists(self) -> Reading:
        """Whether the virtual directory that ActiveSync and OMA use exists below a web site's ROOT."""
        location = self._mobile_location()
        if location:
            return Reading.yes(f"{self.mobile_vdir_name} exists: {location}")
        because = (
            f"which {EXCHANGE_VDIR} names"
            if self.exchange_vdir
            else f"which is used because {EXCHANGE_VDIR} is not set"
        )
        return Reading.no(
            f"{self.mobile_vdir_name}, {because}, does not exist below the ROOT of "
            f"{self._site_words()}; demanded: this virtual directory",
        )

    @property
    def mobile_vdir(self) -> VirtualDirectory:
        """The virtual directory that ActiveSync and OMA log on to over TCP 80.

        Raises:
            Moot: It does not exist, so there is nothing to judge; its absence is judged by itself.
        """
        location = self._mobile_location()
        if location is None:
            reason = f"{self.mobile_vdir_name} does not exist"
            raise Blocked(reason, "KB817379-01")
        return VirtualDirectory(location, self.facts)

    @property
    def uses_method_2(self) -> bool:
        """Whether ExchangeVDir names another virtual directory than /Exchange."""
        return self.mobile_vdir_name.lower() != EXCHANGE.lower()

    @property
    def default_vdir(self) -> VirtualDirectory:
        """The virtual directory /Exchange itself, whichever is used.

        Raises:
            Moot: No web site holds it.
        """
        site = self.home_site
        location = self.metabase.stored_location(f"{site}/ROOT{EXCHANGE}") if site else None
        if location is None:
            message = f"there is no {EXCHANGE} on {self._site_words()}"
            raise Moot(message)
        return VirtualDirectory(location, self.facts)

    @property
    def secondary_vdir(self) -> VirtualDirectory:
        """The mobile virtual directory when it is not /Exchange (Method 2).

        Raises:
            Moot: Method 2 is not in use, or its virtual directory does not exist.
        """
        if self.exchange_vdir is None:
            message = f"{EXCHANGE_VDIR} is not set, so {EXCHANGE} itself is used and judged"
            raise Moot(message)
        if not self.uses_method_2:
            message = f"{EXCHANGE_VDIR} names {EXCHANGE} itself, so there is no secondary virtual directory"
            raise Moot(message)
        return self.mobile_vdir

    def _mobile_location(self) -> str | None:
        """Give the mobile virtual directory's location, None when there is none.

        Raises:
            UnknownFact: No web site holds /Exchange, and several hold the secondary virtual directory.
        """
        site = self.home_site
        found = []
        for place in [site] if site else self._sites():
            location = self.vdir_location(place, self.mobile_vdir_name)
            if location:
                found.append(location)
        if len(found) > 1:
            raise UnknownFact(
                Unknown(f"several web sites hold {self.mobile_vdir_name}: {', '.join(found)}", _SAY_WHICH_SITE)
            )
        return found[0] if found else None

    def _sites(self) -> list[str]:
        try:
            return [site for site in self.metabase.locations(WEB_SITE) if _SITE.fullmatch(site)]
        except NotShown as error:
            raise UnknownFact(
                Unknown(error.unknown.reason, f"{_SAY_WHICH_SITE}; or {error.unknown.next_step}")
            ) from None

    def vdir_location(self, site: str, name: str) -> str | None:
        """Give the location of a web site's virtual directory in its own case, None when it has none of this name.

        Args:
            site: The web site's location.
            name: Below its ROOT, with a slash in front.

        Raises:
            UnknownFact: Whether it is there is not known.
        """
        root = f"{site}/ROOT/"
        location = self.metabase.stored_location(f"{root}{name.strip('/')}")
        if location is None or not location.lower().startswith(root.lower()):
            return None
        return location if self.metabase.key_type(location) == VIRTUAL_DIRECTORY else None

    def vdirs(self, site: str) -> list[str]:
        """Give the locations of a web site's virtual directories.

        Raises:
            UnknownFact: An export does not show all of them.
        """
        root = f"{site}/ROOT/".lower()
        return [vdir for vdir in self.metabase.locations(VIRTUAL_DIRECTORY) if vdir.lower().startswith(root)]

    @property
    def every_vdir(self) -> list[str]:
        """The locations of all web sites' virtual directories."""
        return [vdir for site in self._sites() for vdir in self.vdirs(site)]

    @property
    def home_site(self) -> str | None:
        """The web site that holds /Exchange, None when none does.

        Raises:
            UnknownFact: Several do and the inventory does not say which, or the one that it says does not exist, or an
                export does not show it.
        """
        if self.declared_site is not None:
            declared = self.metabase.stored_location(f"{_WEB_SERVICE}/{self.declared_site}")
            if declared is not None:
                return declared
        sites = self._sites()
        numbers = ", ".join(_number(site) for site in sites)
        if not sites:
            raise UnknownFact(
                Unknown("WMI shows no web site at all", "check that the account sees IIS's configuration")
            )
        if self.declared_site is not None:
            raise UnknownFact(
                Unknown(f"the inventory says web site {self.declared_site}, but there are {numbers}", "correct site:")
            )
        homes = [site for site in sites if self.metabase.stored_location(f"{site}/ROOT{EXCHANGE}")]
        if len(homes) > 1:
            held = ", ".join(_number(site) for site in homes)
            raise UnknownFact(Unknown(f"several web sites hold {EXCHANGE}: {held}", _SAY_WHICH_SITE))
        return homes[0] if homes else None

    def _site_words(self) -> str:
        if self.declared_site is not None:
            return f"web site {self.declared_site}"
        numbers = [_number(site) for site in self._sites()]
        return (
            f"web site {numbers[0]}" if len(numbers) == 1 else f"any web site ({', '.join(numbers) or 'there is none'})"
        )


def _number(site: str) -> str:
    return site.rpartition("/")[2]
