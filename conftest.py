"""What the requirements in tests/ are judged on."""

import pytest

from exgate.exchange import ExchangeServer, VirtualDirectory
from exgate.plugin.host import ExgateHost


@pytest.fixture
def server(host: ExgateHost) -> ExchangeServer:
    """The host as the article sees it: its role, its web sites, ExchangeVDir."""
    return host.exchange


@pytest.fixture
def mobile_vdir(server: ExchangeServer) -> VirtualDirectory:
    """The virtual directory that ActiveSync and OMA use: what ExchangeVDir names, or /Exchange."""
    return server.mobile_vdir


@pytest.fixture
def secondary_vdir(server: ExchangeServer) -> VirtualDirectory:
    """The mobile virtual directory when it is not /Exchange (the article's Method 2)."""
    return server.secondary_vdir
