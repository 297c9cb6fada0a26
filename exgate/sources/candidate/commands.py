"""The commands of a batch file as steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exgate.facts.change import MetabaseStep, Origin, PlanError, RegistryStep
from exgate.sources.candidate.adsutil import adsutil
from exgate.sources.candidate.arguments import program, split
from exgate.sources.candidate.batch import Command, commands_of
from exgate.sources.candidate.files import REGISTRY, SCRIPT, ChangeFile, ChangeFolder
from exgate.sources.candidate.iiscnfg import iiscnfg
from exgate.sources.candidate.lines import lines_of
from exgate.sources.candidate.reg_exe import reg_add, reg_delete
from exgate.sources.candidate.registration import registry_steps
from exgate.sources.candidate.script import script_steps
from exgate.sources.candidate.services import Services

_SHELL = re.compile(
    r"(?:echo(?=[\s.:;,/\\(+\[\]=]|$)|(?:cd|chdir)(?=[\s./\\]|$)|(?:pushd|title|color|cls|ver|pause|popd)(?=\s|$)|"
    r"(?:setlocal|endlocal)$|[a-z]:$)",
    re.IGNORECASE,
)
"""Commands of cmd.exe itself that change nothing on a server."""
_EXIT = re.compile(r"exit(?=[\s/]|$)", re.IGNORECASE)
_HOST_OPTION = re.compile(r"//(?:nologo|logo|b|i|h:cscript|s|t:[0-9]+)", re.IGNORECASE)
_READING_REG = frozenset({"query", "compare"})

Steps = Iterator[MetabaseStep | RegistryStep]
_Program = Callable[[tuple[str, ...], Origin, ChangeFolder], Steps]


def batch_steps(file: ChangeFile, folder: ChangeFolder) -> Steps:
    """Read the steps of a batch file, or of a text file with commands, in their order.

    Raises:
        PlanError: A command is not understood.
    """
    ended: Origin | None = None
    services = Services()
    for command in commands_of(lines_of(file)):
        if ended:
            raise PlanError(command.origin, f"never runs: line {ended.line} leaves the batch file")
        if _EXIT.match(command.text):
            ended = command.origin
        elif not _SHELL.match(command.text):
            yield from _steps(command, folder, services)
    services.check_that_none_stays_down()


def _steps(command: Command, folder: ChangeFolder, services: Services) -> Steps:
    name, *arguments = split(command)
    if name in {"cscript", "cscript.exe"}:
        while arguments and arguments[0].startswith("//"):
            option = arguments.pop(0)
            if not _HOST_OPTION.fullmatch(option):
                raise PlanError(command.origin, f"cscript {option} is not understood")
        if not arguments:
            return
        script = arguments.pop(0)
        if folder.holds(script):
            if arguments:
                raise PlanError(command.origin, "a script of this folder takes no arguments")
            yield from script_steps(folder.take(script, SCRIPT, command.origin))
            return
        name = program(script)
        if name not in _SCRIPTS:
            raise PlanError(command.origin, f"the script {name!r} is not understood, and not in this folder")
    if name in _OF_SERVICES:
        services.run(name, tuple(arguments), command.origin)
        return
    run = _PROGRAMS.get(name)
    if run is None:
        raise PlanError(command.origin, f"the command {name!r} is not understood")
    yield from run(tuple(arguments), command.origin, folder)


def _adsutil(arguments: tuple[str, ...], origin: Origin, _: ChangeFolder) -> Steps:
    return adsutil(arguments, origin)


def _reg(arguments: tuple[str, ...], origin: Origin, folder: ChangeFolder) -> Steps:
    verb = arguments[0].lower() if arguments else ""
    if verb == "add":
        yield reg_add(arguments[1:], origin)
    elif verb == "delete":
        yield reg_delete(arguments[1:], origin)
    elif verb == "import":
        if len(arguments) != len(("import", "file")):
            raise PlanError(origin, "reg import takes one file")
        yield from registry_steps(folder.take(arguments[1], REGISTRY, origin))
    elif verb in {"export", "save"}:
        _check_that_nothing_is_overwritten(arguments[2:3], origin, folder)
    elif verb not in _READING_REG:
        raise PlanError(origin, f"{f'reg {verb}'.strip()} is not understood")


def _iiscnfg(arguments: tuple[str, ...], origin: Origin, folder: ChangeFolder) -> Steps:
    return iiscnfg(arguments, origin, folder)


def _iisback(arguments: tuple[str, ...], origin: Origin, _: ChangeFolder) -> Steps:
    verbs = {argument.lower() for argument in arguments} & {"/backup", "/list", "/restore", "/delete"}
    if verbs == {"/restore"}:
        raise PlanError(
            origin, "what a backup of the metabase holds is not known here, so iisback /restore is not understood"
        )
    if verbs not in ({"/backup"}, {"/list"}):
        raise PlanError(origin, "iisback is understood with /backup and /list only")
    yield from ()


def _check_that_nothing_is_overwritten(files: tuple[str, ...], origin: Origin, folder: ChangeFolder) -> None:
    for name in files:
        if folder.holds(name):
            raise PlanError(origin, f"this overwrites {name} of this folder, whose new content is not known here")


_OF_SERVICES = frozenset({"iisreset", "net"})
_SCRIPTS = frozenset({"adsutil", "iiscnfg", "iisback"})
_PROGRAMS: dict[str, _Program] = {
    "adsutil": _adsutil,
    "iisback": _iisback,
    "iiscnfg": _iiscnfg,
    "reg": _reg,
}
