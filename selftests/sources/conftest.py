"""A session without a wire, and web clients that end with their test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields

import pytest

from exgate.facts.host import HostFacts
from exgate.facts.unknown import Unknown
from exgate.sources.web import WebClient, WebSite
from exgate.wsman.answers import Item
from exgate.wsman.errors import WsmanError
from exgate.wsman.ntlm_names import DomainMember

Answer = tuple[Item, ...] | WsmanError


class FakeSession:
    """What `exgate.wsman.session.Session` does for its callers, out of a table.

    A query is answered by the first key that is part of it, a registry method by its name and value's name.
    """

    def __init__(self, answers: Mapping[str, Answer], registry: Mapping[tuple[str, ...], Item | WsmanError]) -> None:
        self.answers = answers
        self.registry = registry
        self.asked: list[tuple[str, ...]] = []
        self.server: DomainMember | None = None

    def identify(self) -> str:
        return "OS: 5.2.3790 SP: 2.0 Stack: 2.0"

    def enumerate_wql(self, namespace: str, query: str) -> tuple[Item, ...]:
        self.asked.append((namespace, query))
        found = next(answer for part, answer in self.answers.items() if part in query)
        if isinstance(found, WsmanError):
            raise found
        return found

    def enumerate_until(
        self, namespace: str, query: str, enough: Callable[[Sequence[Item]], bool], most: int
    ) -> tuple[tuple[Item, ...], bool]:
        every = self.enumerate_wql(namespace, query)
        taken = min(most, len(every))
        while taken < len(every) and not enough(every[:taken]):
            taken += most
        return every[:taken], taken >= len(every)

    def read_registry(self, method: str, arguments: Mapping[str, str]) -> Item:
        path, name = arguments["sSubKeyName"], arguments.get("sValueName", "")
        self.asked.append((method, path, name))
        assert arguments["hDefKey"] == "2147483650"
        found = self.registry[method, *((path,) if not name else (path, name))]
        if isinstance(found, WsmanError):
            raise found
        return found


@pytest.fixture
def fake() -> Callable[..., FakeSession]:
    return lambda answers=None, registry=None: FakeSession(answers or {}, registry or {})


@pytest.fixture
def client():
    """Prepare a web client of a peer's port on 127.0.0.1; patient."""
    clients = []

    def prepare(port, *, connect_timeout=5.0, seconds=20.0, gate=None, **site):
        made = WebSite(**{"address": "127.0.0.1", "port": port, "https_port": port} | site)
        clients.append(WebClient(made, connect_timeout=connect_timeout, seconds=seconds, gate=gate))
        return clients[-1]

    yield prepare
    for each in clients:
        each.close()


@pytest.fixture
def fails():
    """Ask in vain; give what is asserted of the error: its kind and its text."""

    def ask(client, *what, **how):
        with pytest.raises(WsmanError) as caught:
            client.ask(*what or ("GET", "/Exchange/"), **how)
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        return type(caught.value), str(caught.value)

    return ask


def facts_that_are_unknown(facts):
    """Give the facts of a host that could not be read, the registry's keys among them."""
    here = {field.name: getattr(facts, field.name) for field in fields(HostFacts)}
    here |= {f"HKLM\\{path}": key for path, key in facts.registry.keys.items()}
    return {name: value for name, value in here.items() if isinstance(value, Unknown)}
