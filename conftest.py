"""What the requirements in tests/ are judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from exgate.exchange import ExchangeServer, Identity, Method2, SharePointBeside, Symptoms, VirtualDirectory, Web
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


@pytest.fixture
def method_2(server: ExchangeServer) -> Method2:
    """What the article's Method 2 has left on the server: ExchangeVDir, and the copy of /Exchange."""
    from exgate.exchange import Method2

    return Method2(server)


@pytest.fixture
def identity(server: ExchangeServer) -> Identity:
    """What the server is: its role, its version, its services."""
    from exgate.exchange import Identity

    return Identity(server)


@pytest.fixture
def symptoms(server: ExchangeServer) -> Symptoms:
    """The article's symptoms in the server's Application log."""
    from exgate.exchange import Symptoms

    return Symptoms(server)


@pytest.fixture
def sharepoint(server: ExchangeServer) -> SharePointBeside:
    """Windows SharePoint Services beside Exchange."""
    from exgate.exchange import SharePointBeside

    return SharePointBeside(server)


@pytest.fixture
def web(server: ExchangeServer) -> Web:
    """What the server's web site answered to this machine."""
    from exgate.exchange import Web

    return Web(server)
