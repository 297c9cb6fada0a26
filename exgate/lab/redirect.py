"""HttpRedirect of the metabase (property 6011): ``url, FLAG, ...``."""

from __future__ import annotations

from dataclasses import dataclass

_EXACT_DESTINATION = "EXACT_DESTINATION"
_CHILD_ONLY = "CHILD_ONLY"
_PERMANENT = "PERMANENT"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirection.

    Attributes:
        target: The URL.
        flags: In upper case; wildcards and variables in the target are not understood.
    """

    target: str
    flags: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Redirect | None:
        """Read the metabase's form; None when it redirects nowhere."""
        target, *flags = (part.strip() for part in text.split(","))
        return cls(target, frozenset(flag.upper() for flag in flags)) if target else None

    @property
    def status(self) -> int:
        """301 with PERMANENT, else 302."""
        return 301 if _PERMANENT in self.flags else 302

    def location(self, rest: str) -> str | None:
        """Give the URL for a request, None when it is not redirected.

        Args:
            rest: What follows the path of the key on which the property is set, query included: ``/user/?x``. It is
                added to the target unless the destination is exact.
        """
        if _CHILD_ONLY in self.flags and not rest.strip("/"):
            return None
        if _EXACT_DESTINATION in self.flags or not rest:
            return self.target
        return self.target.rstrip("/") + rest
