"""collected.csv as a table that tests change."""

import pytest

from exgate.lab.servers import SERVERS
from exgate.sources.folder.collected import read_collected

from .collected_writer import as_file, rows_of


@pytest.fixture(scope="session")
def rows():
    """The rows of a server of Method 2 with an event."""
    return rows_of(SERVERS["sa01"])


@pytest.fixture
def changed(rows):
    """Read the file with some rows replaced: those that start like a key get its rows instead."""

    def read(changes):
        found, left = [], dict(changes)
        for row in rows:
            key = next((key for key in changes if row[: len(key)] == key), None)
            found.extend([row] if key is None else left.pop(key, ()))
        assert not left
        return read_collected(as_file(found))

    return read
