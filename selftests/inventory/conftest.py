import textwrap
from pathlib import Path

import pytest

from exgate.inventory import load_inventory


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a text as inv.yml into a folder of its own, and go there, so that messages begin with inv.yml."""
    monkeypatch.chdir(tmp_path)

    def write_text(text):
        path = Path("inv.yml")
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return write_text


@pytest.fixture
def load(write):
    return lambda text: load_inventory(write(text))


@pytest.fixture
def host_settings(load):
    """The settings of a host h, whose variables are given in flow style or as lines."""

    def settings_of(variables):
        lines = textwrap.indent(textwrap.dedent(variables).strip("\n"), " " * 12)
        return load(f"all:\n    hosts:\n        h:\n{lines}\n").settings("h")

    return settings_of
