"""The one moment of a run: what is valid, and how old something is, never changes in the middle of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

_MOMENT = pytest.StashKey[datetime]()


def present() -> datetime:
    """Give the present, in UTC."""
    return datetime.now(UTC)


def moment(config: pytest.Config) -> datetime:
    """Give the run's moment, in UTC: when it was first asked for."""
    if _MOMENT not in config.stash:
        config.stash[_MOMENT] = present()
    return config.stash[_MOMENT]
