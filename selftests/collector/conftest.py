"""The collector's script, taken apart."""

import re

import pytest

from exgate.collector import collector_script

_CONSTANT = re.compile(r"^Const (\w+) = (?:\"(.*)\"|(\S+))$", re.MULTILINE)
_STRING = re.compile(r'"[^"\r\n]*"')


@pytest.fixture(scope="session")
def script():
    """The script's text with line feeds."""
    return collector_script().replace("\r\n", "\n")


@pytest.fixture(scope="session")
def constants(script):
    """Its constants: text as it is, numbers as they are written."""
    return {name: text or number for name, text, number in _CONSTANT.findall(script)}


@pytest.fixture(scope="session")
def code(script):
    """Its code alone: without comments, and with empty strings."""
    lines = (_STRING.sub('""', line).partition("'")[0].rstrip() for line in script.splitlines())
    return "\n".join(line for line in lines if line.strip())
