"""What a run has come to, in words: the terminal and pytest-html's page tell the same."""

from __future__ import annotations

from collections import Counter

import pytest

from exgate.plugin.fixtures import RUN
from exgate.plugin.gate import describe_change, only_regressions
from exgate.plugin.recording import ExgateRecording
from exgate.plugin.run import Run
from exgate.plugin.selection import left_out_line
from exgate.plugin.waiving import waiver_notices
from exgate.reports.results import OtherTestsRecord
from exgate.reports.terminal import count_line, coverage_line, status_line, status_words, verdicts_in_words
from exgate.verdicts import Verdict

SUMMARY = pytest.StashKey["RunSummary"]()


class RunSummary:
    """The verdicts so far, and what is to be said of them in a line each.

    Attributes:
        verdicts: The verdicts, in the order of the run.
        other_tests: What became of the tests without a verdict, by id.
        broken: Ids of files of tests that could not be collected.
        interrupted: Whether the run was ended by Ctrl-C, a signal or pytest.exit.
        status: The exit status, None as long as the run goes on.
        unwritten: A line for each report that could not be written.
    """

    def __init__(self, config: pytest.Config, recording: ExgateRecording) -> None:
        self._config = config
        self._recording = recording
        self.verdicts: list[Verdict] = []
        self.other_tests: dict[str, str] = {}
        self.broken: list[str] = []
        self.interrupted = False
        self.status: int | None = None
        self.unwritten: list[str] = []

    @property
    def run(self) -> Run | None:
        """The run, None where nobody was to be asked."""
        return self._config.stash.get(RUN, None)

    @property
    def not_judged(self) -> frozenset[tuple[str, str]]:
        """Host and requirement of what was selected and has no verdict: the run stopped before."""
        pairs = ((verdict.host, verdict.requirement) for verdict in self.verdicts)
        return self.run.judged.without(pairs) if self.run else frozenset()

    @property
    def not_run(self) -> frozenset[str]:
        """Ids of tests without a requirement that were selected and did not run: the run stopped before."""
        if not (self.run and self.run.own_tests):
            return frozenset()
        return self.run.own_tests - self.other_tests.keys() - {verdict.requirement for verdict in self.verdicts}

    @property
    def is_complete(self) -> bool:
        """Whether everything that was selected has come to something, and nothing could not be collected."""
        return not (self.interrupted or self.broken or self.not_judged or self.not_run)

    @property
    def other_counts(self) -> OtherTestsRecord:
        """How many tests without a verdict passed, failed and were skipped; a broken file counts as one that failed."""
        counts = Counter(self.other_tests.values())
        failed = counts["failed"] + len(self.broken)
        return OtherTestsRecord(passed=counts["passed"], failed=failed, skipped=counts["skipped"])

    @property
    def counts(self) -> list[str]:
        """How many verdicts of each outcome there are."""
        return [count_line(self.verdicts)]

    @property
    def planned(self) -> list[str]:
        """The planned change that was judged."""
        return describe_change(self.run.plan) if self.run else []

    @property
    def comparison(self) -> list[str]:
        """What became of the verdicts since the baseline."""
        return self._recording.lines(self.verdicts)

    @property
    def facts(self) -> list[str]:
        """How old the facts are."""
        words = self.run.facts_words() if self.run and self.verdicts else ""
        return [words] if words else []

    @property
    def coverage(self) -> list[str]:
        """Of how many hosts everything was seen."""
        run = self.run
        if run is None or not run.judged:
            return []
        asked = {name: run.asked(name) for name in run.names}
        return [coverage_line(asked, self.verdicts, self.not_judged)]

    @property
    def left_out(self) -> list[str]:
        """What --no-wire leaves out."""
        line = left_out_line(self._config)
        return [line] if line else []

    @property
    def waivers(self) -> list[str]:
        """What is to be told of waivers."""
        return [str(notice) for notice in waiver_notices(self._config, self.verdicts)]

    @property
    def ending(self) -> list[str]:
        """Whether the run stopped early, and its exit status."""
        stopped = len(self.not_judged)
        lines = [f"incomplete: the run stopped before {verdicts_in_words(stopped, more=True)}"] if stopped else []
        if self.not_run:
            number = len(self.not_run)
            lines.append(f"incomplete: the run stopped before {number} of your own test{'s' * (number != 1)}")
        if self.broken:
            number = len(self.broken)
            lines.append(f"incomplete: {number} file{'s' * (number != 1)} of tests could not be collected")
        return lines if self.status is None else [*lines, status_line(self.status, self.exit_words)]

    @property
    def exit_words(self) -> str:
        """What the exit status means."""
        status = self.status or 0
        if self.unwritten and status == pytest.ExitCode.INTERNAL_ERROR:
            return "a report could not be written"
        regressions = only_regressions(self._config)
        words = "" if regressions else self._recording.exit_words(status, self.verdicts)
        return words or status_words(status, self.verdicts, only_regressions=regressions)
