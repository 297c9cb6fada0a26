"""An exception that nobody catches ends the run, and its text holds no secret."""

import subprocess
import traceback
from pathlib import Path

import pytest

from exgate.inventory import Secret
from exgate.inventory.redaction import Redaction
from exgate.plugin import last_words

SECRET = "s3cond secret"


def ended_by(error, monkeypatch):
    """Give what Python shows of it when it leaves pytest."""
    monkeypatch.setattr(last_words, "redaction_of", lambda _: Redaction([Secret(SECRET)]))
    around = last_words.pytest_cmdline_main(None)
    next(around)
    try:
        around.throw(error)
    except BaseException as raised:  # noqa: BLE001 - Python would show it
        return raised, "".join(traceback.format_exception(raised))
    raise AssertionError(error)


@pytest.mark.parametrize(
    ("error", "told"),
    (
        pytest.param(OSError(2, "x", SECRET), "FileNotFoundError: [Errno 2] x: '<secret>'", id="a-file's-name"),
        pytest.param(SystemExit(SECRET), "SystemExit: <secret>", id="an-exit"),
    ),
)
def test_an_exception_is_cleaned(monkeypatch, error, told):
    raised, text = ended_by(error, monkeypatch)
    assert raised is error
    assert told in text
    assert SECRET not in text


@pytest.mark.parametrize(
    ("error", "told"),
    (
        pytest.param(
            ExceptionGroup(SECRET, [ValueError("x")]), "ExceptionGroup: <secret> (1 sub-exception)", id="group"
        ),
        pytest.param(ValueError(Path(SECRET)), "ValueError: <secret>", id="a-path"),
    ),
)
def test_one_that_cannot_be_cleaned_is_told_by_another(monkeypatch, error, told):
    raised, text = ended_by(error, monkeypatch)
    assert type(raised) is RuntimeError
    assert told in str(raised)
    assert SECRET not in text


UNCONFIGURE = """
import os

def pytest_unconfigure():
    raise OSError(2, "x", os.environ["EXGATE_LAB_PASSWORD"])
"""


def test_a_run_that_ends_in_an_exception_shows_no_secret(run_pytest, tmp_path):
    (tmp_path / "conftest.py").write_text(UNCONFIGURE, encoding="utf-8")
    (tmp_path / "test_own.py").write_text("def test_name(host):\n    assert host.name\n", encoding="utf-8")
    arguments = ("--hosts=be01", "-c", "pytest.ini", str(tmp_path / "test_own.py"))
    outcome = run_pytest(*arguments, environment={"EXGATE_LAB_PASSWORD": SECRET}, stdin=subprocess.DEVNULL)
    assert "[Errno 2] x: '<secret>'" in outcome.stderr
    assert SECRET not in outcome.stdout + outcome.stderr
