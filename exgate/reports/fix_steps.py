"""The numbered steps of a fix plan: back up, fix, look again, roll back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exgate.reports import fix_shared
from exgate.reports.fix_findings import Findings, short, waiver_words
from exgate.reports.fix_order import causes, is_before_restart, place_of, position
from exgate.reports.fix_verify import verify_lines
from exgate.reports.results import VerdictRecord
from exgate.requirements import ID_PREFIX
from exgate.texts import KB_322756, RESTART_IIS_ADMIN
from exgate.verdicts import Remedy

_NO_REMEDY = Remedy(symptoms="", passage="", fix="No fix is on record.", rollback="-", risk="-", references="-")
_BACK_UP = 1
"""The number of the step that backs up."""
_SERVICES = f"{ID_PREFIX}51"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its title, and its lines, in which commands and remedies are indented."""

    title: str
    lines: tuple[str, ...]


class _Fixes:
    """What fails, with its remedy and the number of its step.

    Attributes:
        backup: The name of the backups.
        numbers: The step of each requirement.
        restart: The number of the step that restarts the IIS Admin service, None where none of the fixes needs it.
    """

    def __init__(self, findings: Findings) -> None:
        self.failing = findings.failing
        self.backup = fix_shared.backup_name(findings.results.run.started)
        self.titles = {str(each.get("id")): str(each.get("title", "")) for each in findings.results.requirements}
        before = [each for each in self.failing if is_before_restart(each.requirement)]
        shares = any(fix_shared.ends_with_restart(remedy_of(each).fix) for each in before)
        self.restart = _BACK_UP + len(before) + 1 if shares else None
        self.numbers = {
            each.requirement: _BACK_UP + 1 + index + (self.restart is not None and index >= len(before))
            for index, each in enumerate(self.failing)
        }

    def steps(self) -> Iterator[Step]:
        """Give the fixes, in order, with the restart among them."""
        for verdict in self.failing:
            if self.numbers[verdict.requirement] - 1 == self.restart:
                yield self._restart()
            title = self.titles.get(verdict.requirement, "")
            yield Step(f"Fix {verdict.requirement}{title and f': {title}'}", tuple(self._fix(verdict)))
        if self.restart is not None and self.restart > max(self.numbers.values()):
            yield self._restart()

    def _restart(self) -> Step:
        return Step(
            "Restart the IIS Admin service (KB 817379, Method 2, step 23)",
            ("Once, for all fixes that say so:", "", *_indented(RESTART_IIS_ADMIN)),
        )

    def _fix(self, verdict: VerdictRecord) -> Iterator[str]:
        identifier, remedy = verdict.requirement, remedy_of(verdict)
        yield f"Found:    {verdict.found}"
        if verdict.demanded:
            yield f"Demanded: {verdict.demanded}"
        place = place_of(identifier)
        if place:
            yield f"Place:    {place.where}: {place.because}"
        earlier = causes(identifier, self.numbers)
        if earlier:
            named = ", ".join(f"step {self.numbers[each]} ({each})" for each in earlier)
            yield f"First:    this may be gone after {named}: look again before you do it"
        if verdict.waiver:
            yield f"Waiver:   expired: {waiver_words(verdict)}"
        yield f"Risk:     {remedy.risk}"
        yield f"See:      {remedy.references}"
        yield ""
        fix = fix_shared.without_backup(remedy.fix, identifier, _BACK_UP)
        if self.restart is not None and is_before_restart(identifier):
            fix = fix_shared.without_restart(fix, f"step {self.restart}")
        yield from _indented(fix)
        if place and place.judged_anew and any(position(each) > position(identifier) for each in self.numbers):
            yield ""
            yield "  Then stop, and judge the host anew (Verify says how): what comes next may be moot, or undo this."

    def back_up(self) -> Step:
        """Give the first step: the metabase, and the registry where a fix changes it."""
        commands = [fix_shared.METABASE_BACKUP.format(name=self.backup)]
        lines = ["Once, for all fixes."]
        if _SERVICES in self.numbers:
            lines.append("It needs the IIS Admin service: if that is stopped, start it first (net start iisadmin).")
        if fix_shared.touches_registry(remedy_of(each).fix for each in self.failing):
            commands.append(fix_shared.REGISTRY_BACKUP.format(name=self.backup))
            lines.append(f"In a folder that stays, for the rollback needs the registry's file ({KB_322756}).")
        return Step("Back up", (*lines, "", *_indented("\n".join(commands))))

    def roll_back(self) -> Step:
        """Give the last step: each fix is undone, the last one first."""
        lines = ["Only if it is worse than before. Undo what was done, the last step first."]
        shares = False
        for verdict in reversed(self.failing):
            text = fix_shared.with_backup(remedy_of(verdict).rollback, verdict.requirement, self.backup)
            if fix_shared.ends_with_restart(text):
                shares = True
                text = fix_shared.without_restart(text, "in the end")
            lines += ["", f"Step {self.numbers[verdict.requirement]} ({verdict.requirement}):", "", *_indented(text)]
        if shares:
            lines += ["", "In the end:", "", *_indented(RESTART_IIS_ADMIN)]
        restore = fix_shared.METABASE_RESTORE.format(name=self.backup)
        lines += [
            "",
            "If that is not enough: the whole metabase of step 1; whatever else was changed in it since is undone too:",
            "",
            *_indented(restore),
        ]
        return Step("Roll back", tuple(lines))


def steps(findings: Findings) -> Iterator[Step]:
    """Give a host's steps, in order."""
    fixes = _Fixes(findings) if findings.failing else None
    if fixes:
        yield fixes.back_up()
        yield from fixes.steps()
    if findings.unseen or findings.own_tests:
        yield Step("Make visible what could not be seen", tuple(_unseen_lines(findings)))
    ids = () if _all_unseen(findings) else findings.ids
    yield Step("Verify", tuple(verify_lines(findings.results.run, findings.host.name, ids)))
    if fixes:
        yield fixes.roll_back()


def remedy_of(verdict: VerdictRecord) -> Remedy:
    """Give a verdict's remedy, or one that says that there is none."""
    return verdict.remedy or _NO_REMEDY


def _all_unseen(findings: Findings) -> bool:
    return findings.host.seen is None or not findings.ids


def _unseen_lines(findings: Findings) -> Iterator[str]:
    if findings.failing:
        yield "It may be seen after the steps before; otherwise:"
    for each in findings.unseen:
        yield f"{short(each.ids)}: {each.reason}"
        yield f"    Next step: {each.next_step or 'none is known'}"
    for verdict in findings.own_tests:
        yield f"{verdict.requirement}, a test of your own: see what it says above"


def _indented(text: str) -> Iterator[str]:
    """Indent a text so far that none of its lines can be taken for a step or a heading."""
    for line in text.rstrip("\n").split("\n"):
        yield f"    {line}" if line else ""
