"""pytest-xdist's -n: accepted, and not followed, for every one of its workers would log on to every host."""

from __future__ import annotations

import pytest

_ASKED = pytest.StashKey[str]()


def keep_one_process(config: pytest.Config) -> None:
    """Run the tests in this process, whatever -n says; to be called before pytest-xdist is configured.

    The hosts are asked in parallel as it is, once each, and a test only compares what they said: handing it to another
    process costs more than running it.
    """
    asked = getattr(config.option, "numprocesses", None)
    if not asked and not getattr(config.option, "tx", None):
        return
    config.stash[_ASKED] = f"-n {asked}" if asked is not None else "--tx"
    config.option.numprocesses, config.option.dist, config.option.tx = None, "no", []


def one_process_words(config: pytest.Config) -> list[str]:
    """Say so in the head of the run."""
    asked = config.stash.get(_ASKED, None)
    if asked is None:
        return []
    return [f"{asked}: the tests run in one process; hosts are asked in parallel as it is (--parallel)"]
