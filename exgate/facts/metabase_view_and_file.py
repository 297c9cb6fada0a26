"""The metabase by WMI and by MetaBase.xml: what is in force, and where it is set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from exgate.facts.metabase import MetabaseFile, Provenance, Setting
from exgate.facts.metabase_schema import BY_NAME, PropertyValue
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.unknown import Unknown, UnknownFact

_WAIT = "IIS writes MetaBase.xml a few minutes after a change: wait for that and run again"


@dataclass(frozen=True, slots=True)
class MetabaseViewAndFile:
    """A metabase read both ways: what is in force by WMI, where it is set by MetaBase.xml.

    IIS writes its metabase to the file only now and then, so the two may disagree for some minutes; then neither
    is believed.
    """

    view: MetabaseView
    file: MetabaseFile

    def locations(self, key_type: str) -> Iterator[str]:
        """Give the locations that WMI shows."""
        return self.view.locations(key_type)

    def stored_location(self, location: str) -> str | None:
        """Give a key's location in the case that WMI shows, or None when neither has such a key.

        Raises:
            UnknownFact: The file has it and WMI does not.
        """
        shown = self.view.stored_location(location)
        written = self.file.stored_location(location)
        if shown is None and written is not None:
            raise UnknownFact(Unknown(f"MetaBase.xml has the key {written}, but WMI does not show it", _WAIT))
        return shown

    def key_type(self, location: str) -> str | None:
        """Give a key's type as WMI shows it, or None when neither has such a key.

        Raises:
            UnknownFact: The file has it and WMI does not.
        """
        return None if self.stored_location(location) is None else self.view.key_type(location)

    def effective(self, location: str, name: str) -> Setting:
        """Give WMI's value with the file's provenance; what WMI's schema does not have comes from the file alone.

        Raises:
            UnknownFact: Neither has it, or they disagree.
            KeyError: The product does not know a property of that name.
        """
        definition = BY_NAME[name]
        if not definition.in_schema:
            self._check_that_the_file_is_current(location)
            return self.file.effective(location, name)
        shown = self.view.effective(location, name)
        try:
            written = self.file.effective(location, name)
        except UnknownFact:
            return shown
        if not definition.same(shown.value, written.value):
            raise UnknownFact(
                Unknown(
                    f"{name} of {location} is {_show(shown.value)} by WMI, but {_show(written.value)} "
                    f"by MetaBase.xml ({written.where})",
                    _WAIT,
                )
            )
        return written

    def own(self, location: str, name: str) -> Setting | None:
        """Give a property as the file has it on a key itself, where the file is what is in force.

        Raises:
            UnknownFact: They disagree on this key, or one of them does not show what is needed.
            KeyError: The product does not know a property of that name.
        """
        in_force = self.effective(location, name)
        self._check_that_the_file_is_current(location)
        try:
            return self.file.own(location, name)
        except UnknownFact:
            key = self.file.keys.get(location.lower())
            if key is None:
                raise
        # The file holds it in a form that is not understood, and WMI shows what it means: IPSecurity.
        return replace(in_force, provenance=Provenance.SET, location=key.location)

    def _check_that_the_file_is_current(self, location: str) -> None:
        """Believe the file alone only where all that both know of a key agrees.

        Raises:
            UnknownFact: Something of this key differs, so the file is older than what is in force.
        """
        key = self.view.keys.get(location.lower())
        for name in key.values if key else ():
            try:
                self.effective(location, name)
            except UnknownFact as error:
                if error.unknown.next_step == _WAIT:
                    raise


def _show(value: PropertyValue) -> str:
    return repr(value) if isinstance(value, str) else str(value)
