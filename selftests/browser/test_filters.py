"""Filters: what they let through, that the URL's fragment keeps them, and that Back undoes them."""

from urllib.parse import quote

import pytest

from .kinds import compared

FAILS = 7
HOSTS = "#matrix tbody th.host bdi"


def hosts(page):
    return sorted(page.locator(HOSTS).all_inner_texts())


def shown(page):
    return page.locator("#shown").inner_text()


def fragment(page):
    return page.evaluate("location.hash")


DRIFTED = [
    "drift-02-ssl-on-root",
    "drift-03-forms-based-authentication",
    "drift-15-open",
    "drift-18-front-end-with-exchange-vdir",
]


@pytest.mark.parametrize(
    ("asked", "names", "words"),
    (
        ("v=fail", DRIFTED, "4 of 10 hosts, 7 verdicts. Filters: fail."),
        ("v=fail,unreachable&s=medium", ["dead01", DRIFTED[3]], "2 of 10 hosts, 2 verdicts. Filters: fail or unreachable; severity medium."),
        ("s=medium&v=fail", [DRIFTED[3]], "1 of 10 hosts, 1 verdict. Filters: fail; severity medium."),
        ("g=o:Lab Standalone", ["drift-15-open", "sa01"], "2 of 10 hosts, 52 verdicts. Filters: group Lab Standalone."),
        ("g=r:sbs", ["sbs01"], "1 of 10 hosts, 26 verdicts. Filters: group sbs."),
        ("g=g:trouble", ["blind01", "dead01"], "2 of 10 hosts, 52 verdicts. Filters: group trouble."),
        ("q=DEAD", ["dead01"], '1 of 10 hosts, 26 verdicts. Filters: with "DEAD".'),
        ("q=403.4 kb817379-61", [DRIFTED[0]], '1 of 10 hosts, 1 verdict. Filters: with "403.4 kb817379-61".'),
        ("q=front-end+server+has+no&v=fail", [DRIFTED[3]], '1 of 10 hosts, 1 verdict. Filters: fail; with "front-end server has no".'),
        ("q=dead01: connect", ["dead01"], '1 of 10 hosts, 26 verdicts. Filters: with "dead01: connect".'),
        ("q=no+such+thing", [], '0 of 10 hosts, 0 verdicts. Filters: with "no such thing".'),
    ),
    ids=["verdict", "verdicts", "severity", "organization", "role", "group", "host", "message and id", "title", "name in a message", "nothing"],
)  # fmt: skip
def test_a_fragment_says_what_is_shown(open_page, lab_run, asked, names, words):
    page = open_page(lab_run, fragment=f"#{quote(asked, safe='=&,:+')}")
    assert (hosts(page), shown(page)) == (names, words)
    if not names:
        assert page.locator("#matrix tbody").inner_text() == "No host matches the filters."
        assert page.locator("#findings-shown").inner_text() == "No findings among what is shown."


def test_controls_write_the_fragment_and_show_it_again(lab_page, until):
    lab_page.get_by_role("checkbox", name="fail").check()
    lab_page.get_by_role("checkbox", name="unreachable").check()
    lab_page.get_by_role("checkbox", name="critical").check()
    lab_page.get_by_label("Group").select_option("r:back-end")
    lab_page.get_by_label("Host, message, title or id").fill("drift & 100%#")
    until(lab_page, "location.hash.includes('q=')")
    assert fragment(lab_page) == "#v=fail%2Cunreachable&s=critical&g=r%3Aback-end&q=drift+%26+100%25%23"
    lab_page.reload()
    lab_page.wait_for_selector("html[data-ready]")
    assert lab_page.get_by_role("checkbox", name="fail").is_checked()
    assert not lab_page.get_by_role("checkbox", name="pass").is_checked()
    assert lab_page.get_by_label("Group").input_value() == "r:back-end"
    assert lab_page.get_by_label("Host, message, title or id").input_value() == "drift & 100%#"
    assert 'Filters: fail or unreachable; severity critical; group back-end; with "drift & 100%#".' in shown(lab_page)


def test_back_and_forward_undo_and_redo(lab_page):
    lab_page.get_by_role("checkbox", name="fail").check()
    lab_page.get_by_role("checkbox", name="medium").check()
    assert len(hosts(lab_page)) == 1
    lab_page.go_back()
    assert (len(hosts(lab_page)), fragment(lab_page)) == (4, "#v=fail")
    assert not lab_page.get_by_role("checkbox", name="medium").is_checked()
    lab_page.go_back()
    assert (len(hosts(lab_page)), fragment(lab_page)) == (10, "")
    lab_page.go_forward()
    assert len(hosts(lab_page)) == 4


def test_typing_is_one_step_back(lab_page, until):
    box = lab_page.get_by_label("Host, message, title or id")
    for text in ("d", "de", "dead"):
        box.fill(text)
        until(lab_page, f"location.hash === '#q={text}'")
    lab_page.go_back()
    assert (fragment(lab_page), len(hosts(lab_page))) == ("", 10)


def test_one_button_clears_everything(open_page, lab_run):
    page = open_page(lab_run, fragment="#v=fail&s=critical&g=r%3Aback-end&q=ssl")
    page.get_by_role("button", name="Clear all filters").click()
    assert (fragment(page), len(hosts(page)), shown(page)) == ("", 10, "10 of 10 hosts, 260 verdicts.")
    assert page.locator("#filters input:checked").count() == 0
    assert page.get_by_label("Host, message, title or id").input_value() == ""


def test_a_count_at_the_top_is_a_filter(lab_page):
    lab_page.get_by_role("link", name="7 fail").click()
    assert (fragment(lab_page), len(hosts(lab_page))) == ("#v=fail", 4)


def test_what_is_shown_is_announced(lab_page):
    assert lab_page.locator("#shown").get_attribute("role") == "status"
    lab_page.get_by_role("checkbox", name="fail").check()
    assert shown(lab_page) == "4 of 10 hosts, 7 verdicts. Filters: fail."
    assert lab_page.locator("details.finding").count() == FAILS


def test_cells_that_are_not_asked_for_lose_their_colour(open_page, lab_run):
    page = open_page(lab_run, fragment="#v=fail")
    assert page.locator("td.fail:not(.off)").count() == FAILS
    assert page.locator("td.pass:not(.off), td.not-applicable:not(.off)").count() == 0


def test_findings_of_a_baseline_can_be_told_apart(open_page, lab_run):
    page = open_page(compared(lab_run))
    page.get_by_label("Since the baseline").select_option("new")
    assert hosts(page) == ["drift-02-ssl-on-root"]
    assert shown(page) == "1 of 10 hosts, 26 verdicts. Filters: since the baseline: new."


def test_without_a_baseline_nothing_is_asked_of_it(lab_page):
    assert lab_page.locator("#change").is_hidden()


def test_a_made_up_fragment_does_no_harm(open_page, lab_run):
    page = open_page(lab_run, fragment="#v=<script>&s=%E0%A4%A&g=zz&c=__proto__&h=nobody&r=x&constructor=1")
    assert hosts(page) == []
    assert not page.locator("#dialog").is_visible()
    page.get_by_role("button", name="Clear all filters").click()
    assert len(hosts(page)) == 10
