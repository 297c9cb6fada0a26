"""Many hosts at once: a bounded number at a time, a deadline for each, and a result for every one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from exgate.inventory import HostSettings, Secret, SecretKind
from exgate.sources.collect import Collected, Questions
from exgate.sources.collecting.dispatch import Dispatch
from exgate.sources.collecting.errands import Errand
from exgate.sources.collecting.local_crew import LocalCrew
from exgate.sources.collecting.place import Crew
from exgate.sources.limits import Limits

STAYS_HERE = frozenset({SecretKind.PROMPT, SecretKind.PLAINTEXT})
"""Secrets that no reference leads to from elsewhere: nobody sits at a worker's terminal, and no text may travel."""
_EVERYTHING = Questions()


def collect(
    hosts: Iterable[tuple[HostSettings, Secret | None]],
    limits: Limits,
    progress: Callable[[str, Collected], None],
    keep: frozenset[str] = frozenset(),
    *,
    questions: Questions = _EVERYTHING,
    test_passwords: Mapping[str, Secret] = MappingProxyType({}),
    crew: Crew | None = None,
    stopped: threading.Event | None = None,
) -> dict[str, Collected]:
    """Ask all hosts, `Limits.parallel` at a time.

    Args:
        hosts: Settings and resolved password of each. Where the host is asked elsewhere the password stays here.
        limits: The bounds.
        progress: Called in this thread with each host as it is done.
        keep: Hosts that are asked in this process, and whose sessions stay open.
        questions: What to ask beside the configuration.
        test_passwords: Resolved passwords of the test mailboxes' accounts, by host.
        crew: Who asks, and is told when that is over; threads of this process alone where nobody is named.
        stopped: Set by another thread, it ends everything soon.

    Raises:
        CollectingStoppedError: That happened.

    Returns:
        What each host gave, by name, in the order of `hosts`.
    """
    errands = [
        Errand(
            settings=settings,
            password=password,
            test_password=test_passwords.get(settings.name),
            keep=settings.name in keep,
            here=settings.name in keep or not can_travel(settings, password),
        )
        for settings, password in hosts
    ]
    crew = crew or LocalCrew(limits.parallel)
    dispatch = Dispatch(crew, limits, questions, progress, stopped or threading.Event())
    try:
        done = dispatch.run(errands)
    except BaseException:
        crew.stop()
        raise
    finally:
        crew.end()
    return {errand.settings.name: done[errand.settings.name] for errand in errands}


def can_travel(settings: HostSettings, password: Secret | None = None) -> bool:
    """Whether a worker elsewhere can look up what it takes to ask a host."""
    references = [settings.password, settings.test_password if settings.test_mailbox else None]
    if password is not None and settings.password is None:
        return False
    return not any(reference and reference.kind in STAYS_HERE for reference in references)
