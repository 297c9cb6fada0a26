"""The last wall while secrets are still being learnt."""

import threading

import pytest

from exgate.inventory import Secret
from exgate.inventory.redaction import Redaction
from exgate.plugin.redacting import ExgateRedacting

SECRET = "s3cond secret"


class Names:
    hosts = groups = ()


class Hosts:
    known = Names
    secrets = ()


@pytest.fixture
def redacting():
    class Config:
        stash = pytest.Stash()
        getini = staticmethod(lambda _: [])

    wall = ExgateRedacting(Config)
    wall.watch(Hosts())
    return wall


def test_a_thread_that_writes_while_a_secret_is_learnt_waits_for_it(redacting, monkeypatch):
    written = []
    thread = threading.Thread(target=lambda: written.append(redacting.redaction.text(SECRET)))
    learn = Redaction.learn

    def learn_slowly(self, secrets):
        if threading.current_thread() is not thread:
            thread.start()
            # It is over at once, or waits for what this one learns.
            thread.join(0.2)
        learn(self, secrets)

    monkeypatch.setattr(Redaction, "learn", learn_slowly)
    redacting._hosts.secrets = (Secret(SECRET),)
    assert redacting.redaction.text(SECRET) == "<secret>"
    thread.join()
    assert written == ["<secret>"]


def test_nothing_is_learnt_again_while_there_is_nothing_more(redacting, monkeypatch):
    redacting._hosts.secrets = (Secret(SECRET),)
    assert redacting.redaction.text(SECRET) == "<secret>"
    monkeypatch.delattr(Redaction, "learn")
    assert redacting.redaction.text(SECRET) == "<secret>"


CRASH = """
import os

def test_name(host):
    assert host.name

def test_crash():
    raise RuntimeError("raised " + os.environ["EXGATE_LAB_PASSWORD"])
"""


def test_the_summary_says_why_a_test_failed(run_pytest, tmp_path):
    (tmp_path / "test_own.py").write_text(CRASH, encoding="utf-8")
    arguments = ("--hosts=be01", "-c", "pytest.ini", str(tmp_path / "test_own.py"))
    outcome = run_pytest(*arguments, environment={"EXGATE_LAB_PASSWORD": SECRET, "COLUMNS": "200"})
    assert "::test_crash - RuntimeError: raised <secret>" in outcome.stdout
    assert "E       RuntimeError: raised <secret>" in outcome.stdout


def test_a_fact_that_is_masked_has_not_changed(run_pytest):
    environment = {"EXGATE_LAB_PASSWORD": "Running"}
    earlier = run_pytest("--hosts=be01", environment=environment)
    again = run_pytest("--hosts=be01", f"--baseline={earlier.folder / 'results.json'}", environment=environment)
    assert "<secret>" in str(earlier.results["hosts"][0]["facts"])
    assert again.results["drift"] == []
    assert "<secret> -> <secret>" not in again.stdout
