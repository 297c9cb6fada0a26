"""host.yml: every variable, and every error with its line."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.inventory import DeclaredHost, HostFile, InventoryError, Role, host_file_text, read_host_file

BE01 = DeclaredHost(name="be01", role=Role.BACK_END)
KNOWN = (
    "known are role, organization, site, groups, front_ends, collected, computer_name, dns_names, addresses, "
    "own_name_resolves_to, iis_admin_started, utc_offset, date_format"
)
A_TIME = "expected a time with its offset, 2026-11-25T10:00:00Z"
AN_OFFSET = 'expected hours and minutes, "+01:00"'


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read a text as host.yml of be01."""
    monkeypatch.chdir(tmp_path)

    def read_text(text, declared=None):
        Path("host.yml").write_text(text, encoding="utf-8")
        return read_host_file(Path("host.yml"), "be01", declared)

    return read_text


def test_the_role_alone(read):
    assert read("role: back-end\n") == HostFile(declared=BE01)


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        pytest.param("organization: Example", {"organization": "Example"}, id="organization"),
        pytest.param("site: 3", {"site": 3}, id="site"),
        pytest.param("site: '3'", {"site": 3}, id="site-in-quotes"),
        pytest.param("groups: [backends, berlin]", {"groups": ("backends", "berlin")}, id="groups"),
        pytest.param("groups: backends", {"groups": ("backends",)}, id="one-group"),
        pytest.param("groups:", {}, id="no-groups"),
    ),
)
def test_what_is_declared(read, line, expected):
    given_values = {"name": "be01", "role": Role.STANDALONE} | expected
    assert read(f"role: Standalone\n{line}\n") == HostFile(declared=DeclaredHost(**given_values))


@pytest.mark.parametrize(
    ("line", "name", "value"),
    (
        pytest.param("front_ends: [fe01, fe02]", "front_ends", ("fe01", "fe02"), id="front-ends"),
        pytest.param("front_ends: fe01", "front_ends", ("fe01",), id="one-front-end"),
        pytest.param("front_ends: []", "front_ends", (), id="no-front-end"),
        pytest.param("front_ends:", "front_ends", None, id="front-ends-not-said"),
        pytest.param("collected: 2026-11-25T10:00:00Z", "collected", datetime(2026, 11, 25, 10, tzinfo=UTC), id="utc"),
        pytest.param(
            "collected: 2026-11-25 10:00+01:00", "collected", datetime(2026, 11, 25, 9, tzinfo=UTC), id="with-offset"
        ),
        pytest.param(
            "collected: '2026-11-25T10:00:00Z'", "collected", datetime(2026, 11, 25, 10, tzinfo=UTC), id="text"
        ),
        pytest.param("computer_name: BE01", "computer_name", "BE01", id="computer-name"),
        pytest.param("computer_name: '2003'", "computer_name", "2003", id="computer-name-of-digits"),
        pytest.param("dns_names: [be01, be01.example]", "dns_names", ("be01", "be01.example"), id="dns-names"),
        pytest.param("dns_names: be01.example", "dns_names", ("be01.example",), id="one-dns-name"),
        pytest.param("addresses: 10.0.0.5", "addresses", (IPv4Address("10.0.0.5"),), id="one-address"),
        pytest.param(
            "addresses: [10.0.0.5, ' 10.0.0.6']",
            "addresses",
            (IPv4Address("10.0.0.5"), IPv4Address("10.0.0.6")),
            id="addresses",
        ),
        pytest.param(
            "own_name_resolves_to: 10.0.0.5", "own_name_resolves_to", (IPv4Address("10.0.0.5"),), id="resolves-to"
        ),
        pytest.param(
            "iis_admin_started: 2026-03-02T04:30:12Z",
            "iis_admin_started",
            datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC),
            id="started",
        ),
        pytest.param("utc_offset: +01:00", "utc_offset", timedelta(hours=1), id="east"),
        pytest.param("utc_offset: '-3:30'", "utc_offset", timedelta(hours=-3, minutes=-30), id="west"),
        pytest.param("utc_offset: '+14:00'", "utc_offset", timedelta(hours=14), id="the-farthest-east"),
        pytest.param("date_format: '%d/%m/%Y %H:%M:%S'", "date_format", "%d/%m/%Y %H:%M:%S", id="date-format"),
    ),
)
def test_what_is_said_beside(read, line, name, value):
    assert read(f"role: back-end\n{line}\n") == HostFile(declared=BE01, **{name: value})


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("", "host.yml:1: the file is empty; expected a mapping of groups", id="empty"),
        pytest.param(
            "back-end\n", "host.yml:1: it holds a text; expected variables, for example role: back-end", id="a-text"
        ),
        pytest.param(
            "- role\n", "host.yml:1: it holds a list; expected variables, for example role: back-end", id="a-list"
        ),
        pytest.param(
            "[a]: b\n", "host.yml:1: a key is a list; expected a text; expected variables, for example role: back-end", id="a-list-as-key"
        ),
        pytest.param("role: [\n", "host.yml:2: not valid YAML:", id="no-yaml"),
        pytest.param("role: back-end\nrole: sbs\n", "host.yml:2: ", id="twice"),
        pytest.param("site: 1\n", "host.yml:1: host be01: role is not set; set it to one of back-end, standalone, sbs, front-end", id="no-role"),
        pytest.param(
            "\nrole: backend\n", 'host.yml:2: host be01: role "backend" is not one of back-end, standalone, sbs, front-end', id="other-role"
        ),
        pytest.param("role: sbs\nfrontends: []\n", 'host.yml:2: host be01: variable "frontends" is not known; did you mean front_ends?', id="misspelt"),
        pytest.param("role: sbs\nfront-ends: []\n", 'host.yml:2: host be01: variable "front-ends" is not known; did you mean front_ends?', id="hyphen"),
        pytest.param("role: sbs\npassword: geheim\n", f'host.yml:2: host be01: variable "password" is not known; {KNOWN}', id="password"),
        pytest.param("role: sbs\nsite: 0\n", "host.yml:2: host be01: site is 0; expected a whole number from 1 to 2147483647", id="site-0"),
        pytest.param("role: sbs\nsite: one\n", "host.yml:2: host be01: site is a text; expected a whole number from 1 to 2147483647", id="site-a-text"),
        pytest.param("role: sbs\norganization: 2003\n", "host.yml:2: host be01: organization is a whole number; expected a text (put it in quotes)", id="organization-a-number"),
        pytest.param("role: sbs\ngroups: {a: b}\n", "host.yml:2: host be01: groups holds a mapping; expected texts, for example [a, b]", id="groups-a-mapping"),
        pytest.param("role: sbs\nfront_ends: no\n", "host.yml:2: host be01: front_ends holds a boolean; expected texts, for example [a, b]", id="front-ends-no"),
        pytest.param("role: sbs\nfront_ends: ''\n", "host.yml:2: host be01: front_ends holds an empty text; expected texts, for example [a, b]", id="front-ends-empty"),
        pytest.param("role: sbs\nfront_ends: [~]\n", "host.yml:2: host be01: front_ends holds null; expected texts, for example [a, b]", id="front-ends-null"),
        pytest.param("role: sbs\nfront_ends:\n- fe01\n- [fe02]\n", "host.yml:4: host be01: front_ends holds a list; expected texts, for example [a, b]", id="front-ends-nested"),
        pytest.param("role: sbs\nfront_ends: ['{{ fe }}']\n", "host.yml:2: host be01: front_ends holds a Jinja template; expected texts, for example [a, b]", id="front-ends-template"),
        pytest.param("role: sbs\nfront_ends: [!vault x]\n", "host.yml:2: host be01: front_ends holds a value with the tag !vault; expected texts, for example [a, b]", id="front-ends-tag"),
        pytest.param("role: sbs\ngroups: !vault x\n", "host.yml:2: host be01: groups has the tag !vault, which is not evaluated here; set groups to the value itself", id="tag"),
        pytest.param("role: sbs\ncollected: 2026-11-25\n", f"host.yml:2: host be01: collected: {A_TIME}", id="a-date"),
        pytest.param("role: sbs\ncollected: 2026-11-25T10:00:00\n", f"host.yml:2: host be01: collected: {A_TIME}", id="no-offset"),
        pytest.param("role: sbs\ncollected: [2026-11-25T10:00:00Z]\n", f"host.yml:2: host be01: collected: {A_TIME}", id="a-list-of-times"),
        pytest.param("role: sbs\ncollected: 0001-01-01T00:00:00+10:00\n", f"host.yml:2: host be01: collected: {A_TIME}", id="before-time"),
        pytest.param("role: sbs\niis_admin_started: yesterday\n", f"host.yml:2: host be01: iis_admin_started: {A_TIME}", id="yesterday"),
        pytest.param("role: sbs\ncomputer_name: 2003\n", "host.yml:2: host be01: computer_name is a whole number; expected a text (put it in quotes)", id="computer-name-a-number"),
        pytest.param("role: sbs\ncomputer_name: ' '\n", "host.yml:2: host be01: computer_name is an empty text; give it a value or leave it out", id="computer-name-empty"),
        pytest.param("role: sbs\ndns_names: [1.5]\n", "host.yml:2: host be01: dns_names holds a decimal number; expected texts, for example [a, b]", id="dns-names-a-number"),
        pytest.param("role: sbs\naddresses: ['::1']\n", "host.yml:2: host be01: addresses holds something else than IPv4 addresses", id="ipv6"),
        pytest.param("role: sbs\naddresses: [be01]\n", "host.yml:2: host be01: addresses holds something else than IPv4 addresses", id="a-name"),
        pytest.param("role: sbs\naddresses: [10]\n", "host.yml:2: host be01: addresses holds a whole number; expected texts, for example [a, b]", id="a-number"),
        pytest.param("role: sbs\nown_name_resolves_to: 10.0.0.5/24\n", "host.yml:2: host be01: own_name_resolves_to holds something else than IPv4 addresses", id="a-network"),
        pytest.param("role: sbs\nutc_offset: 1\n", f"host.yml:2: host be01: utc_offset: {AN_OFFSET}", id="hours-alone"),
        pytest.param("role: sbs\nutc_offset: '+01:60'\n", f"host.yml:2: host be01: utc_offset: {AN_OFFSET}", id="sixty-minutes"),
        pytest.param("role: sbs\nutc_offset: '+14:01'\n", f"host.yml:2: host be01: utc_offset: {AN_OFFSET}", id="too-far"),
        pytest.param("role: sbs\nutc_offset: ٣:00\n", f"host.yml:2: host be01: utc_offset: {AN_OFFSET}", id="other-digits"),
        pytest.param("role: sbs\ndate_format: {a: b}\n", "host.yml:2: host be01: date_format is a mapping; expected a text", id="date-format-a-mapping"),
    ),
)  # fmt: skip
def test_errors(read, text, problem):
    with pytest.raises(InventoryError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith(problem) if problem.endswith((":", ": ")) else message == problem
    assert "\n" not in message


def test_an_inventory_s_word_counts(read):
    declared = DeclaredHost(name="be01", role=Role.SBS, site=2)
    assert read("site: 7\naddresses: 10.0.0.5\n", declared) == HostFile(
        declared=declared, addresses=(IPv4Address("10.0.0.5"),)
    )


def test_beside_an_inventory_the_file_may_be_missing(tmp_path):
    assert read_host_file(tmp_path / "host.yml", "be01", BE01) == HostFile(declared=BE01)


def test_without_an_inventory_it_may_not(tmp_path):
    with pytest.raises(InventoryError) as caught:
        read_host_file(tmp_path / "host.yml", "be01")
    assert str(caught.value) == f"{tmp_path / 'host.yml'}: the file does not exist"


@given(
    organization=st.none() | st.sampled_from(("Example", "2003", "yes", "a: b # c", "Müller & Söhne", "'", '"')),
    site=st.none() | st.integers(1, 999),
    groups=st.lists(st.sampled_from(("a", "1", "no", "x y", "- z")), unique=True),
    role=st.sampled_from(Role),
)
def test_what_is_written_is_read(tmp_path_factory, organization, site, groups, role):
    declared = DeclaredHost(name="h", role=role, organization=organization, site=site, groups=tuple(groups))
    path = tmp_path_factory.mktemp("host") / "host.yml"
    path.write_text(host_file_text(declared), encoding="utf-8")
    assert read_host_file(path, "h") == HostFile(declared=declared)
