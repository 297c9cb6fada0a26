"""The fixture ``host``; registered after testinfra's plugin, whose fixture of that name it takes the place of."""

from __future__ import annotations

import pytest

from exgate.plugin.host import ExgateHost, make_host
from exgate.plugin.run import Run

RUN = pytest.StashKey[Run]()
"""The session's run, in pytest's configuration."""


@pytest.fixture(scope="session")
def host(request: pytest.FixtureRequest) -> ExgateHost:
    """The host to judge, as testinfra has it: one for each host that --hosts selects."""
    return make_host(request.param, request.config.stash[RUN])
