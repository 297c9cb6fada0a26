"""Facts in little room."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.named import NamedFact
from exgate.reports.packed_facts import PackedFacts
from exgate.reports.results import HostRecord
from exgate.reports.results_file import encode

from .made import results

TEXT = st.text(st.characters(exclude_categories=()))
FACTS = st.lists(
    st.builds(NamedFact, TEXT, TEXT, TEXT, volatile=st.booleans())
    | st.builds(NamedFact, TEXT, st.none(), unknown=TEXT, volatile=st.booleans())
)
HOST = HostRecord(name="be01", role="back-end", organization=None, groups=())


@given(FACTS)
def test_what_is_packed_comes_out_again(facts):
    packed = PackedFacts(facts)
    assert (list(packed), len(packed), packed == tuple(facts)) == (facts, len(facts), True)
    assert packed[:1] == tuple(facts[:1])


@given(FACTS, st.sampled_from(("be01", '"facts": []', '\\"facts\\": []')))
def test_a_file_is_the_same_with_packed_facts(facts, name):
    host = replace(HOST, name=name, facts=tuple(facts))
    plain, packed = (
        encode(replace(results(), hosts=(each,))) for each in (host, replace(host, facts=PackedFacts(facts)))
    )
    assert plain == packed
    assert len(json.loads(plain)["hosts"][0]["facts"]) == len(facts)


@pytest.mark.parametrize("other", (None, "facts", [NamedFact("a", "b")]))
def test_they_are_like_nothing_else(other):
    assert PackedFacts([NamedFact("a", "b")]) != other
