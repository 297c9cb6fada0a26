"""Plain text as Markdown."""

import pytest

from exgate.reports.docs_markdown import bullets, escaped, instructions, quoted, table


@pytest.mark.parametrize(
    ("text", "markdown"),
    (
        ("plain, with (parentheses) and 1.", "plain, with (parentheses) and 1."),
        ("C:\\Inetpub", "C:\\\\Inetpub"),
        ("<site>", "\\<site>"),
        ("a|b", "a\\|b"),
        ("a*b_c`d", "a\\*b\\_c\\`d"),
        ("[They]", "\\[They\\]"),
        ("two\n  lines", "two lines"),
    ),
)
def test_escaped(text, markdown):
    assert escaped(text) == markdown


def test_small_blocks():
    assert quoted("so <it> is") == "> so \\<it> is"
    assert bullets(("one", "t*o")) == "- one\n- t\\*o"
    assert table(("a", "b"), (("1", "2"), ("3", "4"))) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"


@pytest.mark.parametrize(
    ("text", "markdown"),
    (
        pytest.param("One.\nTwo.", "One.\n\nTwo.", id="paragraphs"),
        pytest.param("1. One\n2. Two", "1. One\n\n2. Two", id="steps"),
        pytest.param(
            'First:\ncscript adsutil.vbs set "w3svc/<site>" 0\nreg add HKLM\\X /f\nThen.',
            'First:\n\n```text\ncscript adsutil.vbs set "w3svc/<site>" 0\nreg add HKLM\\X /f\n```\n\nThen.',
            id="commands-together",
        ),
        pytest.param("iisreset /noforce", "```text\niisreset /noforce\n```", id="a-command-alone"),
        pytest.param("registry first", "registry first", id="a-word-that-begins-alike"),
        pytest.param("iisback.vbs /restore it", "iisback.vbs /restore it", id="prose-with-a-command"),
        pytest.param("One.\n\nTwo.\n", "One.\n\nTwo.", id="empty-lines"),
    ),
)
def test_instructions(text, markdown):
    assert instructions(text) == markdown
