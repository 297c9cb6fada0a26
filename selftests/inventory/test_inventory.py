import gc
from pathlib import Path

import pytest

from exgate.inventory import InventoryError, Role, Scheme, SecretKind, Transport, load_inventory

EXAMPLE = Path(__file__).parents[2] / "inventories" / "production.example.yml"


@pytest.fixture(scope="module")
def example():
    return load_inventory(EXAMPLE)


def test_example_is_right_for_every_host(example):
    settings = [example.settings(name) for name in example.select("all")]
    assert len(settings) == 54
    assert example.warnings == ()
    assert {host.role for host in settings} == set(Role)


@pytest.mark.parametrize(
    ("pattern", "count"),
    (
        pytest.param("frontends", 2, id="front-ends"),
        pytest.param("backends", 50, id="back-ends"),
        pytest.param("prague:!be07", 39, id="without-one"),
        pytest.param("customers", 1, id="customers"),
    ),
)
def test_example_selects(example, pattern, count):
    assert len(example.select(pattern)) == count


def test_example_shows_several_ways_to_log_on(example):
    back_end, standalone, customer = (example.settings(name) for name in ("be49", "sa01", "sbs-bakery"))
    assert (back_end.scheme, back_end.port, back_end.site) == (Scheme.HTTPS, 443, 3)
    assert back_end.password is not None
    assert back_end.password.kind is SecretKind.ENV
    assert (standalone.transport, standalone.password) == (Transport.KERBEROS, None)
    assert customer.password is not None
    assert customer.password.kind is SecretKind.KEYRING
    assert example.settings("be50").shell is False


def test_ten_thousand_hosts(write):
    lines = ["all:", "  vars: {user: u, password: {env: P}}", "  children:", "    backends:", "      hosts:"]
    for number in range(10_000):
        lines += [
            f"        be{number:05}:",
            f"          address: 10.1.{number // 256}.{number % 256}",
            "          role: back-end",
            f"          organization: org{number % 7}",
        ]
    lines += ["    critical: {hosts: {be09999: , be00042: }}"]
    inventory = load_inventory(write("\n".join(lines)))
    everything = inventory.select("backends")
    assert everything == tuple(f"be{number:05}" for number in range(10_000))
    assert inventory.select("be*:&critical") == ("be00042", "be09999")
    assert len(inventory.select("backends:!be0[0-4]*")) == 5_000
    settings = inventory.settings("be09999")
    assert (settings.address, settings.organization) == ("10.1.39.15", "org3")
    assert settings.groups == ("backends", "critical")
    assert settings.source == "inv.yml:40002"


@pytest.mark.parametrize("enabled", (True, False))
def test_garbage_collector_is_left_as_it_was(load, monkeypatch, enabled):
    calls = []
    monkeypatch.setattr(gc, "isenabled", lambda: enabled)
    monkeypatch.setattr(gc, "disable", lambda: calls.append("disable"))
    monkeypatch.setattr(gc, "enable", lambda: calls.append("enable"))
    with pytest.raises(InventoryError):
        load("[]")
    assert calls == (["disable", "enable"] if enabled else ["disable"])
