"""Failure mode x artefact: no secret, in no form, in nothing that a run leaves, shows or starts.

docs/secrets.md shows the same table; it is made of `MODES`.
"""

import functools
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import HostFolders, Secret
from exgate.inventory.redaction import Redaction
from exgate.inventory.secret_search import SHORTEST
from exgate.plugin.saved_hosts import SavedHosts
from exgate.plugin.saving import Saving
from exgate.sources.snapshot import read_snapshot
from exgate.sources.withheld import without_secrets

from . import canary, canary_runs
from .canary_runs import ARTEFACTS, CACHE, DEBUG, FACTS, LOG, PROCESSES, REPORTS, TEMPORARY, TERMINAL
from .conftest import PROJECT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
PAGE = PROJECT / "docs" / "secrets.md"
ALWAYS = frozenset({TERMINAL, PROCESSES, TEMPORARY})
EVERY = ALWAYS | {REPORTS, DEBUG, LOG, FACTS, CACHE}
LOUD = EVERY - {REPORTS}


@dataclass(frozen=True)
class Mode:
    """What goes wrong.

    Attributes:
        words: The same for the page.
        run: The run in which it does.
        sign: What its terminal shows when it did.
        written: The artefacts that there are.
    """

    words: str
    run: Callable
    sign: str
    written: frozenset[str] = EVERY


EVERYTHING, USUAL = canary_runs.everything, canary_runs.as_usual
MODES = (
    Mode("a password from the environment is rejected", EVERYTHING, "by-env: log-on rejected"),
    Mode("a password from the keyring is rejected", EVERYTHING, "by-keyring: log-on rejected"),
    Mode("a password that a command prints is rejected", EVERYTHING, "by-command: log-on rejected"),
    Mode("a password in the inventory is rejected", EVERYTHING, "by-plaintext: log-on rejected"),
    Mode("a password that was typed is rejected", canary_runs.prompted, "by-prompt: log-on rejected"),
    Mode("a user name that nobody knows", EVERYTHING, "by-nobody: log-on rejected"),
    Mode("Basic over https is rejected", EVERYTHING, "by-basic: log-on rejected"),
    Mode("the test mailbox's password is rejected", EVERYTHING, "the server rejected"),
    Mode("the server rejects every log-on", EVERYTHING, "locked: log-on rejected"),
    Mode("no connection", EVERYTHING, "closed: connect"),
    Mode("a time-out", EVERYTHING, "trickling: time-out"),
    Mode("an answer that is no WS-Management", EVERYTHING, "odd: not WS-Management"),
    Mode("a protocol error: the server breaks off", EVERYTHING, "the connection ended before this was read"),
    Mode("a requirement's test crashes", EVERYTHING, "please report it: RuntimeError: requirement <secret>"),
    Mode("a test raises; it prints and logs before", EVERYTHING, "RuntimeError: raised <secret>"),
    Mode("a failed assert", EVERYTHING, "AssertionError: expected <secret>"),
    Mode("a crash while a command runs on the server", EVERYTHING, "RuntimeError: message"),
    Mode("a crash beside the objects that log on", EVERYTHING, "endpoint_password = '<secret>'"),
    Mode("a fixture crashes", EVERYTHING, "RuntimeError: fixture <secret>"),
    Mode("a teardown crashes", EVERYTHING, "RuntimeError: teardown <secret>"),
    Mode("a warning, and properties in the JUnit file", EVERYTHING, "UserWarning: warned <secret>"),
    Mode("faulthandler's dump of a test that takes long", EVERYTHING, "Timeout (0:00:01)!"),
    Mode("a skip and an expected failure with a reason", USUAL, "skipped <secret>", ALWAYS | {REPORTS, CACHE}),
    Mode("pytest's usual output, in colours, with a live log", USUAL, "logged <secret>", ALWAYS | {REPORTS, CACHE}),
    Mode(
        "a file of tests crashes at its import",
        canary_runs.broken_file,
        "RuntimeError: import <secret>",
        EVERY - {FACTS},
    ),
    Mode("Ctrl-C while servers are asked", canary_runs.interrupted_while_asking, "! KeyboardInterrupt !"),
    Mode("Ctrl-C in a test, with `-s`", canary_runs.interrupted_while_testing, "printed <secret>", LOUD),
    Mode("tests print, with `--capture=tee-sys`", canary_runs.shown_at_once, "printed <secret>"),
    Mode("a plugin crashes (INTERNALERROR), with `-s`", canary_runs.internal_error, "RuntimeError: hook <secret>"),
    Mode(
        "a plugin refuses the command line", canary_runs.refused_by_a_plugin, "ERROR: refused <secret>", LOUD - {FACTS}
    ),
    Mode(
        "a secret in a test's id", canary_runs.secret_in_an_id, "the id of this test holds a password", LOUD - {FACTS}
    ),
    Mode("`-n 2`", canary_runs.in_two_processes, "the tests run in one process"),
    Mode("the lab does not start", canary_runs.lab_that_refuses, "ERROR: the lab did not start", ALWAYS),
    Mode("an inventory that is no YAML", canary_runs.broken_inventory, ": not valid YAML: ", ALWAYS),
)


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Give what a run leaves; each runs once."""
    return functools.cache(lambda run: run(tmp_path_factory.mktemp("canary")))


@pytest.mark.parametrize("artefact", ARTEFACTS)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.words)
def test_no_secret_is_left(left, mode, artefact):
    run = left(mode.run)
    assert mode.sign in " ".join(run.terminal.split())
    assert (artefact in run.artefacts) == (artefact in mode.written)
    assert run.found(artefact) == {}


@pytest.mark.parametrize("artefact", ARTEFACTS)
@pytest.mark.parametrize("run", dict.fromkeys(mode.run for mode in MODES), ids=lambda run: run.__name__)
def test_no_user_name_is_left(left, run, artefact):
    assert left(run).found(artefact, canary.USERS) == {}


@pytest.mark.parametrize("run", dict.fromkeys(mode.run for mode in MODES), ids=lambda run: run.__name__)
def test_no_run_ends_in_a_core_dump(left, run):
    assert left(run).status in {1, 2, 3, 4, 6}
    assert [name for name in left(run).names if name.rpartition("/")[2].startswith("core")] == []


def test_a_prompt_shows_who_is_asked_for_and_nothing_of_what_is_typed(left):
    assert left(canary_runs.prompted).terminal.count(r"Password of LAB\somebody: ") == 1


def test_the_search_finds_what_leaks_without_the_wall(left):
    run = left(canary_runs.without_the_wall)
    leaking = {artefact for artefact in ARTEFACTS if run.found(artefact)}
    assert leaking == {TERMINAL, REPORTS, DEBUG, LOG}
    names = {name.rpartition("/")[2] for name in run.found(REPORTS)}
    assert {"report.html", "junit.xml", "results.json"} <= names


@pytest.mark.parametrize("way", canary.WAYS)
@pytest.mark.parametrize(
    "write",
    (
        pytest.param(lambda text: text.encode(), id="plain"),
        pytest.param(lambda text: text.upper().encode(), id="upper-case"),
        pytest.param(lambda text: text.encode("utf-16-le"), id="utf-16"),
        pytest.param(lambda text: json.dumps(text).encode(), id="json"),
        pytest.param(lambda text: b"Basic " + canary.base64.b64encode(f"LAB\\exgate:{text}".encode()), id="basic"),
        pytest.param(lambda text: canary.base64.b64encode(text.encode("utf-16-le")), id="base64-of-utf-16"),
        pytest.param(lambda text: text.encode().hex().encode(), id="hexadecimal"),
        pytest.param(lambda text: text[:14].encode(), id="beginning"),
        pytest.param(lambda text: text[-14:].encode(), id="end"),
        pytest.param(lambda text: text.replace("Canary", "Can\x1b[0mary").encode(), id="coloured"),
    ),
)
def test_the_search_finds_every_form(way, write):
    assert canary.found(canary.SECRETS, b"x" * 99 + write(canary.secret(way)) + b"x" * 99) != []


def test_saved_facts_hold_no_secret(left, tmp_path):
    text = canary.secret("lab")
    facts = next(name for name in left(EVERYTHING).artefacts[FACTS] if name.endswith("/good/facts.json"))
    folder = Path(facts).parents[1]
    hosts = SavedHosts(folder, HostFolders(folder), "good", by_inventory=False)
    redaction = Redaction([Secret(text)])
    seen = Unreachable(Cause.PROTOCOL, f"fault: the password {text} of this account", "look")
    Saving(tmp_path / "facts", hosts, lambda seen: without_secrets(seen, redaction)).save("good", seen)
    saved = read_snapshot(tmp_path / "facts" / "good")
    assert saved.result == Unreachable(Cause.PROTOCOL, "fault: the password <secret> of this account", "look")


@pytest.mark.parametrize("what", ("all", "failed"))
def test_an_upload_is_refused(run_pytest, what):
    outcome = run_pytest("--hosts=be01", f"--pastebin={what}")
    assert outcome.status == 4
    told = "--pastebin uploads what the servers said to a public site: leave it out, and hand on a report instead"
    assert f"ERROR: {told}" in outcome.stderr
    assert "pastebin" not in outcome.stdout


@pytest.mark.parametrize("password", ("Exchange", "tests", "test_a_mobile_vdir", "complies"))
def test_a_password_that_is_a_word_of_every_report_masks_nothing(run_pytest, password):
    arguments = "--hosts=be01,locked01", "--requirement=01,02,41"
    word = run_pytest(*arguments, environment={"EXGATE_LAB_PASSWORD": password})
    usual = run_pytest(*arguments, environment={"EXGATE_LAB_PASSWORD": "another password"})
    messages = [verdict["message"] for verdict in word.results["verdicts"]]
    assert "/Exchange" in messages[0]
    assert messages == [verdict["message"] for verdict in usual.results["verdicts"]]
    assert (word.status, usual.status) == (6, 6)
    assert "<secret>" not in word.stdout
    assert "secret" not in (word.folder / "junit.xml").read_text(encoding="utf-8")


def cell(mode, artefact):
    return "none" if artefact in mode.written else "-"


def test_the_page_has_the_table():
    head = f"| what goes wrong | {' | '.join(ARTEFACTS)} |"
    rows = [f"| {mode.words} | {' | '.join(cell(mode, each) for each in ARTEFACTS)} |" for mode in MODES]
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count("|") == len(ARTEFACTS) + 2]
    assert lines == [head, re.sub(r"[^|]+", "---", head), *rows]


def test_the_page_says_which_secrets_are_too_short():
    assert f"fewer than {SHORTEST} characters" in " ".join(PAGE.read_text(encoding="utf-8").split())
