"""The order of the fixes."""

import re
from pathlib import Path

import pytest

from exgate.reports.fix_order import BEFORE_RESTART, ORDER, causes, is_before_restart, place_of, position
from exgate.requirements import ID_PREFIX

TESTS = Path(__file__).parents[2] / "tests"
CATALOGUE = sorted(
    identifier
    for path in TESTS.glob("test_*.py")
    for identifier in re.findall(
        rf'^@requirement\(\n    "{ID_PREFIX}(\d+)",$', path.read_text(encoding="utf-8"), re.MULTILINE
    )
)


def test_every_requirement_of_the_catalogue_has_one_place():
    assert sorted(place.number for place in ORDER) == CATALOGUE
    assert len(CATALOGUE) == 26


@pytest.mark.parametrize("place", ORDER, ids=lambda place: place.number)
def test_what_takes_a_finding_away_comes_before_it(place):
    numbers = [each.number for each in ORDER]
    assert set(place.follows) <= set(numbers[: numbers.index(place.number)])
    assert len(set(place.follows)) == len(place.follows)
    assert place.where
    assert place.because
    assert not place.because.endswith(".")


@pytest.mark.parametrize(
    ("first", "then"),
    (
        pytest.param("03", "16", id="before-you-begin-then-the-copy"),
        pytest.param("13", "14", id="copy-then-authentication"),
        pytest.param("14", "15", id="step-12-then-13"),
        pytest.param("15", "02", id="step-14-then-15"),
        pytest.param("02", "11", id="step-15-then-17"),
        pytest.param("11", "12", id="step-20-then-21"),
        pytest.param("12", "53", id="step-21-then-23"),
        pytest.param("53", "61", id="the-restart-then-the-wire"),
        pytest.param("17", "03", id="the-method-then-its-steps"),
        pytest.param("21", "03", id="the-wizard-then-steps-by-hand"),
        pytest.param("64", "99", id="what-has-no-place-comes-last"),
    ),
)
def test_order(first, then):
    assert position(f"{ID_PREFIX}{first}") < position(f"{ID_PREFIX}{then}")


@pytest.mark.parametrize(
    ("number", "others", "found"),
    (
        pytest.param("61", ("02", "63"), ["02"], id="the-wire-shows-ssl"),
        pytest.param("62", ("61", "02", "15"), ["15", "02", "61"], id="in-order"),
        pytest.param("02", ("61",), [], id="not-the-other-way-round"),
        pytest.param("02", ("02",), [], id="not-itself"),
        pytest.param("99", ("02",), [], id="no-place"),
        pytest.param("02", ("99",), [], id="nor-the-other"),
    ),
)
def test_causes(number, others, found):
    given = [f"{ID_PREFIX}{each}" for each in others]
    assert causes(f"{ID_PREFIX}{number}", given) == [f"{ID_PREFIX}{each}" for each in found]


def test_the_restart_comes_before_what_is_seen_on_the_wire():
    before = [number for number in CATALOGUE if is_before_restart(f"{ID_PREFIX}{number}")]
    assert sorted(set(CATALOGUE) - set(before)) == ["61", "62", "63", "64"]
    assert len(before) == len(BEFORE_RESTART)
    assert not is_before_restart(f"{ID_PREFIX}99")
    assert place_of(f"{ID_PREFIX}99") is None
