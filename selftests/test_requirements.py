"""The record: refused when it is incomplete, and filled with a host's own values."""

import importlib.util
from dataclasses import fields
from pathlib import Path

import pytest

from exgate.facts.role import ALL_ROLES, Role
from exgate.inventory import Role as DeclaredRole
from exgate.requirements import Requirement, Severity, event, http_status, requirement, user_sees

PROJECT = Path(__file__).parent.parent
COMPLETE = {
    "title": "It is so",
    "severity": Severity.HIGH,
    "roles": ALL_ROLES,
    "passage": "It must be so.",
    "symptoms": (event("MSExchangeOMA", 1805, "403"),),
    "fix": "set {mobile_vdir} of {host}",
    "rollback": "unset {mobile_vdir}",
    "risk": "none",
    "references": ("KB 817379",),
}


def declare(**record):
    def test_something():
        """Because."""

    return requirement("KB817379-99", **COMPLETE | record)(test_something)


@pytest.mark.parametrize("field", tuple(COMPLETE))
def test_an_incomplete_record_is_refused(field):
    empty = () if isinstance(COMPLETE[field], tuple) else ""
    with pytest.raises(ValueError, match=rf"^requirement KB817379-99 is incomplete: {field}$"):
        declare(**{field: empty})


def test_a_test_without_a_docstring_is_refused():
    with pytest.raises(ValueError, match=r"^requirement KB817379-99 is incomplete: why$"):
        requirement("KB817379-99", **COMPLETE)(lambda: None)


@pytest.mark.parametrize("field", ("fix", "fix_secondary", "rollback", "risk"))
def test_an_unknown_placeholder_is_refused(field):
    with pytest.raises(ValueError, match=r"^requirement KB817379-99 has unknown placeholders: moon$"):
        declare(**{field: "{moon} of {host}"})


def test_fill_leaves_visible_what_is_not_known():
    record = Requirement(id="X", why="w", **COMPLETE)
    assert record.fill(record.fix, {"host": "be01"}) == "set <mobile vdir> of be01"


@pytest.mark.parametrize(
    ("symptom", "text"),
    (
        (event("Server ActiveSync", 3029), "event 3029, source Server ActiveSync"),
        (event("MSExchangeOMA", 1507, "440"), 'event 1507, source MSExchangeOMA, containing "440"'),
        (http_status("403.4"), "HTTP 403.4"),
        (user_sees("Try again."), 'the user sees "Try again."'),
    ),
)
def test_symptoms(symptom, text):
    assert str(symptom) == text


def test_the_inventorys_roles_are_the_facts_roles():
    assert [role.value for role in DeclaredRole] == [role.value for role in Role]


@pytest.mark.parametrize(("wire", "marks"), ((False, 0), (True, 1)))
def test_the_wire_is_a_marker(wire, marks):
    test = declare(wire=wire)
    assert [mark.name for mark in test.pytestmark].count("wire") == marks


def test_json_is_the_whole_record_with_its_placeholders():
    record = Requirement(id="KB817379-99", why="Because.", wire=True, **COMPLETE)
    assert record.to_json() == {
        "id": "KB817379-99",
        "title": "It is so",
        "severity": "high",
        "roles": ["back-end", "standalone", "sbs", "front-end"],
        "passage": "It must be so.",
        "symptoms": ['event 1805, source MSExchangeOMA, containing "403"'],
        "why": "Because.",
        "fix": "set {mobile_vdir} of {host}",
        "fix_secondary": "",
        "rollback": "unset {mobile_vdir}",
        "risk": "none",
        "references": ["KB 817379"],
        "wire": True,
    }


def test_json_has_every_field():
    record = Requirement(id="KB817379-99", why="Because.", **COMPLETE)
    assert sorted(record.to_json()) == sorted(field.name for field in fields(Requirement))


def records():
    """Give the records of tests/ by id."""
    found = {}
    for path in sorted((PROJECT / "tests").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "requirement":
                    found[mark.args[0].id] = mark.args[0]
    return found


RECORDS = records()


def test_the_catalogue():
    severities = {
        "critical": ("01", "02", "03", "04", "05", "11", "12", "15", "21", "51", "61", "62"),
        "high": ("06", "07", "13", "14", "16", "17", "31", "41", "42", "52", "53", "63", "64"),
        "medium": ("18",),
    }
    assert {identifier: record.severity.value for identifier, record in RECORDS.items()} == {
        f"KB817379-{number}": severity for severity, ids in severities.items() for number in ids
    }


def test_what_touches_the_wire():
    assert sorted(identifier for identifier, record in RECORDS.items() if record.wire) == [
        f"KB817379-{number}" for number in ("53", "61", "62", "63", "64")
    ]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_fix_of_the_registry_begins_with_its_backup(record):
    """KB 322756, which the article asks for; what deletes values by a placeholder counts too."""
    for fix in filter(None, (record.fix, record.fix_secondary)):
        changes = [fix.find(words) for words in ("reg add", "reg delete", "{delete_values}", "{near_miss}")]
        first = min((place for place in changes if place >= 0), default=None)
        assert first is None or 0 <= fix.find("reg export") < first


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_change_of_the_registry_or_the_metabase_comes_into_effect(record):
    for fix in filter(None, (record.fix, record.fix_secondary)):
        if "reg add" in fix or "adsutil.vbs set" in fix:
            assert "Restart the IIS Admin service" in fix
