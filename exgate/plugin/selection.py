"""Which of the collected tests run: --requirement and --no-wire."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

import pytest

from exgate.plugin.options import no_wire, requirement_ids
from exgate.requirements import requirement_of

_LEFT_OUT = pytest.StashKey[tuple[str, ...]]()


class ExgateSelection:
    """Hooks that deselect tests; pytest counts them among its own deselected ones."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Select by id before -m and -k, which hide what ids there are; leave out the wire after them.

        A user's own tests have no id: who names requirements wants them alone.

        Raises:
            pytest.UsageError: No such requirement was collected.
        """
        wanted = requirement_ids(config)
        if wanted:
            _refuse_unknown(wanted, items)
            _keep(config, items, lambda item: _id(item) in wanted)
        result = yield
        if no_wire(config):
            wire = {record.id for item in items if (record := requirement_of(item)) and record.wire}
            config.stash[_LEFT_OUT] = tuple(sorted(wire))
            _keep(config, items, lambda item: _id(item) not in wire)
        return result

    def pytest_report_collectionfinish(self, config: pytest.Config) -> list[str]:
        """Say what --no-wire leaves out."""
        line = left_out_line(config)
        return [line] if line else []


def left_out(config: pytest.Config) -> tuple[str, ...]:
    """Give the ids of the requirements that would have run without --no-wire."""
    return config.stash.get(_LEFT_OUT, ())


def left_out_line(config: pytest.Config) -> str:
    """Give what --no-wire left out in one line, nothing where it left out nothing."""
    ids = ", ".join(left_out(config))
    return f"left out by --no-wire: {ids}" if ids else ""


def _refuse_unknown(wanted: Iterable[str], items: Iterable[pytest.Item]) -> None:
    known = {record.id for item in items if (record := requirement_of(item))}
    unknown = [identifier for identifier in wanted if identifier not in known]
    if unknown:
        message = (
            f"--requirement: there is no requirement {', '.join(unknown)}; "
            f"known are {', '.join(sorted(known)) or 'none'}"
        )
        raise pytest.UsageError(message)


def _id(item: pytest.Item) -> str | None:
    record = requirement_of(item)
    return record.id if record else None


def _keep(config: pytest.Config, items: list[pytest.Item], keep: Callable[[pytest.Item], bool]) -> None:
    dropped = [item for item in items if not keep(item)]
    if dropped:
        items[:] = [item for item in items if keep(item)]
        config.hook.pytest_deselected(items=dropped)
