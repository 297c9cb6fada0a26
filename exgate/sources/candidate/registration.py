"""A .reg file of a planned change."""

from __future__ import annotations

import io
from collections.abc import Iterator

from exgate.facts.change import (
    AddRegistryKey,
    DeleteRegistryKey,
    DeleteRegistryValue,
    PlanError,
    RegistryStep,
    SetRegistryValue,
)
from exgate.facts.reg_file import LOCAL_MACHINE, RegFileError, RegKeyLine, RegValueLine, read_reg
from exgate.facts.registry import RegistryValue
from exgate.facts.unknown import Unknown
from exgate.sources.candidate.files import ChangeFile
from exgate.sources.candidate.lines import Line, check_letters, letters_are_known
from exgate.sources.candidate.locations import below_local_machine
from exgate.sources.folder.text import decode


def registry_steps(file: ChangeFile) -> Iterator[RegistryStep]:
    """Read a .reg file.

    Raises:
        PlanError: It is damaged, or has a key of another hive than HKEY_LOCAL_MACHINE.
    """
    try:
        for line in read_reg(io.StringIO(decode(file.data), newline="")):
            yield _step(line, file)
    except RegFileError as error:
        raise PlanError(file.at(error.line), error.problem) from error


def _step(line: RegKeyLine | RegValueLine, file: ChangeFile) -> RegistryStep:
    origin = file.at(line.line)
    if line.hive != LOCAL_MACHINE:
        raise PlanError(origin, f"{line.hive}: only keys of HKEY_LOCAL_MACHINE mean anything to Exchange")
    path = below_local_machine(line.path, origin)
    text = Line(origin, "", letters_are_known(file))
    check_letters(text, path)
    if isinstance(line, RegKeyLine):
        return (DeleteRegistryKey if line.delete else AddRegistryKey)(origin=origin, path=path)
    check_letters(text, line.name)
    if line.value is None:
        return DeleteRegistryValue(origin=origin, path=path, name=line.name)
    return SetRegistryValue(origin=origin, path=path, value=_checked(line.value, text))


def _checked(value: RegistryValue, text: Line) -> RegistryValue:
    if isinstance(value.data, Unknown):
        raise PlanError(text.origin, value.data.reason)
    parts = value.data if isinstance(value.data, tuple) else (value.data,)
    for part in parts:
        if isinstance(part, str):
            check_letters(text, part)
    return value
