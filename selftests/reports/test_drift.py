"""What became of a host's facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.named import NamedFact
from exgate.reports.drift import drift
from exgate.reports.drift_lines import MOST, drift_lines
from exgate.reports.results import Drift, DriftKind

ROOT = "metabase /LM/W3SVC/1/ROOT"
WHERE = "set on /LM/W3SVC/1/ROOT"


def known(name, value="1", where="", *, volatile=False):
    return NamedFact(name, value, where, volatile=volatile)


def unknown(name, *, volatile=False):
    return NamedFact(name, None, unknown="denied", volatile=volatile)


def key(name="Exchange"):
    return known(f"{ROOT}/{name} KeyType", "IIsWebVirtualDir")


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    (
        pytest.param([known("a")], [known("a")], [], id="the-same"),
        pytest.param(
            [known(f"{ROOT}/Exchange AccessSSLFlags", "0", "not set, the schema's default")],
            [known(f"{ROOT}/Exchange AccessSSLFlags", "8 (AccessSSL)", WHERE)],
            [f"changed: be01: {ROOT}/Exchange AccessSSLFlags: 0 -> 8 (AccessSSL), {WHERE}"],
            id="changed",
        ),
        pytest.param([known("a", "x", "here")], [known("a", "x", "there")], [], id="set-elsewhere"),
        pytest.param([known("a", "")], [known("a", "x")], ['changed: be01: a: "" -> x'], id="from-empty"),
        pytest.param([known("a", "x")], [known("a", "")], ['changed: be01: a: x -> ""'], id="to-empty"),
        pytest.param([known("a", "1", volatile=True)], [known("a", "2", volatile=True)], [], id="volatile"),
        pytest.param([known("a")], [known("a", "2", volatile=True)], [], id="volatile-now"),
        pytest.param([], [known("a", volatile=True)], [], id="volatile-comes"),
        pytest.param([known("a", volatile=True)], [], [], id="volatile-goes"),
        pytest.param([], [known("service X", "Running")], ["appeared: be01: service X: Running"], id="appeared"),
        pytest.param([], [known("a", "8", "set on b")], ["appeared: be01: a: 8, set on b"], id="appeared-where"),
        pytest.param([known("service X", "Running")], [], ["disappeared: be01: service X: Running"], id="disappeared"),
        pytest.param([known("a")], [unknown("a")], ["not seen: be01: a: denied (1 fact)"], id="not-seen"),
        pytest.param([unknown("a")], [known("a")], ["seen now: be01: a: not seen before: denied (1 fact)"], id="seen-now"),
        pytest.param([unknown("a")], [unknown("a")], [], id="never-seen"),
        pytest.param([unknown("a")], [], [], id="unknown-goes"),
        pytest.param([], [unknown("a")], [], id="unknown-comes"),
        pytest.param([known("a")], [unknown("a", volatile=True)], [], id="not-asked"),
        pytest.param(
            [known("wire GET"), known("wire PROPFIND"), known("other")],
            [unknown("wire"), known("other")],
            ["not seen: be01: wire: denied (2 facts)"],
            id="a-group-not-seen",
        ),
        pytest.param(
            [unknown("wire")],
            [known("wire GET"), known("wire PROPFIND")],
            ["seen now: be01: wire: not seen before: denied (2 facts)"],
            id="a-group-seen-now",
        ),
        pytest.param(
            [known("registry K"), known("registry K V"), known("registry K\\Sub V")],
            [unknown("registry K"), known("registry K\\Sub V")],
            ["not seen: be01: registry K: denied (2 facts)"],
            id="a-key-of-the-registry-not-seen",
        ),
        pytest.param(
            [known("registry K"), known("registry K V")], [unknown("registry K", volatile=True)], [], id="a-key-not-asked"
        ),
        pytest.param(
            [known("wire GET")],
            [unknown("wire GET"), unknown("wire")],
            ["not seen: be01: wire: denied (1 fact)"],
            id="the-widest-reason",
        ),
        pytest.param([known("wireless")], [unknown("wire")], ["disappeared: be01: wireless: 1"], id="whole-words"),
        pytest.param(
            [],
            [key(), known(f"{ROOT}/Exchange AuthFlags"), known(f"{ROOT}/Exchange Path")],
            [f"appeared: be01: {ROOT}/Exchange, with 2 properties that were read"],
            id="a-vdir-appears",
        ),
        pytest.param(
            [key(), known(f"{ROOT}/Exchange AuthFlags"), key("Exchange Old")],
            [],
            [
                f"disappeared: be01: {ROOT}/Exchange, with 1 property that was read",
                f"disappeared: be01: {ROOT}/Exchange Old KeyType: IIsWebVirtualDir",
            ],
            id="two-vdirs-disappear",
        ),
        pytest.param(
            [key("exchange-oma")],
            [key("exchange-oma"), known(f"{ROOT}/exchange-oma AuthFlags")],
            [],
            id="a-key-that-matters-now",
        ),
        pytest.param(
            [key("exchange-oma"), known(f"{ROOT}/exchange-oma AuthFlags")],
            [key("exchange-oma")],
            [],
            id="a-key-that-no-longer-matters",
        ),
        pytest.param(
            [key("a"), key("z")],
            [key("a"), unknown("metabase")],
            ["not seen: be01: metabase: denied (1 fact)"],
            id="a-list-that-was-cut",
        ),
        pytest.param(
            [known("a", "x" * 500 + "old" + "y" * 500)],
            [known("a", "x" * 500 + "new" + "y" * 500)],
            [f"changed: be01: a: ...{'x' * 20}old{'y' * 137}... -> ...{'x' * 20}new{'y' * 137}..."],
            id="long-values-where-they-differ",
        ),
        pytest.param([known("a", "x" * 500)], [], [f"disappeared: be01: a: {'x' * 160}..."], id="a-long-value"),
        pytest.param(
            [known("a", "<script>")],
            [known("a", "\x1b[31m\u202ered\nline")],
            ["changed: be01: a: <script> -> \ufffd[31m\ufffdred line"],
            id="hostile-values",
        ),
    ),
)  # fmt: skip
def test_drift(before, now, lines):
    assert list(drift_lines(drift("be01", before, now))) == lines


NAMES = st.sampled_from(
    ("wire", "wire GET", "metabase", f"{ROOT}/a KeyType", f"{ROOT}/a Path", "registry K", "registry K V")
)
ROWS = st.lists(
    st.builds(lambda name, value, volatile: known(name, value, volatile=volatile) if value else unknown(name), NAMES, st.sampled_from(("", "1", "2")), st.booleans()),
    unique_by=lambda row: row.name,
)  # fmt: skip


@given(ROWS)
def test_a_host_that_stays_as_it_is_has_no_drift(rows):
    assert drift("be01", rows, rows) == ()


@given(ROWS, ROWS)
def test_nothing_that_one_run_did_not_see_is_called_changed_or_gone(before, now):
    values = [{row.name: row.value for row in rows} for rows in (before, now)]
    for each in drift("be01", before, now):
        old, new = (side.get(each.name) for side in values)
        match each.kind:
            case DriftKind.CHANGED:
                assert (each.old, each.new) == (old, new)
                assert old is not None
                assert new is not None
                assert old != new
            case DriftKind.APPEARED:
                assert (old, each.new) == (None, new)
                assert each.name not in values[0]
            case DriftKind.DISAPPEARED:
                assert (each.old, new) == (old, None)
                assert each.name not in values[1]


def test_lines_of_one_host_are_bounded():
    before, now = ([known(f"a{number}", value) for number in range(MOST + 3)] for value in "12")
    lines = list(drift_lines(drift("be01", before, now)))
    assert len(lines) == MOST + 1
    assert lines[-1] == "changed: be01: 3 more, see drift in the results file"


@pytest.mark.parametrize(
    ("hosts", "line"),
    (
        pytest.param(("be01", "be02"), "not seen: be01, be02: wire: denied (4 facts)", id="few"),
        pytest.param(("a", "b", "c", "d"), "not seen: 4 hosts: wire: denied (8 facts)", id="many"),
    ),
)
def test_what_several_hosts_hide_for_one_reason_has_one_line(hosts, line):
    alike = [Drift(host=host, kind=DriftKind.NOT_SEEN, name="wire", reason="denied", facts=2) for host in hosts]
    assert list(drift_lines(alike)) == [line]
