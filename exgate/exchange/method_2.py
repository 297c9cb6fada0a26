"""Method 2 of the article: a secondary virtual directory, and the registry value ExchangeVDir that names it."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.exchange.evidence import BACKSLASH, property_45054
from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.facts.flags import AccessFlags
from exgate.facts.metabase import Setting
from exgate.facts.metabase_schema import FORMS_BASED_AUTHENTICATION
from exgate.facts.registry import (
    EXCHANGE,
    EXCHANGE_VDIR,
    MASSYNC,
    MASSYNC_PARAMETERS,
    RegistryType,
    RegistryValue,
    resembles_exchange_vdir,
)
from exgate.facts.role import Role
from exgate.facts.unknown import UnknownFact, known

SBS_VDIR = "/exchange-oma"
"""The name that Small Business Server's Setup and wizards expect (the article's note)."""
_COPIED = ("Path", "AccessFlags", "ScriptMaps")
_SHOWN_VDIRS = 8
_PLACE = f"HKLM\\{MASSYNC_PARAMETERS}"


@dataclass(frozen=True, slots=True)
class Method2:
    """What Method 2 has left on a server; every property raises `UnknownFact` when what it needs could not be read."""

    server: ExchangeServer

    @property
    def value_is_named_right(self) -> Reading:
        """Whether the registry value is named exactly ExchangeVDir, and is a REG_SZ (the article's steps 18 to 20).

        Raises:
            Moot: Nothing like it is there and the role does not demand it.
        """
        demanded = f"demanded: {EXCHANGE_VDIR}, in this case, as REG_SZ in {_PLACE}"
        exact = self.server.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        if exact is not None and exact.type != RegistryType.REG_SZ:
            return Reading.no(f"{_PLACE} holds {EXCHANGE_VDIR} as {exact.type_name}; {demanded}")
        if exact is not None and known(exact.data):
            return Reading.yes(f"{EXCHANGE_VDIR} is there, in this case, as REG_SZ")
        near = self.near_miss
        if near is not None:
            path, value = near
            return Reading.no(
                f'HKLM\\{path} holds "{value.name}" ({value.type_name}), which the services do not find; {demanded}'
            )
        state = "not set" if exact is None else "empty"
        if self.server.role is Role.SBS:
            return Reading.no(f"{EXCHANGE_VDIR} is {state}, though Setup of SBS sets it; {demanded}")
        message = f"{EXCHANGE_VDIR} is {state}, so {EXCHANGE} itself is used and judged"
        raise Moot(message)

    @property
    def value_names_a_vdir(self) -> Reading:
        """Whether ExchangeVDir holds "/" and the name of a virtual directory, in its own case, beside /Exchange.

        Raises:
            Moot: The services find no ExchangeVDir.
        """
        data = self._data()
        found = f'{EXCHANGE_VDIR} is "{data}"'
        site = self.server.home_site
        if site is None:
            return Reading.no(f"{found}, but no web site holds {EXCHANGE}; demanded: a virtual directory beside it")
        number = site.rpartition("/")[2]
        location = self.server.vdir_location(site, data)
        if location is None:
            there_are = self._there_are(site)
            return Reading.no(f"{found}, but web site {number} has no such virtual directory{there_are}")
        name = location[len(f"{site}/ROOT") :]
        if data != name:
            return Reading.no(f'{found}; demanded: "{name}", the virtual directory\'s name in its own case')
        return Reading.yes(f"{found}, a virtual directory of web site {number}")

    @property
    def vdir_is_a_copy(self) -> Reading:
        """Whether the secondary virtual directory has /Exchange's Path, AccessFlags and ScriptMaps (steps 2 to 8).

        Raises:
            Moot: Method 2 is not in use, or there is no /Exchange to compare with.
        """
        copy, original = self.server.secondary_vdir, self.server.default_vdir
        settings = [
            (copy.metabase.effective(copy.location, name), original.metabase.effective(original.location, name))
            for name in _COPIED
        ]
        differences = [text for has, wanted in settings if (text := _difference(has, wanted))]
        if differences:
            return Reading.no(f"{copy} is no copy of {EXCHANGE}: {'; '.join(differences)}; demanded: the same")
        return Reading.yes(f"{copy} has the {', '.join(_COPIED)} of {EXCHANGE}")

    @property
    def copy_was_made_with_forms_off(self) -> Reading:
        """Whether nothing of forms-based authentication was copied with it ("Before you begin").

        Raises:
            Moot: Method 2 is not in use.
        """
        vdir = self.server.secondary_vdir
        domain = vdir.metabase.effective(vdir.location, "DefaultLogonDomain")
        shown = f'DefaultLogonDomain is "{domain.value}", {domain.where}'
        if domain.value == BACKSLASH:
            return Reading.no(
                f"{vdir} was copied while forms-based authentication was on: {shown}; demanded: no backslash"
            )
        copied = vdir.metabase.effective(vdir.location, FORMS_BASED_AUTHENTICATION)
        evidence = property_45054(copied)
        if evidence.says_on:
            return Reading.no(
                f"{vdir} was copied while forms-based authentication was on: {evidence.text}; demanded: not set"
            )
        return Reading.yes(f"{vdir} was copied while forms-based authentication was off: {shown}; 45054 is not set")

    @property
    def has_no_front_end_beside(self) -> Reading:
        """Whether no front-end of the same organization makes Method 2 wrong ("should be used only in ...").

        Raises:
            Moot: Method 2 is not in use.
        """
        data = self.server.exchange_vdir
        if data is None:
            message = f"{EXCHANGE_VDIR} is not set, so Method 2 is not in use"
            raise Moot(message)
        if not self.server.uses_method_2:
            message = f"{EXCHANGE_VDIR} names {EXCHANGE} itself, so Method 2 is not in use"
            raise Moot(message)
        front_ends = known(self.server.front_ends)
        found = f'{EXCHANGE_VDIR} is "{data}"'
        if front_ends:
            return Reading.no(
                f"{found} beside the front-end server{'s' * (len(front_ends) > 1)} {', '.join(front_ends)} of the same "
                "organization; demanded: Method 2 only where there is no front-end server"
            )
        return Reading.yes(f"{found}, and the inventory names no front-end server of the same organization")

    @property
    def front_end_is_without_value(self) -> Reading:
        """Whether ExchangeVDir is absent, under any spelling: it belongs on the server with the mailboxes only."""
        exact = self.server.facts.registry.key(MASSYNC_PARAMETERS).value(EXCHANGE_VDIR)
        found = (MASSYNC_PARAMETERS, exact) if exact else self.near_miss
        if found:
            path, value = found
            return Reading.no(
                f'HKLM\\{path} holds "{value.name}" ({value.type_name}) on a front-end server; '
                "demanded: none, the registry is changed only on the server with the mailboxes"
            )
        return Reading.yes(f"{EXCHANGE_VDIR} is not set")

    @property
    def vdir_is_named_as_sbs_expects(self) -> Reading:
        """Whether on Small Business Server everything is called exactly exchange-oma (the article's note).

        Raises:
            Moot: The services find no ExchangeVDir.
        """
        data = self._data()
        found = f'{EXCHANGE_VDIR} is "{data}"'
        demanded = f'demanded: "{SBS_VDIR}", on Small Business Server'
        if data != SBS_VDIR:
            return Reading.no(f"{found}; {demanded}")
        name = self.server.mobile_vdir.name
        if name != SBS_VDIR:
            return Reading.no(f'{found}, but the virtual directory is named "{name}"; {demanded}')
        return Reading.yes(f"{found}, and the virtual directory is so named")

    @property
    def near_miss(self) -> tuple[str, RegistryValue] | None:
        """A value that looks like ExchangeVDir and is not, with its key: other case, white space, the key above."""
        for path in (MASSYNC_PARAMETERS, MASSYNC):
            for value in self.server.facts.registry.key(path).values or ():
                exact = path == MASSYNC_PARAMETERS and value.name == EXCHANGE_VDIR
                if not exact and resembles_exchange_vdir(value.name):
                    return path, value
        return None

    def _there_are(self, site: str) -> str:
        """Name a web site's virtual directories, where all of them are known."""
        try:
            names = [vdir[len(f"{site}/ROOT") :] for vdir in self.server.vdirs(site)]
        except UnknownFact:
            return ""
        return f"; there are: {', '.join(names[:_SHOWN_VDIRS])}" + (", ..." if len(names) > _SHOWN_VDIRS else "")

    def _data(self) -> str:
        data = self.server.exchange_vdir
        if data is None:
            reason = f"the services find no {EXCHANGE_VDIR}"
            raise Blocked(reason, "KB817379-11")
        return data


def _difference(has: Setting, wanted: Setting) -> str | None:
    """Say how a property of the copy differs from /Exchange's, None when it does not.

    Windows compares paths without regard to case, and the order of script maps means nothing.
    """
    if isinstance(has.value, tuple) and isinstance(wanted.value, tuple):
        ours, theirs = _by_text(has.value), _by_text(wanted.value)
        only_here = [text for key, text in ours.items() if key not in theirs]
        missing = [text for key, text in theirs.items() if key not in ours]
        parts = [f"has {'; '.join(only_here)}"] * bool(only_here) + [f"lacks {'; '.join(missing)}"] * bool(missing)
        return f"{has.name}, {has.where}, {' and '.join(parts)}" if parts else None
    if _same(has.value, wanted.value):
        return None
    return f"{has.name} is {_show(has)}, {has.where}, and {EXCHANGE} has {_show(wanted)}"


def _by_text(entries: tuple[object, ...]) -> dict[str, str]:
    return {str(entry).lower(): str(entry) for entry in entries}


def _same(one: object, other: object) -> bool:
    return one.lower() == other.lower() if isinstance(one, str) and isinstance(other, str) else one == other


def _show(setting: Setting) -> str:
    return str(AccessFlags(setting.value)) if isinstance(setting.value, int) else f'"{setting.value}"'
