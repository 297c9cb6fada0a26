"""``exgate report``: any report of a run, made later from its results."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from exgate.reports import history
from exgate.reports.files import write_file
from exgate.reports.formats import FORMATS
from exgate.reports.page.trend import TrendPoint
from exgate.reports.plain import one_line
from exgate.reports.results import Results

NAME = "report"
SUMMARY = "make reports from the results of an earlier run"
FIX = "fix"
_STDOUT = "-"
_FORMATS = "\n".join(f"    {each.name:6} {each.file:14} {each.summary}" for each in FORMATS.values())
DESCRIPTION = f"""\
Make reports from results.json, the record that every run leaves. Nobody is asked, and no test is run.

    exgate report reports/results.json --to html
    exgate report reports/history/results-20261120T020000Z.json --to csv,md --output last-week

The reports:
{_FORMATS}
    {FIX:6} {FIX + "/":14} a fix plan for each host with findings

They are written beside the results unless --output says otherwise. The trend of the page comes from the folder
history beside the results.

Exit status: 0 written, 1 not written, 2 the command line is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument("results", metavar="RESULTS", type=Path, help="results.json of a run")
    parser.add_argument("--to", metavar="REPORT,...", required=True, type=_words, help="which reports to make")
    parser.add_argument(
        "--output",
        metavar="DIR",
        help="folder of the reports (default: the folder of the results); - for the standard output, one report",
    )


def run(options: argparse.Namespace) -> int:
    """Make the reports.

    Returns:
        0 when they are written, 1 when not, 2 when the command line asks for what cannot be.
    """
    words: tuple[str, ...] = options.to
    to_stdout = options.output == _STDOUT
    if to_stdout and (len(words) > 1 or FIX in words):
        return _fail("--output=- takes one report, and no fix plans", 2)
    source: Path = options.results
    folder = source.parent if options.output is None else Path(options.output)
    if not to_stdout and "json" in words and (folder / FORMATS["json"].file).resolve() == source.resolve():
        return _fail(f"--to json would write over {source}: give --output", 2)
    from exgate.reports.results_reader import ResultsError, read_results

    try:
        results = read_results(source)
    except ResultsError as error:
        return _fail(one_line(str(error)), 1)
    earlier = history.trend(_history_of(source), results.run)
    try:
        if to_stdout:
            sys.stdout.buffer.write(FORMATS[words[0]].render(results, earlier))
            sys.stdout.buffer.flush()
            return 0
        for word in words:
            print(_write(word, folder, results, earlier))  # noqa: T201 - this is the command's output
    except BrokenPipeError:
        raise
    except OSError as error:
        where = error.filename or (_STDOUT if to_stdout else folder)
        return _fail(f"{where}: no report can be written there: {error.strerror or type(error).__name__}", 1)
    return 0


def _write(word: str, folder: Path, results: Results, earlier: tuple[TrendPoint, ...]) -> str:
    """Write a report, and say which."""
    folder.mkdir(parents=True, exist_ok=True)
    if word == FIX:
        from exgate.reports.fix_files import write_plans

        return (
            f"report: {folder / FIX}" if write_plans(folder / FIX, results) else "no fix plan: there is nothing to fix"
        )
    path = folder / FORMATS[word].file
    write_file(path, FORMATS[word].render(results, earlier))
    return f"report: {path}"


def _history_of(source: Path) -> Path:
    return source.parent if source.parent.name == history.FOLDER else source.parent / history.FOLDER


def _words(text: str) -> tuple[str, ...]:
    known = (*FORMATS, FIX)
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        message = f"{', '.join(unknown) or 'nothing'} is no report; choose from {', '.join(known)}"
        raise argparse.ArgumentTypeError(message)
    return words


def _fail(message: str, status: int) -> int:
    sys.stderr.write(f"exgate {NAME}: {message}\n")
    return status
