import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from exgate.plugin.options import whole_id
from exgate.waivers import Waiver, read_waivers

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def waiver(**changes):
    """A waiver of KB817379-02 on be01, granted and valid at NOW."""
    here = {
        "source": "waivers.yml:2",
        "requirements": ("KB817379-02",),
        "hosts": "be01",
        "reason": "Phones use the new gateway until spring",
        "owner": "jane.doe@example.com",
        "approved_by": "cio@example.com",
        "ticket": "CHG-1234",
        "granted": date(2026, 11, 1),
        "expires": date(2026, 12, 31),
    }
    return Waiver(**here | changes)


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Read a text as waivers.yml of a folder of its own, so that messages begin with waivers.yml."""
    monkeypatch.chdir(tmp_path)

    def read(text, now=NOW):
        content = text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
        Path("waivers.yml").write_bytes(content)
        return read_waivers(Path("waivers.yml"), now, whole_id)

    return read
