"""The reports that are made from a run's results: written when its verdicts are complete, or as far as it came."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sized
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.junitxml import xml_key
from pytest_html.basereport import BaseReport

from exgate.plugin.redacting import redaction_of
from exgate.plugin.report_files import cannot_write, fix_folder, format_files, history_folder
from exgate.plugin.report_options import JUNIT, PYTEST_HTML, history_length, report_path
from exgate.reports import history
from exgate.reports.files import scratch_of, write_file
from exgate.reports.formats import FORMATS
from exgate.reports.junit_merge import merge
from exgate.reports.plain import one_line
from exgate.reports.results import Results
from exgate.reports.results_file import write_results


class ReportWriting:
    """Writes reports, and remembers what became of each.

    Attributes:
        unwritten: A line for each that could not be written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._written: set[Path] = set()
        self.unwritten: list[str] = []

    @property
    def written(self) -> list[Path]:
        """The files and folders that were written, the page first."""
        page, folder = report_path(self._config, PYTEST_HTML), fix_folder(self._config)
        files = format_files(self._config)
        order = [files.pop("html", None), page, *files.values(), folder]
        return [path for path in order if path and path in self._written]

    def write(self, results: Results, kept: Collection[Path] = ()) -> None:
        """Write every report that is made from the results alone.

        Args:
            results: The results.
            kept: Files of earlier runs that stay: a baseline may lie in the history.
        """
        runs, most = history_folder(self._config), history_length(self._config)
        self._write_formats(results)
        written = format_files(self._config).get("json")
        if written in self._written and most:
            self._attempt(runs, lambda: history.keep(runs, written, results.run.finished, most, kept), told=False)
        folder = fix_folder(self._config)
        if folder:
            from exgate.reports.fix_files import write_plans

            self._attempt(folder, lambda: write_plans(folder, results))

    def write_again(self, results: Results) -> None:
        """Write the same reports of results that tell of what went wrong meanwhile."""
        self._write_formats(results)

    def _write_formats(self, results: Results) -> None:
        files = format_files(self._config)
        earlier = history.trend(history_folder(self._config), results.run)
        if "json" in files:
            # First, for it is what every other report can be made from later.
            self._attempt(files["json"], lambda: write_results(files["json"], results))
        for name, path in files.items():
            if name not in {"json", "junit"}:
                render = FORMATS[name].render
                self._attempt(path, lambda: write_file(path, render(results, earlier)))  # noqa: B023 - called at once

    @contextmanager
    def pytests_own(self, results: Results | None, *, kept: bool) -> Iterator[None]:
        """Let pytest-html and pytest's JUnit write aside, and put their files in place when they are whole.

        Args:
            results: JUnit's testcases with a verdict are made from them.
            kept: Whether the files are wanted: to a program a report of nothing looks green.
        """
        page, junit = report_path(self._config, PYTEST_HTML), report_path(self._config, JUNIT)
        try:
            with self._page_aside(page), self._junit_aside(junit):
                yield
        except OSError as error:
            # A full disk, for example; what is half written is no report.
            self._tell(cannot_write(Path(error.filename or "a report"), error))
            for path in filter(None, (page, junit)):
                scratch_of(path).unlink(missing_ok=True)
        if page:
            self._put(page, lambda data: data, kept=kept)
        if junit:
            clean = redaction_of(self._config).text
            self._put(junit, lambda data: merge(data, results, clean), kept=kept)

    def _put(self, path: Path, finish: Callable[[bytes], bytes | Iterator[bytes]], *, kept: bool) -> None:
        scratch = scratch_of(path)
        if not scratch.is_file():
            return
        data = scratch.read_bytes()
        scratch.unlink()
        if kept:
            self._attempt(path, lambda: write_file(path, finish(data)))

    @contextmanager
    def _page_aside(self, page: Path | None) -> Iterator[None]:
        plugins = [each for each in self._config.pluginmanager.get_plugins() if isinstance(each, BaseReport)]
        places = {plugin: plugin._report_path for plugin in plugins}  # noqa: SLF001 - it writes in place otherwise
        for plugin in plugins:
            plugin._report_path = scratch_of(page) if page else places[plugin]  # noqa: SLF001
        try:
            yield
        finally:
            for plugin, place in places.items():
                plugin._report_path = place  # noqa: SLF001

    @contextmanager
    def _junit_aside(self, junit: Path | None) -> Iterator[None]:
        plugin = self._config.stash.get(xml_key, None)
        if plugin is None or junit is None:
            yield
            return
        place = plugin.logfile
        plugin.logfile = str(scratch_of(Path(place)))
        try:
            yield
        finally:
            plugin.logfile = place

    def _attempt(self, path: Path, write: Callable[[], Sized | None], *, told: bool = True) -> None:
        """Write a report; nothing to write, where it says so, is nothing to tell of."""
        try:
            done = write()
        except OSError as error:
            self._tell(cannot_write(path, error))
        except Exception as error:  # noqa: BLE001 - a fault in one report must not cost the others
            what = f"{type(error).__name__}: {one_line(str(error))}"
            self._tell(f"{path}: this report could not be made, please report it: {what}")
        else:
            if told and (done is None or done):
                self._written.add(path)

    def _tell(self, line: str) -> None:
        if line not in self.unwritten:
            self.unwritten.append(line)
