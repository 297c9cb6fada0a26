"""How old something is, in words."""

from __future__ import annotations

from datetime import timedelta

_UNITS = (
    (timedelta(days=2), timedelta(days=1), "days"),
    (timedelta(hours=2), timedelta(hours=1), "hours"),
    (timedelta(minutes=2), timedelta(minutes=1), "minutes"),
)
_NOW = timedelta(minutes=1)


def duration_words(duration: timedelta) -> str:
    """Give a duration in whole units, rounded down: ``90 minutes``, ``5 days``, ``less than 2 minutes``."""
    for least, unit, word in _UNITS:
        if duration >= least:
            return f"{duration // unit} {word}"
    return "less than 2 minutes"


def age_words(age: timedelta) -> str:
    """Give how long ago something was: ``just now``, ``90 minutes ago``, ``in the future``."""
    if age < -_NOW:
        return "in the future"
    return "just now" if age < 2 * _NOW else f"{duration_words(age)} ago"
