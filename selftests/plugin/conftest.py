"""The product as a user runs it: a pytest process of its own, its reports in a scratch folder."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from defusedxml import ElementTree as SafeElementTree
from junitparser.xunit2 import JUnitXml

from . import candidates, judging
from .fork_server import ForkServer

PROJECT = Path(__file__).parents[2]
QUICK = ("-p", "no:hypothesispytest")
"""hypothesis is no part of the product, and its plugin takes longer to load than most runs to judge."""
TIMEOUT = 120
"""Seconds that a run may take."""
OWN_RECORDS = """
from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, http_status, requirement

def declare(number, severity, **more):
    return requirement(
        f"KB817379-{number}", title=f"Title {number}", severity=severity, roles=ALL_ROLES, passage="It must.",
        symptoms=(http_status("403.4"),), fix="Fix it.", rollback="Undo it.", risk="None.",
        references=("KB 817379",), **more
    )

@declare("91", Severity.HIGH, wire=True)
def test_first_on_the_wire(host):
    'Because.'

@declare("92", Severity.MEDIUM)
def test_off_the_wire(host):
    'Because.'

@declare("93", Severity.CRITICAL, wire=True)
def test_second_on_the_wire(host):
    'Because.'

def test_own(host):
    assert host.name
"""
"""Two requirements that ask the web site, one that does not, and a user's own test."""


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    status: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def html(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @property
    def html_data(self):
        """The values out of which pytest-html's page makes its tables."""
        blob = re.search(r'data-jsonblob="([^"]*)"', self.html).group(1)
        return json.loads(SafeElementTree.fromstring(f"<x>{blob}</x>").text)

    @property
    def results(self):
        """The results as a program finds them."""
        return json.loads((self.folder / "results.json").read_text(encoding="utf-8"))

    @property
    def cases(self):
        """JUnit's testcases by host and requirement."""
        cases = {}
        for suite in JUnitXml.fromfile(str(self.folder / "junit.xml")):
            for case in suite:
                named = {prop.name: prop.value for prop in case.properties()}
                cases[named.get("host", ""), named.get("id", case.name)] = (case, named)
        return cases

    @property
    def verdicts(self):
        """Verdicts by host and requirement."""
        return {
            key: named["verdict"]
            for key, (_, named) in self.cases.items()
            if "verdict" in named and named["verdict"] != "no verdict"
        }

    @property
    def findings(self) -> list[str]:
        """The terminal's section of ours."""
        _, _, section = self.stdout.partition("= KB 817379 =")
        return section.splitlines()[1:-1]


@pytest.fixture(scope="session")
def fork_server():
    """What most runs are forked from; None where processes cannot be forked."""
    if not hasattr(os, "fork") or not hasattr(os, "pidfd_open"):
        yield None
        return
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def run_pytest(tmp_path_factory, fork_server):
    """Run pytest in the project, with reports and cache in a scratch folder."""

    def run(*arguments, environment=None, folder=None, stdin=None, in_new_session=False):
        scratch = folder or tmp_path_factory.mktemp("run")
        arguments = (*QUICK, f"--report-dir={scratch}", "-o", f"cache_dir={scratch / 'cache'}", *arguments)
        environment = os.environ | (environment or {})
        if fork_server and stdin is None and not in_new_session:
            status, stdout, stderr = _forked(fork_server, arguments, environment, tmp_path_factory.mktemp("output"))
            return Outcome(status, stdout, stderr, scratch)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
            stdin=stdin or subprocess.DEVNULL,
            timeout=TIMEOUT,
            start_new_session=in_new_session,
        )
        return Outcome(done.returncode, done.stdout, done.stderr, scratch)

    return run


def _forked(server, arguments, environment, folder):
    files = folder / "stdout", folder / "stderr"
    for file in files:
        file.touch()
    status = server.run(
        arguments, cwd=PROJECT, environment=environment, stdout=files[0], stderr=files[1], timeout=TIMEOUT
    )
    return status, *(file.read_text(encoding="utf-8") for file in files)


@pytest.fixture
def own(tmp_path):
    """Write a user's own test file, and give its path."""

    def write(text):
        file = tmp_path / "test_own.py"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


@pytest.fixture
def own_records(tmp_path):
    """Arguments that let pytest collect `OWN_RECORDS` and nothing else."""
    file = tmp_path / "test_records.py"
    file.write_text(OWN_RECORDS, encoding="utf-8")
    return "-c", "pytest.ini", str(file)


@pytest.fixture(scope="package")
def candidate_inventory(tmp_path_factory):
    """Run the servers of `candidates.SERVERS`."""
    with candidates.lab() as inventory:
        file = tmp_path_factory.mktemp("candidates") / "hosts.yml"
        file.write_text(inventory, encoding="utf-8")
        yield file


@pytest.fixture(scope="package")
def candidate_facts(run_pytest, candidate_inventory):
    """Ask them once, and save what they say."""
    facts = candidate_inventory.parent / "facts"
    run_pytest(
        "--hosts=all",
        f"--inventory={candidate_inventory}",
        f"--facts-out={facts}",
        environment=candidates.ENVIRONMENT,
    )
    return facts


@pytest.fixture
def before(candidate_facts):
    """Verdicts without a change, by server."""
    return lambda host: judging.judged(candidate_facts, host)


@pytest.fixture
def judge(candidate_facts, tmp_path, monkeypatch):
    """Judge a server with a change."""

    def run(host, files):
        monkeypatch.chdir(tmp_path)
        return judging.judged(candidate_facts, host, candidates.write(Path("change"), files))

    return run
