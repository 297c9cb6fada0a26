"""How old something is, in words."""

from __future__ import annotations

from datetime import timedelta

_UNITS = (
    (timedelta(days=2), timedelta(days=1), "days"),
    (timedelta(hours=2), timedelta(hours=1), "hours"),
    (timedelta(minutes=2), timedelta(minutes=1), "minutes"),
)


def age_words(age: timedelta) -> str:
    """Give an age in whole units, rounded down: ``just now``, ``90 minutes ago``, ``5 days ago``, ``in the future``."""
    if age < timedelta(minutes=-1):
        return "in the future"
    for least, unit, word in _UNITS:
        if age >= least:
            return f"{age // unit} {word} ago"
    return "just now"
