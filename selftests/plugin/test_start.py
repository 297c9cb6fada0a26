"""What a run loads before it is needed: starting is most of what a short run takes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
RECORDER = """
import atexit, json, os, sys

def record():
    file = os.environ["LOADED"]
    if not os.path.exists(file):
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(sorted(sys.modules), stream)

atexit.register(record)
"""
"""Writes what is loaded at the end, or when it is called first."""
AT_THE_FIRST_VERDICT = "pytest_runtest_logreport = lambda report: record()"
LIBRARIES = {"winrm", "spnego", "requests", "requests_ntlm", "urllib3", "keyring", "pyevt", "aiohttp"}
REPORTS = {
    "exgate.reports.fix_plan",
    "exgate.reports.formats.csv_table",
    "exgate.reports.formats.junit",
    "exgate.reports.formats.prometheus_text",
    "exgate.reports.formats.sarif",
    "exgate.reports.formats.summary",
    "exgate.reports.page.render",
    "exgate.reports.results_reader",
}
OTHERS = {
    "exgate.lab",
    "exgate.plugin.watching",
    "exgate.reports.docs",
    "exgate.sources.candidate",
    "exgate.sources.folder.read",
}
LIVE = {"exgate.plugin.live_hosts", "exgate.sources.live", "exgate.sources.web", "exgate.wsman.session"}
SAVED = {"cattrs", "exgate.plugin.saved_hosts", "exgate.plugin.saving", "exgate.sources.snapshot"}
RUN = {"exgate.exchange", "exgate.facts.host", "exgate.plugin.session", "exgate.waivers", "tqdm"}


@pytest.fixture
def loaded(tmp_path):
    """Run a module in a process of its own, and give what it had loaded."""

    def run(module, *arguments, code=""):
        (tmp_path / "loaded_recorder.py").write_text(f"{RECORDER}\n{code}\n", encoding="utf-8")
        file = tmp_path / "loaded.json"
        start = f"import loaded_recorder, runpy; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
        done = subprocess.run(
            [sys.executable, "-c", start, *arguments],
            cwd=PROJECT,
            env=os.environ | {"LOADED": str(file), "PYTHONPATH": os.pathsep.join((str(tmp_path), str(PROJECT)))},
            capture_output=True,
            check=False,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return set(json.loads(file.read_text(encoding="utf-8")))

    return run


@pytest.fixture(scope="module")
def facts(run_pytest, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "facts"
    assert run_pytest("--hosts=be01", "--report=none", f"--facts-out={folder}").status == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "needed", "not_needed"),
    (
        pytest.param(("--list-hosts",), "", {"exgate.inventory"}, LIBRARIES | REPORTS | OTHERS | LIVE | SAVED | RUN, id="list-hosts"),
        pytest.param(
            ("--list-requirements",), "", {"exgate.requirements"}, LIBRARIES | REPORTS | (OTHERS - {"exgate.reports.docs"}) | LIVE | SAVED, id="list-requirements"
        ),
        pytest.param(("--hosts=be01", "--report=none"), AT_THE_FIRST_VERDICT, RUN | LIVE, REPORTS | OTHERS | SAVED | {"aiohttp", "keyring", "pyevt"}, id="live-run"),
        pytest.param(("--facts-from={facts}", "--report=none"), AT_THE_FIRST_VERDICT, RUN | {"exgate.plugin.saved_hosts"}, LIBRARIES | REPORTS | OTHERS | LIVE, id="saved-facts"),
        pytest.param(
            ("--facts-from={facts}", "--report-dir={folder}", "--history=0", "--report=html,junit,json,md,csv,sarif,prom,fix"),
            "",
            REPORTS - {"exgate.reports.results_reader"},
            LIBRARIES | OTHERS | LIVE,
            id="saved-facts-and-every-report",
        ),
    ),
)  # fmt: skip
def test_a_run_loads_what_it_needs(loaded, facts, tmp_path, arguments, code, needed, not_needed):
    given = [argument.format(facts=facts, folder=tmp_path / "reports") for argument in arguments]
    options = ("-p", "no:hypothesispytest", "-p", "loaded_recorder", "-o", f"cache_dir={tmp_path / 'cache'}")
    modules = loaded("pytest", *options, *given, code=code)
    assert modules & (needed | not_needed) == needed


@pytest.mark.parametrize(
    "arguments",
    (
        pytest.param(("--help",), id="exgate"),
        pytest.param(("report", "--help"), id="report"),
        pytest.param(("collector", "--help"), id="collector"),
    ),
)
def test_the_command_line_loads_no_room_before_it_is_used(loaded, arguments):
    modules = loaded("exgate", *arguments)
    assert (
        modules & (LIBRARIES | REPORTS | OTHERS | LIVE | SAVED | RUN | {"exgate.inventory", "jinja2", "pytest", "yaml"})
        == set()
    )
