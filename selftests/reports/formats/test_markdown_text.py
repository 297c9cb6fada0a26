"""Foreign text in Markdown."""

import pytest

from exgate.reports.formats.markdown_text import code, fenced, words


@pytest.mark.parametrize(
    ("text", "shown"),
    (
        pytest.param("be01: SSL is on", "be01: SSL is on", id="words-and-a-colon"),
        pytest.param("a<b>", "a&#60;b&#62;", id="markup"),
        pytest.param("a|b", "a&#124;b", id="bar"),
        pytest.param("@team", "&#64;<!-- -->team", id="mention"),
        pytest.param("#123", "&#35;123", id="reference"),
        pytest.param("http://x", "http&#58;<!-- -->//x", id="link"),
        pytest.param("WWW.x", "WWW&#46;<!-- -->x", id="link-without-scheme"),
        pytest.param("one\ntwo\x00\u202e", "one two\ufffd\ufffd", id="one-line"),
        pytest.param("a" * 21, "a" * 20 + "…", id="too-long"),
        pytest.param("<" * 21, "&#60;" * 20 + "…", id="too-long-as-it-is-shown"),
    ),
)
def test_code(text, shown):
    assert code(text, 20) == f"<code>{shown}</code>"


@pytest.mark.parametrize(
    ("text", "shown"),
    (
        pytest.param("nothing new; 2 known", "nothing new; 2 known", id="words"),
        pytest.param("incomplete: stopped", "incomplete: stopped", id="colon"),
        pytest.param("- list", "<code>- list</code>", id="mark-at-the-begin"),
        pytest.param("a.b", "<code>a.b</code>", id="address"),
        pytest.param("a:b", "<code>a&#58;<!-- -->b</code>", id="colon-without-space"),
        pytest.param("a" * 21, f"<code>{'a' * 20}…</code>", id="too-long"),
        pytest.param("", "<code></code>", id="nothing"),
    ),
)
def test_words(text, shown):
    assert words(text, 20) == shown


@pytest.mark.parametrize(
    ("text", "block"),
    (
        pytest.param("a\nb", "```text\na\nb\n```", id="lines"),
        pytest.param("a\n```\n<b>", "````text\na\n```\n<b>\n````", id="fence-inside"),
        pytest.param("a\x1b", "```text\na\ufffd\n```", id="control"),
    ),
)
def test_fenced(text, block):
    assert fenced(text) == block
