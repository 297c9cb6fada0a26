"""The page opens from a file, without a complaint and without a request, whatever the results hold.

The fixture fails a test whose page writes to the console, raises an error or asks for anything but its own file.
"""

from dataclasses import replace

import pytest

from exgate.reports.page.render import render

from .kinds import HOSTILE, KINDS, LONG, hostile, interrupted, own_tests, trend

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace("\ud800", "\\ud800")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_it_opens_and_does_not_scroll_sideways(open_page, lab_run, kind):
    page = open_page(kind(lab_run), trend(lab_run))
    assert page.locator("#loading").is_hidden()
    assert page.evaluate(WIDER) == 0
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate(WIDER) == 0
    page.evaluate(
        "document.querySelectorAll('details:not(.finding), details.finding:first-of-type').forEach((each) => { each.open = true; })"
    )
    assert page.evaluate(WIDER) == 0
    page.locator("td.cell").first.click()
    assert page.evaluate(WIDER) == 0
    assert page.locator("#dialog").evaluate("each => each.scrollWidth - each.clientWidth") == 0


def test_the_matrix_names_every_host_and_letter(lab_page, lab_run):
    assert sorted(lab_page.locator("#matrix tbody th.host bdi").all_inner_texts()) == sorted(
        each.name for each in lab_run.hosts
    )
    letters = "".join(lab_page.locator("#matrix td.cell").all_inner_texts())
    words = dict(zip("F?!.sw", ("fail", "unknown", "unreachable", "pass", "not applicable", "waived"), strict=True))
    assert {word: letters.count(letter) for letter, word in words.items()} == lab_run.summary


def test_the_worst_come_first_in_their_group(lab_page):
    names = lab_page.locator("#matrix tbody th.host bdi").all_inner_texts()
    assert names.index("drift-03-forms-based-authentication") < names.index("dead01") < names.index("be01")
    assert lab_page.locator("tr.group").first.inner_text().startswith("Lab \u00b7 back-end 5 hosts, 4 with a finding; ")


def test_columns_stand_below_their_part(lab_page):
    parts = lab_page.locator("thead th.part")
    assert [each[:2] for each in parts.all_inner_texts()] == ["A.", "B.", "C.", "D.", "E."]
    assert parts.first.get_attribute("title").startswith("A. The virtual directory that ActiveSync and OMA log on to:")
    assert sum(int(each.get_attribute("colspan")) for each in parts.all()) == 26
    ssl = lab_page.get_by_role(
        "columnheader",
        name="KB817379-02: The virtual directory that ActiveSync and OMA use does not require SSL (critical)",
    )
    assert ssl.inner_text() == "02"


def test_what_has_no_verdict_does_not_look_like_a_pass(open_page, lab_run):
    page = open_page(interrupted(lab_run))
    left = page.locator("td.none")
    assert set(left.all_inner_texts()) == {"-"}
    assert left.count() == 82
    assert left.first.get_attribute("aria-label").startswith("no verdict: ")
    assert page.locator("td.none").first.evaluate("e => getComputedStyle(e).borderTopStyle") == "dotted"
    assert page.locator("#shown").inner_text() == "10 of 10 hosts, 178 verdicts, 82 missing."
    assert page.locator("th.host small:not(.tally)").all_inner_texts() == ["not asked", "not asked"]
    assert (
        "The run was interrupted: it is incomplete. 82 selected verdicts are missing"
        in page.locator(".warnings").inner_text()
    )


def test_own_tests_have_columns_of_their_own(open_page, lab_run):
    page = open_page(own_tests(lab_run))
    assert page.locator("th.part").last.get_attribute("title") == "Own tests: what they could not see"
    assert page.locator("#matrix thead tr").last.locator("th").last.inner_text() == "T1"
    assert page.locator("td.nothing").count() == 8
    assert page.locator("h3").all_inner_texts()[-1] == "Own tests (2)"


def test_hosts_without_a_verdict_are_rows_where_only_own_tests_ran(open_page, lab_run):
    only = own_tests(lab_run)
    own = tuple(each for each in only.verdicts if each.severity == "-")
    page = open_page(replace(only, requirements=(), verdicts=own))
    assert page.locator("#shown").inner_text() == "10 of 10 hosts, 2 verdicts."
    assert page.locator("#matrix th.host bdi").count() == 10


def test_findings_stand_by_severity_and_alike_ones_have_one_line(lab_page):
    assert [each.partition(" ")[0] for each in lab_page.locator("h3").all_inner_texts()] == ["Critical", "Medium"]
    dead = lab_page.locator("details.finding", has_text="dead01")
    assert dead.count() == 1
    assert dead.locator(".what").inner_text() == "unreachable dead01 26 requirements"


def test_hostile_values_are_shown_as_text(open_page, lab_run):
    page = open_page(hostile(lab_run))
    assert page.evaluate("document.querySelectorAll('script, img').length") == 1
    assert SHOWN in page.locator(".verdict").text_content()
    page.locator("td.fail").first.click()
    shown = page.locator("#dialog-body").text_content()
    assert SHOWN in shown
    assert LONG in shown
    assert f"echo {SHOWN}\n{LONG}" in page.locator("#dialog-body pre").first.text_content()


def test_without_scripts_the_findings_can_be_read(open_page, lab_run):
    page = open_page(lab_run, trend(lab_run), scripts=False)
    assert page.locator("#main").is_hidden()
    assert page.locator(".counts").is_visible()
    assert page.locator(".chart svg").is_visible()
    assert "FAIL KB817379-02 critical: drift-02-ssl-on-root:" in page.locator("noscript").inner_text()


def test_a_browser_that_cannot_unpack_says_so(open_page, lab_run):
    page = open_page(lab_run, before="delete window.DecompressionStream")
    assert page.locator("#loading").inner_text() == (
        "The verdicts cannot be shown: this browser cannot unpack them (it has no DecompressionStream). "
        "Take one of 2023 or later, or read summary.md or results.csv"
    )


def test_a_thousand_hosts_are_small_and_shown_in_parts(open_page, thousand):
    assert len(render(thousand).encode()) < 3_000_000
    page = open_page(thousand)
    told = page.locator("#rows-shown")
    assert told.inner_text().endswith("without a finding folded.") or "to follow" in told.inner_text()
    assert " of 1,000 hosts shown; " in told.inner_text()
    rows = page.locator("th.host bdi").count()
    page.locator("tr.group button").first.click()
    assert page.locator("th.host bdi").count() > rows
    assert page.evaluate("document.activeElement.matches('td.cell')")


def test_more_rows_come_when_asked_for(open_page, thousand):
    page = open_page(thousand, fragment="#v=pass")
    assert page.locator("#rows-shown").inner_text().split(" of ")[1].startswith("1,000 hosts shown; ")
    before = page.locator("th.host bdi").count()
    assert 100 < before < 210
    page.locator("#more-rows").click()
    assert 390 <= page.locator("#matrix tbody tr").count() <= 400
    assert page.evaluate("document.activeElement.matches('td.cell')")
    assert page.locator("#more-rows").inner_text().startswith("Show 200 more lines of ")


def test_more_findings_come_when_asked_for(open_page, thousand):
    page = open_page(thousand)
    assert page.locator("details.finding").count() == 100
    assert page.locator("#findings-shown").inner_text().startswith("100 of ")
    page.locator("#more-findings").click()
    assert page.locator("details.finding").count() > 100
