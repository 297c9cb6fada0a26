"""In which order findings are fixed, and which of them another fix may take away: KB 817379's own order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exgate.requirements import ID_PREFIX


@dataclass(frozen=True, slots=True)
class Place:
    """A requirement's place among the fixes.

    Attributes:
        number: The requirement's id without ``KB817379-``.
        where: The article's passage, or what comes before and after its steps.
        because: Why it stands there, a clause without a full stop.
        follows: Numbers of requirements that come earlier and whose fix may take this finding away.
        judged_anew: Whether its fix changes which virtual directory is judged, so that later fixes may undo it.
    """

    number: str
    where: str
    because: str
    follows: tuple[str, ...] = ()
    judged_anew: bool = False


_METHOD = ("41", "17", "21")
"""What decides which virtual directory is judged at all."""
_COPY = (*_METHOD, "03", "01", "07", "16")

BEFORE_RESTART = (
    Place("41", "before the article's steps", "the role decides which of the article's demands apply at all"),
    Place("42", "before the article's steps", "the article is about Exchange Server 2003 alone"),
    Place("51", "before the article's steps", "a service that is stopped can neither be configured nor asked"),
    Place(
        "17",
        'Method 2, "Important"',
        "it decides which virtual directory is used: the secondary one may have to go",
        ("41",),
        judged_anew=True,
    ),
    Place("18", 'Method 2, "Important"', "the registry is changed only on the server with the mailboxes", ("41",)),
    Place("21", "the notes on Small Business Server", "the wizard sets anew what is set by hand below", ("41",)),
    Place(
        "03",
        'Method 2, "Before you begin"',
        "forms-based authentication goes off before a copy is made, or the copy has it too",
        _METHOD,
    ),
    Place("01", "Method 2, steps 1 to 8", "what does not exist cannot be configured", _METHOD),
    Place("07", "Method 2, steps 1 to 8", "the copy takes path and script maps from /Exchange", (*_METHOD, "01")),
    Place(
        "16",
        'Method 2, "Before you begin" and steps 1 to 8',
        "making the copy again undoes what the later steps set on it",
        (*_METHOD, "03", "01", "07"),
    ),
    Place("13", "Method 2, steps 1 to 8", "making the copy again undoes what the later steps set on it", _COPY),
    Place("14", "Method 2, step 12", "the article sets authentication first on the copy", (*_COPY, "13")),
    Place("04", "Method 2, step 12", "the article sets authentication first on the copy", (*_COPY, "13", "14")),
    Place(
        "15",
        "Method 2, steps 13 and 14",
        "other machines are kept out before SSL goes off and the registry names the copy",
        (*_COPY, "13"),
    ),
    Place("02", "Method 2, step 15", "the article comes to SSL after the addresses", (*_COPY, "13")),
    Place("06", '"More information"', "a redirect to https has the effect of SSL that is required", (*_COPY, "13")),
    Place("05", '"More information"', "it is the web site's, and not the virtual directory's", _METHOD),
    Place("31", '"Symptoms", event 3031', "SharePoint Services change what the steps before have set", ("41",)),
    Place("11", "Method 2, steps 17 to 20", "the registry names a virtual directory only when it is right", _METHOD),
    Place("12", "Method 2, step 21", "the value is filled in after it has its name", (*_METHOD, "01", "11")),
    Place("53", "Method 2, step 23", "the restart puts into effect what was changed", ("51",)),
    Place("52", '"Symptoms"', "events end with their cause", (*_METHOD, "03", "04", "15", "02")),
)
"""What is done before the IIS Admin service is restarted (step 23), in order."""
_SEEN_ON_THE_WIRE = (*_COPY, "51", "13", "14", "04", "15", "02", "06", "05", "31", "11", "12", "53")
AFTER_RESTART = (
    Place("61", "after the article's steps", "it shows what the steps before have set", _SEEN_ON_THE_WIRE),
    Place(
        "62",
        "after the article's steps",
        "no log-on works where the virtual directory does not answer",
        (
            *_SEEN_ON_THE_WIRE,
            "61",
        ),
    ),
    Place("63", "after the article's steps", "ActiveSync needs the virtual directory behind it", ("41", "51")),
    Place("64", "after the article's steps", "OMA needs the virtual directory behind it", ("41", "51")),
)
"""What is looked at when the service was restarted, in order."""
ORDER = (*BEFORE_RESTART, *AFTER_RESTART)
_PLACES = {f"{ID_PREFIX}{place.number}": (index, place) for index, place in enumerate(ORDER)}
_LAST = len(ORDER)


def place_of(identifier: str) -> Place | None:
    """Give a requirement's place, None for one that the article's order does not know."""
    return _PLACES[identifier][1] if identifier in _PLACES else None


def is_before_restart(identifier: str) -> bool:
    """Whether the requirement is fixed before the IIS Admin service is restarted."""
    return _PLACES.get(identifier, (_LAST, None))[0] < len(BEFORE_RESTART)


def position(identifier: str) -> tuple[int, str]:
    """Give what ids are sorted by; ids without a place come last."""
    return _PLACES.get(identifier, (_LAST, None))[0], identifier


def causes(identifier: str, others: Iterable[str]) -> list[str]:
    """Give those of other ids whose fix may take this finding away, in order."""
    place = place_of(identifier)
    earlier = {f"{ID_PREFIX}{number}" for number in place.follows} if place else set()
    return sorted(earlier & set(others), key=position)
