"""Several exports of one server's IIS configuration beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from exgate.facts.metabase import Setting, is_within
from exgate.facts.metabase_export import MetabaseExport, NotShown
from exgate.facts.metabase_schema import BY_NAME
from exgate.facts.unknown import Unknown, UnknownFact

_AGAIN = "export both again at the same time"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class MetabaseExports:
    """Exports of one server; each answers for what it shows, and where two show the same they must agree."""

    exports: tuple[MetabaseExport, ...]

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations of the keys of a type, from an export that shows every key of this type.

        Raises:
            UnknownFact: None does, or another export of fewer keys does not agree.
        """
        whole, shown = self._answers(lambda export: tuple(export.locations(key_type)), f"every {key_type}")[0]
        for other in self.exports:
            if other is whole:
                continue
            here = {place.lower() for place in shown if is_within(place, other.root) and _shows(other, place)}
            there = {place.lower() for place in other.found(key_type) if is_within(place, whole.root)}
            for place in sorted(here ^ there):
                raise _contradiction(whole, other, f"the {key_type} {place} is in one of them only")
        return iter(shown)

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in its own case, or None when there is no such key.

        Raises:
            UnknownFact: No export shows it, or two do not agree.
        """
        answers = self._answers(lambda export: export.stored_location(location), location)
        first, stored = answers[0]
        for other, also in answers[1:]:
            if (stored is None) != (also is None):
                raise _contradiction(first, other, f"{location} is in one of them only")
        return stored

    def key_type(self, location: str) -> str | None:
        """Give a key's type, or None when there is no such key.

        Raises:
            UnknownFact: No export shows it, or two do not agree.
        """
        self.stored_location(location)
        answers = self._answers(lambda export: export.key_type(location), location)
        first, shown = answers[0]
        for other, also in answers[1:]:
            if shown != also:
                raise _contradiction(first, other, f"{location} is an {shown} and an {also}")
        return shown

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as it is set on a key itself, None when it is not.

        Raises:
            UnknownFact: No export shows the key, two do not agree, or the value could not be understood.
        """
        self.stored_location(location)
        answers = self._answers(lambda export: export.own(location, name), location)
        first, setting = answers[0]
        for other, also in answers[1:]:
            if (setting is None) != (also is None):
                raise _contradiction(first, other, f"{name} is set on {location} in one of them only")
            if setting and also:
                _compare(first, setting, other, also, location)
        return setting

    def effective(self, location: str, name: str) -> Setting:
        """Give the effective value of a property, where several show it with the most exact origin.

        Raises:
            UnknownFact: No export shows it, two do not agree, or the value could not be understood.
            KeyError: The product does not know a property of that name.
        """
        self.stored_location(location)
        answers = self._answers(lambda export: export.effective(location, name), location)
        first, setting = answers[0]
        for other, also in answers[1:]:
            _compare(first, setting, other, also, location)
        return next((found for _, found in answers if found.location), setting)

    def _answers(self, ask: Callable[[MetabaseExport], _T], what: str) -> list[tuple[MetabaseExport, _T]]:
        """Ask every export, and leave out those that do not show it.

        Raises:
            NotShown: None shows it.
        """
        answers: list[tuple[MetabaseExport, _T]] = []
        refused: list[tuple[MetabaseExport, NotShown]] = []
        for export in self.exports:
            try:
                answers.append((export, ask(export)))
            except NotShown as error:
                refused.append((export, error))
        if answers:
            return answers
        for export, refusal in refused:
            if len(refused) == 1 or is_within(what, export.root):
                raise refusal
        roots = ", ".join(export.root for export in self.exports)
        raise NotShown(
            Unknown(f"no export shows {what}, there are those of: {roots}", "copy MetaBase.xml after iiscnfg /save")
        )


def _shows(export: MetabaseExport, location: str) -> bool:
    try:
        export.stored_location(location)
    except NotShown:
        return False
    return True


def _compare(one: MetabaseExport, setting: Setting, other: MetabaseExport, also: Setting, location: str) -> None:
    if not BY_NAME[setting.name].same(setting.value, also.value):
        raise _contradiction(
            one,
            other,
            f"{setting.name} of {location} is {setting.value} ({setting.where}) and {also.value} ({also.where})",
        )


def _contradiction(one: MetabaseExport, other: MetabaseExport, what: str) -> UnknownFact:
    return UnknownFact(Unknown(f"the exports of {one.root} and {other.root} contradict each other: {what}", _AGAIN))
