"""``exgate report`` on the command line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exgate.__main__ import main
from exgate.reports.formats import FORMATS
from exgate.reports.results_file import encode
from exgate.verdicts import Outcome

from .made import record, results, verdict

RESULTS = results(record(verdict(outcome=Outcome.FAIL)), record(verdict("be02", outcome=Outcome.PASS)))


@pytest.fixture
def reports(tmp_path):
    (tmp_path / "results.json").write_bytes(encode(RESULTS))
    return tmp_path


@pytest.mark.parametrize("word", [name for name in FORMATS if name != "json"])
def test_every_report_is_written_beside_the_results(reports, capsys, word):
    file = reports / FORMATS[word].file
    assert main(["report", str(reports / "results.json"), "--to", word]) == 0
    assert capsys.readouterr() == (f"report: {file}\n", "")
    assert file.read_bytes() == FORMATS[word].render(RESULTS, ())
    assert sorted(path.name for path in reports.iterdir()) == sorted(["results.json", file.name])


def test_several_go_where_output_says(reports, capsys):
    place = reports / "new" / "folder"
    assert main(["report", str(reports / "results.json"), "--to", "csv,json, md,csv", "--output", str(place)]) == 0
    assert [line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()] == [
        "results.csv",
        "results.json",
        "summary.md",
    ]
    assert (place / "results.json").read_bytes() == (reports / "results.json").read_bytes()


def test_fix_plans_are_a_folder(reports, capsys):
    assert main(["report", str(reports / "results.json"), "--to", "fix"]) == 0
    assert capsys.readouterr().out == f"report: {reports / 'fix'}\n"
    assert [path.name for path in (reports / "fix").iterdir()] == ["be01.txt"]


def test_no_finding_is_no_fix_plan(tmp_path, capsys):
    (tmp_path / "results.json").write_bytes(encode(results(record(verdict(outcome=Outcome.PASS)))))
    assert main(["report", str(tmp_path / "results.json"), "--to", "fix"]) == 0
    assert capsys.readouterr().out == "no fix plan: there is nothing to fix\n"
    assert not (tmp_path / "fix").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_standard_output_that_is_full_is_told_in_one_line(reports):
    command = [sys.executable, "-m", "exgate", "report", str(reports / "results.json"), "--to", "csv", "--output", "-"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr == b"exgate report: -: no report can be written there: No space left on device\n"


def test_one_goes_to_the_standard_output(reports, capsysbinary):
    assert main(["report", str(reports / "results.json"), "--to", "csv", "--output", "-"]) == 0
    assert capsysbinary.readouterr() == (FORMATS["csv"].render(RESULTS, ()), b"")


def test_the_trend_is_that_of_the_history_beside_the_results(reports):
    earlier = results(record(verdict(outcome=Outcome.FAIL)), started=RESULTS.run.started.replace(day=9))
    (reports / "history").mkdir()
    (reports / "history" / "results-20261109T080005Z.json").write_bytes(encode(earlier))
    page = reports / "index.html"
    assert main(["report", str(reports / "results.json"), "--to", "html"]) == 0
    assert "2026-11-09" in page.read_text(encoding="utf-8")
    shutil.copy(reports / "results.json", reports / "history" / "results-20261116T080005Z.json")
    kept = reports / "history" / "results-20261116T080005Z.json"
    assert main(["report", str(kept), "--to", "html", "--output", str(reports)]) == 0
    assert "2026-11-09" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    (
        pytest.param(
            ["{}/results.json", "--to", "json"],
            2,
            "exgate report: --to json would write over {}/results.json: give --output\n",
            id="over-itself",
        ),
        pytest.param(
            ["{}/results.json", "--to", "csv,md", "--output", "-"],
            2,
            "exgate report: --output=- takes one report, and no fix plans\n",
            id="two-at-once",
        ),
        pytest.param(
            ["{}/results.json", "--to", "fix", "--output", "-"],
            2,
            "exgate report: --output=- takes one report, and no fix plans\n",
            id="a-folder-to-stdout",
        ),
        pytest.param(
            ["{}/gone.json", "--to", "csv"],
            1,
            "exgate report: {}/gone.json: this cannot be read: No such file or directory\n",
            id="no-file",
        ),
        pytest.param(
            ["{}/results.json", "--to", "csv", "--output", "{}/results.json/x"],
            1,
            "exgate report: {}/results.json/x: no report can be written there: Not a directory\n",
            id="no-folder",
        ),
    ),
)
def test_what_cannot_be(reports, capsys, arguments, status, told):
    assert main(["report", *(text.format(reports) for text in arguments)]) == status
    assert capsys.readouterr() == ("", told.format(reports))


@pytest.mark.parametrize(
    ("arguments", "told"),
    (
        pytest.param(
            ["results.json"],
            "exgate report: the following arguments are required: --to; see exgate report --help\n",
            id="no-report",
        ),
        pytest.param(
            ["results.json", "--to", "pdf"],
            "exgate report: argument --to: pdf is no report; choose from "
            f"{', '.join(FORMATS)}, fix; see exgate report --help\n",
            id="unknown",
        ),
        pytest.param(
            ["results.json", "--to", ","],
            "exgate report: argument --to: nothing is no report; choose from "
            f"{', '.join(FORMATS)}, fix; see exgate report --help\n",
            id="nothing",
        ),
    ),
)
def test_a_command_line_that_is_not_understood(capsys, arguments, told):
    with pytest.raises(SystemExit) as ended:
        main(["report", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", told)
