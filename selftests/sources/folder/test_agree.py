"""One fact from several sources."""

import pytest

from exgate.facts.unknown import Unknown
from exgate.sources.folder.sources import Shown, agree

NOBODY = Unknown("no file shows it", "save it")
DAMAGED = Unknown("a.txt is damaged", "make it anew")
CUT = Unknown("b.txt is cut off", "make it anew")


@pytest.mark.parametrize(
    ("shown", "fact"),
    (
        pytest.param((), NOBODY, id="no-source"),
        pytest.param((("a", "one"),), "one", id="one"),
        pytest.param((("a", "one"), ("b", "ONE")), "one", id="equal-ones-the-first-is-given"),
        pytest.param((("a", "one"), ("b", "one"), ("c", "one")), "one", id="three"),
        pytest.param((("a", DAMAGED),), DAMAGED, id="unknown"),
        pytest.param((("a", DAMAGED), ("b", CUT)), DAMAGED, id="all-unknown-the-first-reason-is-given"),
        pytest.param((("a", DAMAGED), ("b", "one")), "one", id="an-unknown-one-hides-nothing"),
        pytest.param(
            (("a", "one"), ("b", "two")),
            Unknown("a and b do not show the same number", "remove what is out of date"),
            id="contradiction",
        ),
        pytest.param(
            (("a", "one"), ("b", "one"), ("c", DAMAGED), ("d", "two")),
            Unknown("a and d do not show the same number", "remove what is out of date"),
            id="contradiction-among-several",
        ),
    ),
)
def test_agree(shown, fact):
    assert agree("number", [Shown(*each) for each in shown], str.lower, NOBODY) == fact
