"""The page of a run's results, as text: what it says, what it keeps from saying, and that it loads nothing."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from exgate.reports.page.columns import Table
from exgate.reports.page.payload import Payload
from exgate.reports.page.render import render
from exgate.reports.page.rows import rows
from exgate.reports.page.shown import shown, shown_lines
from exgate.reports.page.trend import Chart, TrendPoint
from exgate.reports.results import BaselineRecord, Change, OtherTestsRecord, UnreachableRecord
from exgate.verdicts import Before, Outcome, Remedy, WaiverNote

from .made import MONDAY, TUESDAY, host, record, results, verdict

HOSTILE = '"></script><script>alert(1)</script>]]>&lt;\x1b[31m\u202e\ud800\x00\x01'
SHOWN = '"></script><script>alert(1)</script>]]>&lt;\\x1b[31m\\u202e\\ud800\\x00\\x01'
GAP = replace(host(), no_verdict=("KB817379-18",))
"""be01, on which a requirement was not judged any more."""
REQUIREMENTS = tuple(
    {"id": f"KB817379-{number}", "title": f"Title {number}", "severity": severity, "part": part, "why": f"Why {number}"}
    for number, severity, part in (("02", "critical", "A. First"), ("18", "medium", "B. Second"))
)
MISSING = "1 selected verdict is missing; what has no verdict has not complied."
PLANNED = (
    "A planned change was judged (plan): the verdicts say what the servers would be like with it, not what they are."
)
REMEDY = Remedy(symptoms="s", passage="p", fix="f be01\nsecond", rollback="r", risk="k", references="KB 1")


class Reader(HTMLParser):
    """Takes a page apart: its elements with their attributes, its text, and what stands in its scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.words, self.raw, self._open = [], [], [], ""
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, _tag):
        self._open = ""

    def handle_data(self, data):
        if self._open in {"script", "style"}:
            self.raw.append((self._open, data))
        else:
            self.words.append(data)


def plain(*verdicts, requirements=REQUIREMENTS, **changes):
    return Payload(replace(results(*verdicts, **changes), requirements=requirements)).plain()


def unpacked(page):
    data = re.search(r'<script id="data" type="text/plain">([^<]*)</script>', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(data, validate=True)))


def text_of(data, number, place=0):
    names, addresses = data["hosts"]["names"], data["hosts"]["addresses"]
    return data["texts"][number].replace("\x00", names[place]).replace("\x01", addresses[place])


def warnings(page):
    return [unescape(" ".join(re.sub("<[^>]*>", "", each).split())) for each in re.findall(r"<p><b>Mind:.*?</p>", page)]


def one(outcome=Outcome.FAIL, **changes):
    return replace(record(verdict(outcome=outcome)), **changes)


def test_a_page_of_one_file_loads_nothing():
    page = Reader(render(results(one())))
    assert not [tag for tag, _ in page.elements if tag in {"link", "img", "iframe", "object", "embed", "base", "form"}]
    loading = {"src", "href", "action", "style", "srcset", "data", "poster"}
    found = {(tag, name, value) for tag, given in page.elements for name, value in given.items() if name in loading}
    assert {value[0] for _, _, value in found} == {"#"}
    assert {(tag, name) for tag, name, _ in found} == {("a", "href")}


def test_no_element_has_a_handler_in_its_attributes():
    assert not [name for _, given in Reader(render(results(one()))).elements for name in given if name.startswith("on")]


def test_the_policy_names_the_digests_of_style_and_script():
    page = Reader(render(results(one())))
    (policy,) = (given["content"] for tag, given in page.elements if tag == "meta" and "http-equiv" in given)
    style, _, script = (text for _, text in page.raw)

    def digest(text):
        return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

    assert policy == (
        f"default-src 'none'; script-src '{digest(script)}'; style-src '{digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_same_results_give_the_same_page():
    assert render(results(one())) == render(results(one()))


@pytest.mark.parametrize(
    ("text", "line"),
    (
        ("plain \u00fc \u65e5\u672c", "plain \u00fc \u65e5\u672c"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x00\x1b[0m", r"\x00\x1b[0m"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("\ud800", r"\ud800"),
    ),
    ids=["letters", "line breaks", "control characters", "marks of direction", "half a surrogate pair"],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(text, line):
    assert shown(text) == line


def test_lines_keep_their_breaks_and_tabs():
    assert shown_lines("one\r\ntwo\tthree\x1b\rfour") == "one\ntwo\tthree\\x1b\\rfour"


def test_hostile_values_are_text_wherever_they_stand():
    nasty = one(message=f"be01: {HOSTILE}", remedy=replace(REMEDY, fix=HOSTILE), requirement=f"t.py::t[{HOSTILE}]")
    given = results(
        nasty,
        hosts=(replace(host(), name=HOSTILE, organization=HOSTILE, groups=(HOSTILE,), role=HOSTILE), host()),
        exit_words=HOSTILE,
        candidate=HOSTILE,
        inventory=HOSTILE,
        facts_from=HOSTILE,
        left_out=(HOSTILE,),
        baseline=BaselineRecord(file=HOSTILE, finished=MONDAY, complete=False),
    )
    notice = dict.fromkeys(("source", "text", "ticket", "expires", "kind"), HOSTILE)
    odd = {"id": HOSTILE, "title": HOSTILE, "severity": HOSTILE, "part": HOSTILE, "why": HOSTILE}
    given = replace(given, waivers=(notice,), gone=(HOSTILE,), requirements=(odd,), tool_version=HOSTILE)
    page = render(given)
    page.encode()
    clean = Reader(render(results(one())))
    nasty_page = Reader(page)
    assert [tag for tag, _ in nasty_page.elements].count("script") == 2
    assert [text for kind, text in nasty_page.raw if kind == "style"] == [
        text for kind, text in clean.raw if kind == "style"
    ]
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", page)
    assert nasty_page.text.count(SHOWN) >= 10
    data = unpacked(page)
    assert SHOWN in data["hosts"]["names"]
    assert text_of(data, data["messages"][1][data["hosts"]["names"].index("be01")]) == f"be01: {SHOWN}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    (
        ({}, []),
        (
            {"complete": False},
            [
                "Mind: The run was interrupted: it is incomplete. 1 selected verdict is missing; what has no verdict has not complied."
            ],
        ),
        (
            {"candidate": "plan"},
            [f"Mind: {PLANNED} Before -> after: no verdict changes."],
        ),
        ({"facts_from": "saved"}, ["Mind: Saved facts were judged (saved): no server was asked."]),
        (
            {"other_tests": OtherTestsRecord(passed=1, failed=2)},
            ["Mind: 2 of your own tests failed; they are in report.html, not here."],
        ),
        (
            {"left_out": ("KB817379-61", "KB817379-62")},
            ["Mind: Left out by --no-wire, so that nothing is known of it: KB817379-61, KB817379-62."],
        ),
        (
            {"baseline": BaselineRecord(file="old.json", finished=MONDAY, complete=False)},
            ["Mind: The baseline (old.json) was incomplete: what is new may only not have been judged then."],
        ),
        ({"baseline": BaselineRecord(file="old.json", finished=MONDAY, complete=True)}, []),
    ),
    ids=["nothing", "interrupted", "planned", "saved", "own tests", "left out", "incomplete baseline", "baseline"],
)
def test_a_banner_says_what_the_run_does_not_cover(changes, expected):
    hosts = (GAP,) if changes.get("complete") is False else (host(),)
    assert warnings(render(results(one(), hosts=hosts, **changes))) == expected


def test_a_verdict_that_is_missing_is_told_even_where_the_run_calls_itself_complete():
    assert warnings(render(results(one(), hosts=(GAP,)))) == [f"Mind: Not everything has a verdict. {MISSING}"]


def test_hosts_that_were_not_asked_are_named():
    page = render(results(one(), hosts=(host(), host("be02", seen=False), host("be03", seen=False)), complete=False))
    assert "Mind: 2 selected hosts were not asked." in warnings(page)
    assert "Hosts that were not asked (2) be02 be03" in Reader(page).text


def test_an_incomplete_run_says_so_where_every_verdict_is_there():
    expected = ["Mind: The run is incomplete: not everything that was selected has been run."]
    assert warnings(render(results(one(), complete=False))) == expected


def test_the_worst_hosts_are_named_first_whatever_their_group():
    hosts = tuple(replace(host(f"be{n:02}"), organization=f"O{n}") for n in range(1, 13))
    verdicts = [record(verdict(each.name, "02", Outcome.UNKNOWN)) for each in hosts]
    verdicts += [replace(record(verdict("be12", "18")), severity="high")]
    verdicts += [replace(record(verdict(name, "18")), severity="critical") for name in ("be07", "be09\ud800")]
    text = Reader(render(results(*verdicts, hosts=(*hosts, host("be09\ud800"))))).text
    begin = "Begin with (10 of 13 hosts with findings): be07 (1 fail, 1 unknown), be09\\ud800 (1 fail), be12 (1 fail, 1 unknown), be01"
    assert begin in text


def test_hosts_that_are_gone_are_named():
    page = render(replace(results(one()), gone=("be08", "be09")))
    assert warnings(page) == ["Mind: 2 hosts of the baseline are no longer in the inventory: be08, be09."]


def test_what_a_planned_change_does_is_counted():
    page = render(results(one(before=Before(Outcome.PASS, "be01: was fine")), candidate="plan"))
    assert warnings(page)[0].endswith("Before -> after: 1 pass -> fail.")


@pytest.mark.parametrize(
    ("outcomes", "changes", "tone"),
    (
        ((Outcome.PASS,), {}, "complies"),
        ((Outcome.PASS, Outcome.WAIVED), {}, "complies"),
        ((Outcome.PASS, Outcome.FAIL), {"exit_status": 1}, "fails"),
        ((Outcome.PASS, Outcome.FAIL), {}, "fails"),
        ((Outcome.PASS, Outcome.UNKNOWN), {}, "unseen"),
        ((Outcome.PASS,), {"complete": False}, "unseen"),
        ((Outcome.PASS,), {"exit_status": 6}, "unseen"),
        ((Outcome.NOT_APPLICABLE,), {}, "unseen"),
        ((Outcome.PASS,), {"other_tests": OtherTestsRecord(failed=1)}, "fails"),
    ),
    ids=["pass", "waived", "fail", "fail, not counted", "unknown", "incomplete", "status", "moot", "own test"],
)
def test_the_status_never_looks_better_than_the_verdicts(outcomes, changes, tone):
    found = [replace(one(outcome), requirement=f"KB817379-{number:02}") for number, outcome in enumerate(outcomes)]
    given = replace(results(*found, **changes), requirements=tuple({"id": each.requirement} for each in found))
    assert f'<p class="verdict {tone}">' in render(given)


def test_the_words_of_the_exit_status_are_the_run_s_own():
    page = Reader(render(results(one(), exit_status=1, exit_words="something does not comply")))
    assert "something does not comply exit status 1" in page.text


def test_findings_can_be_read_without_scripts():
    text = Reader(render(results(one(Outcome.UNKNOWN), replace(one(), requirement="KB817379-03")))).text
    assert "2 of 2 findings: FAIL KB817379-03 high: be01: m UNKNOWN KB817379-02 high: be01: m" in text


def test_long_lists_say_how_much_they_leave_out():
    many = [replace(one(), requirement=f"KB817379-{number:03}") for number in range(250)]
    assert "200 of 250 findings:" in Reader(render(results(*many))).text
    assert "and 50 more, which results.json has" in Reader(render(results(*many))).text


def test_letters_stand_by_column_and_row():
    data = plain(
        record(verdict("be01", "02", Outcome.PASS)),
        record(verdict("be02", "02")),
        record(verdict("be02", "18", Outcome.UNKNOWN)),
        record(verdict("be03", "02", Outcome.PASS)),
        hosts=(GAP, host("be02"), host("be03")),
    )
    assert data["hosts"]["names"] == ["be02", "be01", "be03"]
    assert data["letters"] == ["F..", "?- "]
    assert data["messages"][1][1] == -1
    assert [text_of(data, number, place) for place, number in enumerate(data["messages"][0])] == [
        "be02: m",
        "be01: m",
        "be03: m",
    ]


def test_alike_hosts_share_their_texts():
    data = plain(*(record(verdict(f"be{number:02}", "02")) for number in range(20)))
    assert sorted(data["texts"]) == ["\x00: m", "WMI"]


def test_a_host_s_address_is_no_part_of_its_texts():
    seen = replace(host().seen, source="WMI, http://10.1.2.3:80/wsman")
    data = plain(one(message="be01: GET http://10.1.2.3/ says 403.4"), hosts=(replace(host(), seen=seen),))
    assert set(data["texts"]) == {"WMI, http://\x01:80/wsman", "\x00: GET http://\x01/ says 403.4"}
    assert text_of(data, data["messages"][0][0]) == "be01: GET http://10.1.2.3/ says 403.4"


def test_what_few_verdicts_have_stands_beside_them():
    waiver = {name: f"be01's {name}" for name in WaiverNote.__dataclass_fields__}
    data = plain(
        one(remedy=REMEDY, waiver=WaiverNote(**waiver), change=Change.NEW, before=Before(Outcome.UNKNOWN, "be01: b"))
    )
    ((place, column, more),) = data["extras"]
    assert (place, column, more["since"]) == (0, 0, "2026-11-16T08:00:00Z")
    assert data["changes"][more["change"]] == "new"
    assert [text_of(data, number) for number in more["remedy"]] == ["s", "p", "f be01\nsecond", "r", "k", "KB 1"]
    assert {name: text_of(data, number) for name, number in more["waiver"].items()} == waiver
    assert (more["before"][0], text_of(data, more["before"][1])) == ("unknown", "be01: b")


def test_an_unreachable_host_says_why():
    why = UnreachableRecord(cause="connect", detail="connection refused", next_step="look at it")
    data = plain(one(Outcome.UNREACHABLE), hosts=(replace(host(seen=False), unreachable=why),))
    assert data["hosts"]["seen"] == [None]
    assert [text_of(data, number) for number in data["hosts"]["unreachable"][0]] == [
        "connect",
        "connection refused",
        "look at it",
    ]


def test_a_text_with_placeholders_is_no_command():
    texts = {"fix": "set {site}", "rollback": "unset", "risk": "of /{mobile_vdir}", "why": "because {of}"}
    (column,) = plain(one(), requirements=({"id": "KB817379-02", **texts},))["columns"]
    assert [column[name] for name in texts] == ["", "unset", "", "because {of}"]


@pytest.mark.parametrize(
    ("requirement", "column"),
    (
        ("t.py::t[be01]", "t.py::t"),
        ("t.py::t[be01-80]", "t.py::t[80]"),
        ("t.py::t[80-be01]", "t.py::t[80]"),
        ("t.py::t[80]", "t.py::t[80]"),
        ("t.py::t", "t.py::t"),
    ),
)
def test_an_own_test_has_one_column_for_all_hosts(requirement, column):
    data = plain(one(Outcome.UNKNOWN, requirement=requirement, severity="-"), record(verdict("be02", "02")))
    own = data["columns"][2]
    assert (own["key"], own["short"], own["severity"], own["own"]) == (column, "T1", "-", True)
    assert own["part"] == "Own tests: what they could not see"
    assert dict(zip(data["hosts"]["names"], data["letters"][2], strict=True)) == {"be01": "?", "be02": " "}


def test_no_verdict_hides_another_one():
    twice = Table(results(one(), one(Outcome.PASS), one(Outcome.UNKNOWN)))
    assert [(key, each.outcome) for (_, key), each in twice.cells.items()] == [
        ("KB817379-02", Outcome.FAIL),
        ("KB817379-02 (2)", Outcome.PASS),
        ("KB817379-02 (3)", Outcome.UNKNOWN),
    ]


def order(*hosts_and_verdicts, hosts):
    given = replace(results(*hosts_and_verdicts, hosts=hosts), requirements=REQUIREMENTS)
    return [each.name for each in rows(given, Table(given))]


def test_the_worst_host_comes_first():
    found = (
        record(verdict("fine", "02", Outcome.PASS)),
        record(verdict("fine", "18", Outcome.PASS)),
        record(verdict("blind", "02", Outcome.UNKNOWN)),
        record(verdict("blind", "18", Outcome.PASS)),
        replace(record(verdict("medium", "18")), severity="medium"),
        replace(record(verdict("critical", "02")), severity="critical"),
    )
    hosts = tuple(map(host, ("fine", "silent", "blind", "medium", "critical")))
    assert order(*found, hosts=hosts) == ["critical", "medium", "blind", "silent", "fine"]


def test_a_group_stands_where_its_worst_host_stands():
    sbs, front = (replace(host(name), role=role) for name, role in (("sbs", "sbs"), ("front", "front-end")))
    other = replace(host("other"), organization=None)
    found = (record(verdict("front", "02")), record(verdict("other", "02", Outcome.UNKNOWN)))
    assert order(*found, hosts=(sbs, other, host("back"), front)) == ["front", "sbs", "back", "other"]


def test_a_verdict_of_a_host_that_is_not_listed_is_shown():
    assert order(record(verdict("stranger", "02")), hosts=(host("be01"),)) == ["stranger", "be01"]


def point(days, **counts):
    return TrendPoint(finished=MONDAY + timedelta(days=days), counts=counts, complete=days != 1)


@pytest.mark.parametrize(
    ("trend", "words"),
    (
        ((), "No earlier runs were given, so there is no trend."),
        ((point(0, fail=1),), "There is only this run, so there is no trend yet."),
    ),
    ids=["none", "one"],
)
def test_no_trend_is_said_so(trend, words):
    page = render(results(one()), trend)
    assert words in Reader(page).text
    assert "<svg" not in page.split("</style>")[1]


def test_the_trend_is_a_drawing_and_a_table():
    page = render(results(one()), (point(0, fail=4, unknown=1), point(1, fail=2), point(2, unreachable=26)))
    assert page.count("<polyline") == 6
    assert (page.count('class="whole"'), page.count('class="hollow"')) == (9, 3)
    assert "2026-11-17 08:00:00 UTC (incomplete) 2 0 0 2" in Reader(page).text
    assert "2026-11-18 08:00:00 UTC 0 0 26 26" in Reader(page).text


@pytest.mark.parametrize(
    ("largest", "ticks"),
    (
        (0, (0, 1)),
        (1, (0, 1)),
        (5, (0, 1, 2, 3, 4, 5)),
        (7, (0, 2, 4, 6, 8)),
        (26, (0, 10, 20, 30)),
        (4200, (0, 1000, 2000, 3000, 4000, 5000)),
    ),
)
def test_the_drawing_s_numbers_are_round(largest, ticks):
    assert Chart([point(0, fail=largest)]).ticks == ticks


def test_old_runs_are_left_out_and_counted():
    chart = Chart([point(number, fail=number) for number in range(33)])
    assert (len(chart.runs), chart.left_out, chart.runs[0].counts) == (30, 3, (3, 0, 0))


def test_the_comparison_is_told():
    baseline = BaselineRecord(file="old.json", finished=TUESDAY, complete=True)
    page = render(results(one(change=Change.NEW), one(Outcome.PASS, change=Change.FIXED), baseline=baseline))
    assert "old.json, of 2026-11-17 08:00:00 UTC: 1 new, 1 fixed" in Reader(page).text
    assert unpacked(page)["compared"] is True
