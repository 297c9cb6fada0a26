"""The article's coverage: well-formed, verbatim, and without a gap."""

import pytest

from exgate.reports.docs_coverage import CoverageError, Passage, departures, normalised, passages

ARTICLE = """It happens when
you try.
•
SSL is
required.
Follow these steps:
1.
Open it.
a.
Click OK.
The end. It
is over."""
COVERAGE = (
    Passage(where="Introduction", first="It happens", last="try.", because="It introduces."),
    Passage(where="Cause", quote="SSL is required.", by=("KB817379-02",)),
    Passage(where="Steps", quote="Follow these steps: Open it. Click OK.", because="They leave no trace."),
    Passage(where="End", first="The end.", last="over.", because="It ends."),
)


def test_the_coverage_is_the_whole_article_verbatim(article):
    assert list(departures(article, passages())) == []


def test_normalised():
    assert normalised(ARTICLE) == (
        "It happens when you try. SSL is required. Follow these steps: Open it. Click OK. The end. It is over."
    )


def test_a_complete_coverage_departs_nowhere():
    assert list(departures(ARTICLE, COVERAGE)) == []


@pytest.mark.parametrize(
    ("coverage", "message"),
    (
        pytest.param(
            (COVERAGE[0], *COVERAGE[2:]),
            'Steps: the article goes on with "SSL is required. Follow these steps: Open it. Click OK. The ", '
            'the coverage with "Follow these steps: Open it. Click OK."',
            id="a-sentence-is-missing",
        ),
        pytest.param(
            (COVERAGE[0], Passage(where="Cause", quote="SSL was required.", by=("KB817379-02",))),
            'Cause: the article goes on with "SSL is required. Follow these steps: Open it. Click OK. The ", '
            'the coverage with "SSL was required."',
            id="not-verbatim",
        ),
        pytest.param(
            (Passage(where="Introduction", first="It happens", last="never.", because="It introduces."),),
            'Introduction: nowhere after "It happens" does the article say "never."',
            id="no-such-end",
        ),
        pytest.param(COVERAGE[:3], 'the coverage ends before "The end. It is over."', id="ends-early"),
    ),
)
def test_departures(coverage, message):
    assert list(departures(ARTICLE, coverage)) == [message]


@pytest.mark.parametrize(
    ("fields", "message"),
    (
        pytest.param({"by": ("X",)}, "give either a quote, or its first and last words", id="no-text"),
        pytest.param(
            {"quote": "It.", "first": "It", "last": ".", "because": "So."},
            "give either a quote, or its first and last words",
            id="both",
        ),
        pytest.param(
            {"first": "It", "because": "So."}, "give either a quote, or its first and last words", id="no-last-words"
        ),
        pytest.param(
            {"quote": "It."}, "give the requirements that judge it, or the reason why none does", id="no-reason"
        ),
        pytest.param(
            {"first": "It", "last": ".", "by": ("X",)}, "what a requirement judges must be quoted", id="not-quoted"
        ),
        pytest.param(
            {"quote": "It.", "by": ("B", "A")}, "the requirements must be in order, each once", id="not-in-order"
        ),
        pytest.param({"quote": "It.", "by": ("A", "A")}, "the requirements must be in order, each once", id="twice"),
    ),
)
def test_a_passage_that_is_not_well_formed_is_refused(fields, message):
    shown = fields.get("quote") or fields.get("first") or "?"
    with pytest.raises(CoverageError) as caught:
        Passage(where="Cause", **fields)
    assert str(caught.value) == f"Cause: {shown}: {message}"
