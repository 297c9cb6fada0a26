"""docs/: what make docs writes, and that it was run."""

import json

import pytest

from exgate.reports.docs_coverage import covered_ids, passages

from .conftest import PROJECT

TO_COME = frozenset(
    f"KB817379-{number}"
    for number in ("06", "07", "13", "16", "17", "18", "21", "31", "41", "42", "51", "52", "53", "61", "62", "63", "64")
)
"""Requirements that the coverage names before they are written."""


def pages(folder):
    found = [folder / "coverage.md", *(folder / "requirements").iterdir()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def ids(run_pytest):
    return {record["id"] for record in json.loads(run_pytest("--list-requirements", "--json").stdout)}


def test_the_docs_are_fresh(run_pytest, tmp_path, ids):
    outcome = run_pytest(f"--write-docs={tmp_path / 'docs'}")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout == f"{len(ids) + 2} pages: {tmp_path / 'docs'}\n"
    assert pages(tmp_path / "docs") == pages(PROJECT / "docs"), "docs are stale: run make docs"


def test_there_is_a_page_for_each_requirement(ids):
    assert {path.stem for path in (PROJECT / "docs" / "requirements").glob("KB*.md")} == ids


def test_the_coverage_names_every_requirement_and_no_other(ids):
    assert covered_ids(passages()) == ids | TO_COME


@pytest.mark.parametrize(
    "arguments", (("-k", "ssl"), ("-m", "high"), ("--requirement=02",), ("tests/test_b_method_2.py",))
)
def test_docs_are_of_all_requirements(run_pytest, tmp_path, arguments):
    outcome = run_pytest(f"--write-docs={tmp_path / 'docs'}", *arguments)
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        "ERROR: --write-docs describes every requirement: leave out files, -m, -k, --requirement and --no-wire",
    )
    assert not (tmp_path / "docs").exists()


def test_a_folder_that_cannot_be_written_is_a_usage_error(run_pytest, tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    outcome = run_pytest(f"--write-docs={file}")
    assert (outcome.status, outcome.stderr.strip()) == (
        4,
        f"ERROR: --write-docs={file}: no docs can be written there: Not a directory",
    )


def test_the_readme_has_the_table_of_the_docs():
    rows = [
        line
        for line in (PROJECT / "docs" / "requirements" / "README.md").read_text(encoding="utf-8").splitlines()
        if "](KB" in line
    ]
    readme = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in readme if line.startswith("| [KB")] == [
        line.replace("](KB", "](docs/requirements/KB") for line in rows
    ]
