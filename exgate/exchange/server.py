"""An Exchange 2003 server: which virtual directory ActiveSync and OMA use, and how ExchangeVDir says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.vdir import VirtualDirectory
from exgate.facts.host import HostFacts
from exgate.facts.metabase import VIRTUAL_DIRECTORY, WEB_SITE, Metabase
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.facts.role import Role
from exgate.facts.unknown import Unknown, UnknownFact, known

EXCHANGE_VDIR = "ExchangeVDir"
EXCHANGE = "/Exchange"

_SITE = re.compile(r"/LM/W3SVC/\d+", re.IGNORECASE)
_SHOWN_VDIRS = 8
_SAY_WHICH_SITE = "say which with site: in the inventory"


@dataclass(frozen=True, slots=True)
class ExchangeServer:
    """A server as the article sees it; every property raises `UnknownFact` when what it needs could not be read.

    Attributes:
        facts: What was read of it.
        role: Its role in the inventory.
        declared_site: The number of the web site that holds /Exchange, if the inventory says so.
    """

    facts: HostFacts
    role: Role
    declared_site: int | None = None

    @property
    def metabase(self) -> Metabase:
        """The metabase."""
        return known(self.facts.metabase)

    @property
    def exchange_vdir(self) -> str | None:
        """What ExchangeVDir holds, or None when the services find none: absent, empty, misspelt or of another type."""
        value = self.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        if value is None or value.type != RegistryType.REG_SZ:
            return None
        data = known(value.data)
        return data if isinstance(data, str) and data else None

    @property
    def mobile_vdir_name(self) -> str:
        """The name of the virtual directory that ActiveSync and OMA use, whether it exists or not: ``/Exchange``."""
        data = self.exchange_vdir
        return f"/{data.strip('/')}" if data else EXCHANGE

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
        return VirtualDirectory(location, self.metabase, self.facts.network)

    @property
    def secondary_vdir(self) -> VirtualDirectory:
        """The mobile virtual directory when it is not /Exchange (Method 2).

        Raises:
            Moot: Method 2 is not in use, or its virtual directory does not exist.
        """
        if self.exchange_vdir is None:
            message = f"{EXCHANGE_VDIR} is not set, so {EXCHANGE} itself is used and judged"
            raise Moot(message)
        vdir = self.mobile_vdir
        if vdir.name.lower() == EXCHANGE.lower():
            message = f"{EXCHANGE_VDIR} names {EXCHANGE} itself, so there is no secondary virtual directory"
            raise Moot(message)
        return vdir

    @property
    def exchange_vdir_is_named_right(self) -> Reading:
        """Whether the registry value is named exactly ExchangeVDir, and is a REG_SZ (the article's steps 18 to 20).

        Raises:
            Moot: Nothing like it is there and the role does not demand it.
        """
        place = f"HKLM\\{MASSYNC_PARAMETERS}"
        demanded = f"demanded: {EXCHANGE_VDIR}, in this case, as REG_SZ in {place}"
        exact = self.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        if exact is not None and exact.type != RegistryType.REG_SZ:
            return Reading.no(f"{place} holds {EXCHANGE_VDIR} as {exact.type_name}; {demanded}")
        if exact is not None and known(exact.data):
            return Reading.yes(f"{EXCHANGE_VDIR} is there, in this case, as REG_SZ")
        near = self.near_miss if exact is None else None
        if near is not None:
            path, value = near
            return Reading.no(
                f'HKLM\\{path} holds "{value.name}" ({value.type_name}), which the services do not find; {demanded}'
            )
        state = "not set" if exact is None else "empty"
        if self.role is Role.SBS:
            return Reading.no(f"{EXCHANGE_VDIR} is {state}, though Setup of SBS sets it; {demanded}")
        message = f"{EXCHANGE_VDIR} is {state}, so {EXCHANGE} itself is used and judged"
        raise Moot(message)

    @property
    def exchange_vdir_names_a_vdir(self) -> Reading:
        """Whether ExchangeVDir holds "/" and the name of a virtual directory, in its own case, beside /Exchange.

        Raises:
            Moot: The services find no ExchangeVDir.
        """
        data = self.exchange_vdir
        if data is None:
            reason = f"the services find no {EXCHANGE_VDIR}"
            raise Blocked(reason, "KB817379-11")
        found = f'{EXCHANGE_VDIR} is "{data}"'
        site = self.home_site
        if site is None:
            return Reading.no(f"{found}, but no web site holds {EXCHANGE}; demanded: a virtual directory beside it")
        location = self.metabase.stored_location(f"{site}/ROOT/{data.strip('/')}")
        if location is None or location not in self._vdirs(site):
            names = [vdir[len(f"{site}/ROOT") :] for vdir in self._vdirs(site)]
            shown = ", ".join(names[:_SHOWN_VDIRS]) + (", ..." if len(names) > _SHOWN_VDIRS else "")
            return Reading.no(
                f"{found}, but web site {_number(site)} has no such virtual directory; there are: {shown}"
            )
        name = location[len(f"{site}/ROOT") :]
        if data != name:
            return Reading.no(f'{found}; demanded: "{name}", the virtual directory\'s name in its own case')
        return Reading.yes(f"{found}, a virtual directory of web site {_number(site)}")

    @property
    def near_miss(self) -> tuple[str, RegistryValue] | None:
        """A value that looks like ExchangeVDir and is not, with its key: other case, white space, the key above."""
        for path in (MASSYNC_PARAMETERS, MASSYNC):
            for value in self.facts.registry.key(path).values or ():
                exact = path == MASSYNC_PARAMETERS and value.name == EXCHANGE_VDIR
                if not exact and "".join(value.name.split()).lower() == EXCHANGE_VDIR.lower():
                    return path, value
        return None

    def _mobile_location(self) -> str | None:
        """Give the mobile virtual directory's location, None when there is none.

        Raises:
            UnknownFact: No web site holds /Exchange, and several hold the secondary virtual directory.
        """
        site = self.home_site
        found = []
        for place in [site] if site else self._sites():
            location = self.metabase.stored_location(f"{place}/ROOT{self.mobile_vdir_name}")
            if location and location in self._vdirs(place):
                found.append(location)
        if len(found) > 1:
            raise UnknownFact(
                Unknown(f"several web sites hold {self.mobile_vdir_name}: {', '.join(found)}", _SAY_WHICH_SITE)
            )
        return found[0] if found else None

    def _sites(self) -> list[str]:
        return [site for site in self.metabase.locations(WEB_SITE) if _SITE.fullmatch(site)]

    def _vdirs(self, site: str) -> list[str]:
        root = f"{site}/ROOT/".lower()
        return [vdir for vdir in self.metabase.locations(VIRTUAL_DIRECTORY) if vdir.lower().startswith(root)]

    @property
    def home_site(self) -> str | None:
        """The web site that holds /Exchange, None when none does.

        Raises:
            UnknownFact: Several do and the inventory does not say which, or the one that it says does not exist.
        """
        sites = self._sites()
        numbers = ", ".join(_number(site) for site in sites)
        if not sites:
            raise UnknownFact(
                Unknown("WMI shows no web site at all", "check that the account sees IIS's configuration")
            )
        if self.declared_site is not None:
            site = next((site for site in sites if _number(site) == str(self.declared_site)), None)
            if site is None:
                raise UnknownFact(
                    Unknown(
                        f"the inventory says web site {self.declared_site}, but there are {numbers}", "correct site:"
                    )
                )
            return site
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
