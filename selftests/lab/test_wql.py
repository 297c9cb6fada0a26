from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exgate.lab.cim import Instance
from exgate.lab.faults import Fault
from exgate.lab.wql import parse_wql

INSTANCE = Instance(
    "Thing",
    "root/x",
    {
        "Name": r"W3SVC/1/ROOT/it's",
        "Path": r"C:\x",
        "Flags": 6,
        "On": True,
        "Nothing": None,
        "When": datetime(2026, 1, 2, tzinfo=UTC),
    },
)


@pytest.mark.parametrize(
    ("where", "expected"),
    (
        pytest.param(r"Name='w3svc/1/root/IT\'S'", True, id="string-without-case"),
        pytest.param('Name="W3SVC/1/ROOT/it\'s"', True, id="double-quotes"),
        pytest.param(r"Path='c:\\X'", True, id="escaped-backslash"),
        pytest.param("name <> 'x'", True, id="not-equal"),
        pytest.param("name != 'x'", True, id="not-equal-the-other-way"),
        pytest.param("Flags=6", True, id="number"),
        pytest.param("Flags='6'", True, id="number-in-quotes"),
        pytest.param("Flags >= 7", False, id="at-least"),
        pytest.param("Flags <= 6", True, id="at-most"),
        pytest.param("Flags < 6", False, id="below"),
        pytest.param("Flags > 5", True, id="above"),
        pytest.param("On=TRUE", True, id="true"),
        pytest.param("On = false", False, id="false"),
        pytest.param("Nothing = NULL", True, id="null"),
        pytest.param("Nothing IS NULL", True, id="is-null"),
        pytest.param("Name IS NOT NULL", True, id="is-not-null"),
        pytest.param("Nothing = 'x'", False, id="null-equals-nothing"),
        pytest.param("Name LIKE 'w3svc/%/ROOT/_t_s'", True, id="like"),
        pytest.param("Name LIKE 'w3svc'", False, id="like-matches-the-whole"),
        pytest.param("Name LIKE '[v-x]3%'", True, id="like-set"),
        pytest.param("Flags=1 OR Flags=6 AND On=TRUE", True, id="and-binds-tighter"),
        pytest.param("(Flags=6 OR Flags=1) AND On=FALSE", False, id="parentheses"),
        pytest.param("NOT Flags=1 AND NOT (On=FALSE)", True, id="not"),
        pytest.param("When >= '20260102000000.000000+000'", True, id="datetime"),
        pytest.param("When < '20260102013000.000000+060'", True, id="datetime-with-offset"),
        pytest.param("When > '20260102003000.000000-000'", False, id="datetime-later"),
    ),
)
def test_conditions(where, expected):
    query = parse_wql(f"select * from Thing where {where}")  # noqa: S608 - WQL of our own
    assert query.condition(INSTANCE) is expected


@pytest.mark.parametrize(
    ("text", "class_name", "columns"),
    (
        pytest.param("SELECT * FROM Win32_Service", "Win32_Service", None, id="star"),
        pytest.param("select Name , State\n from  X", "X", ("Name", "State"), id="columns"),
    ),
)
def test_queries(text, class_name, columns):
    query = parse_wql(text)
    assert (query.class_name, query.columns) == (class_name, columns)


def test_equalities_and_names_are_kept():
    query = parse_wql("select * from X where Address='a' or ADDRESS='b' and Timeout > 3")
    assert query.equalities == (("address", "a"), ("address", "b"))
    assert query.names == ("Address", "ADDRESS", "Timeout")


@pytest.mark.parametrize(
    ("text", "why"),
    (
        pytest.param("", "It ends too early.", id="empty"),
        pytest.param("delete from X", "SELECT is expected.", id="no-select"),
        pytest.param("select * X", "FROM is expected.", id="no-from"),
        pytest.param("select , from X", "A name is expected, not ','.", id="no-column"),
        pytest.param("select * from X where a", "It ends too early.", id="no-operator"),
        pytest.param("select * from X where a b 1", "'b' is no operator.", id="bad-operator"),
        pytest.param("select * from X where a=b", "'b' is no literal.", id="bad-literal"),
        pytest.param("select * from X where (a=1", "A closing parenthesis is missing.", id="open-parenthesis"),
        pytest.param("select * from X where a=1 b", "Unexpected 'b'.", id="rest"),
        pytest.param("select * from X where a='x", 'Unexpected "\'x".', id="open-string"),
    ),
)
def test_invalid_queries(text, why):
    with pytest.raises(Fault) as caught:
        parse_wql(text)
    assert caught.value.detail.provider_text == f"The WQL query is invalid. {why} "


@pytest.mark.parametrize(
    ("where", "why"),
    (
        pytest.param("Flags='x'", "'x' does not fit the property's type.", id="text-for-a-number"),
        pytest.param("When='x'", "'x' is no DMTF datetime.", id="text-for-a-datetime"),
    ),
)
def test_literals_that_do_not_fit(where, why):
    condition = parse_wql(f"select * from Thing where {where}").condition  # noqa: S608 - WQL of our own
    with pytest.raises(Fault) as caught:
        condition(INSTANCE)
    assert caught.value.detail.provider_text == f"The WQL query is invalid. {why} "
