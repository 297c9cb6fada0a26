"""A folder with a planned change, read into steps."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from exgate.facts.change import (
    AddRegistryKey,
    DeleteRegistryKey,
    DeleteRegistryValue,
    Plan,
    SetRegistryValue,
)
from exgate.sources.candidate.commands import batch_steps
from exgate.sources.candidate.exports import import_from_file
from exgate.sources.candidate.files import BATCHES, EXPORT, REGISTRY, SCRIPT, read_folder
from exgate.sources.candidate.registration import registry_steps
from exgate.sources.candidate.script import script_steps
from exgate.sources.candidate.unjudged import check_step

_OF_THE_REGISTRY = (SetRegistryValue, AddRegistryKey, DeleteRegistryValue, DeleteRegistryKey)


def read_plan(folder: Path) -> Plan:
    r"""Read a planned change.

    The order is the article's: first the exports (``*.xml``), each imported as a new virtual directory of the file's
    name; then commands (``*.cmd``, ``*.bat``, ``*.txt``) and scripts (``*.vbs``) in the order of their names; then
    ``*.reg`` files in the order of their names. A file that a command names (``iiscnfg /import``, ``cscript x.vbs``,
    ``reg import``) is read at that command, as often as one names it, and not by itself.

    Args:
        folder: As the user gave it; it stands in the steps' origins.

    Raises:
        PlanError: Something in the folder is not understood; nothing of it is given then.
    """
    files = read_folder(folder)
    # All commands come first, because they say which files are not read by themselves.
    commanded = {file.origin: tuple(batch_steps(file, files)) for file in files.of_kinds(*BATCHES)}
    steps = [
        *(import_from_file(file) for file in files.of_kinds(EXPORT)),
        *chain.from_iterable(
            commanded[file.origin] if file.origin in commanded else script_steps(file)
            for file in files.of_kinds(*BATCHES, SCRIPT)
        ),
        *chain.from_iterable(registry_steps(file) for file in files.of_kinds(REGISTRY)),
    ]
    registry = tuple(step for step in steps if isinstance(step, _OF_THE_REGISTRY))
    for step in registry:
        check_step(step)
    return Plan(
        metabase=tuple(step for step in steps if not isinstance(step, _OF_THE_REGISTRY)),
        registry=registry,
    )
