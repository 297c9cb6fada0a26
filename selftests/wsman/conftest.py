"""Sessions that end with their test."""

import pytest

from exgate.wsman.endpoint import Endpoint
from exgate.wsman.errors import WsmanError
from exgate.wsman.session import Session

USER, PASSWORD = "LAB\\exgate", "p@ss/w#rd? 100%ü"


@pytest.fixture
def session():
    """Prepare a session with a URL or an endpoint; Basic unless something else is asked, and patient."""
    sessions = []

    def prepare(target, *, connect_timeout=5.0, seconds=20.0, **changes):
        if not isinstance(target, Endpoint):
            target = Endpoint(**{"url": target, "transport": "basic", "user": USER, "password": PASSWORD} | changes)
        sessions.append(Session(target, connect_timeout=connect_timeout, seconds=seconds))
        return sessions[-1]

    yield prepare
    for each in sessions:
        each.close()


@pytest.fixture
def refused(session):
    """Ask, and give what is asserted of the error: its kind and its text."""

    def ask(url, **changes):
        with pytest.raises(WsmanError) as caught:
            session(url, **changes).identify()
        return type(caught.value), str(caught.value)

    return ask
