"""Folders with planned changes."""

import os
from pathlib import Path

import pytest

from exgate.facts.change import PlanError
from exgate.sources.candidate import read_plan

FOLDER = Path("change")


@pytest.fixture
def plan_of(tmp_path, monkeypatch):
    """Read a plan out of files by name; text is written with CR LF, as Windows does."""

    def read(**files):
        monkeypatch.chdir(tmp_path)
        FOLDER.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.replace("\n", "\r\n").encode("ascii")
            (FOLDER / name.replace("__", "-").replace("_", ".")).write_bytes(data)
        return read_plan(FOLDER)

    return read


@pytest.fixture
def steps_of(plan_of):
    """Give what a batch file changes, without the origins: the step's name and its fields."""

    def read(text, **files):
        plan = plan_of(**files, setup_cmd=text)
        return [_told(step) for step in (*plan.metabase, *plan.registry)]

    return read


@pytest.fixture
def problem_of(plan_of):
    """Give a change's error, with slashes in its origin."""

    def read(**files):
        with pytest.raises(PlanError) as caught:
            plan_of(**files)
        text = str(caught.value)
        assert "\n" not in text
        return f"change{text[len('change')].replace(os.sep, '/')}{text[len('change') + 1 :]}"

    return read


@pytest.fixture
def problem_or_plan(plan_of):
    """Give a command's error without its origin, None for a command that is understood."""

    def read(line):
        try:
            plan_of(setup_cmd=line)
        except PlanError as error:
            return error.problem
        return None

    return read


def _told(step):
    fields = (getattr(step, name) for name in type(step).__slots__)
    return (type(step).__name__, *fields)
