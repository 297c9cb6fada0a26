"""Results for the formats: one verdict of every kind, and hostile values in every place that others write."""

from dataclasses import replace
from datetime import timedelta

from exgate.reports.results import (
    BaselineRecord,
    Change,
    Drift,
    DriftKind,
    OtherTestsRecord,
    UnreachableRecord,
)
from exgate.verdicts import Before, Outcome, Remedy, WaiverNote
from selftests.reports.made import MONDAY, TUESDAY, host, record, results, verdict

NOTE = WaiverNote(
    source="waivers.yml:3",
    reason="Migration in May",
    owner="jane",
    approved_by="joe",
    ticket="CHG-1",
    granted="2026-11-01",
    expires="2026-12-01",
    state="valid",
)
NOTICE = {
    "kind": "about to expire",
    "source": "waivers.yml:3",
    "owner": "jane",
    "ticket": "CHG-1",
    "expires": "2026-12-01",
    "covers": [],
    "text": "expires in 5 days: KB817379-05 on be01 (jane)",
}


def requirement(number="02", **changes):
    """Give a requirement as results have it."""
    return {
        "id": f"KB817379-{number}",
        "title": f"Title {number}",
        "severity": "high",
        "roles": ["back-end"],
        "passage": "p",
        "symptoms": ["HTTP 403.4"],
        "why": f"Why {number}.",
        "fix": "cscript adsutil.vbs set w3svc/{site}/root\niisreset",
        "fix_secondary": "",
        "rollback": "rb",
        "risk": "r",
        "references": ["KB 817379"],
        "wire": number == "05",
        "part": "A. Part",
        "test": f"tests/test_a.py::test_{number}",
    } | changes


REMEDY = Remedy(symptoms="s", passage="p", fix="f", rollback="r", risk="k", references="KB")
PASS = record(replace(verdict(number="01", outcome=Outcome.PASS), message="be01: 0 is set"))
FAIL = replace(record(replace(verdict(number="02"), message="be01: SSL is on; demanded: SSL off")), remedy=REMEDY)
UNKNOWN = record(replace(verdict(number="03", outcome=Outcome.UNKNOWN), message="be01: not read: denied"))
MOOT = record(replace(verdict(number="04", outcome=Outcome.NOT_APPLICABLE), message="be01: no mailbox"))
WAIVED = replace(
    record(replace(verdict(number="05", outcome=Outcome.WAIVED), message="be01: port 81; demanded: port 80")),
    waiver=NOTE,
)
EXPIRED = replace(
    record(replace(verdict(number="06"), message="be01: redirected; demanded: none")),
    waiver=replace(NOTE, state="expired", expires="2026-11-02"),
)
DEAD = record(replace(verdict("dead01", "01", Outcome.UNREACHABLE), message="dead01: connect: refused"))
OWN = replace(
    record(replace(verdict(number="x", outcome=Outcome.UNKNOWN), message="be01: no key")),
    requirement="tests/own.py::TestMine::test_key[be01]",
    severity="-",
)
VERDICTS = (PASS, FAIL, UNKNOWN, MOOT, WAIVED, EXPIRED, DEAD, OWN)
REQUIREMENTS = tuple(requirement(f"0{number}") for number in range(1, 7))
DEAD_HOST = replace(
    host("dead01", seen=False),
    organization=None,
    unreachable=UnreachableRecord(cause="connect", detail="refused", next_step="look"),
)
SMALL = replace(
    results(*VERDICTS, hosts=(host(), DEAD_HOST), exit_status=1, exit_words="something does not comply"),
    requirements=REQUIREMENTS,
)
"""One verdict of every kind, a waiver that has expired and a user's own test; complete, and no baseline."""
STOPPED = replace(
    results(
        FAIL,
        hosts=(
            replace(host(), no_verdict=("KB817379-03",)),
            replace(host("be02", seen=False), no_verdict=("KB817379-02",)),
        ),
        exit_status=2,
        exit_words="the run was interrupted: it is incomplete",
        complete=False,
    ),
    requirements=REQUIREMENTS[1:3],
)
"""A run that was interrupted: one verdict, one missing on the same host, and a host that was not asked."""
EMPTY = replace(
    results(hosts=(host(seen=False),), exit_status=2, exit_words="the run was interrupted", complete=False),
    requirements=(),
)
"""A run without a verdict."""
COMPARED = replace(
    results(
        replace(PASS, change=Change.FIXED),
        replace(FAIL, change=Change.STILL_FAILING),
        replace(UNKNOWN, change=Change.NEWLY_UNKNOWN),
        replace(MOOT, change=Change.UNCHANGED),
        replace(WAIVED, change=Change.FIXED),
        replace(EXPIRED, change=Change.NEW, since=TUESDAY),
        started=TUESDAY,
        candidate="plan",
        facts_from="saved",
        inventory=None,
        left_out=("KB817379-61",),
        baseline=BaselineRecord(file="old.json", finished=MONDAY + timedelta(seconds=5), complete=False),
        other_tests=OtherTestsRecord(passed=2, failed=1),
    ),
    requirements=REQUIREMENTS,
    gone=("be09",),
    drift=(Drift(host="be01", kind=DriftKind.CHANGED, name="IIS version", old="5", new="6", facts=3),),
    waivers=(NOTICE, NOTICE | {"kind": "unused", "text": "unused"}),
)
"""A run on saved facts with a planned change, a baseline, drift, waivers and a user's own tests."""
COMPARED = replace(
    COMPARED,
    verdicts=(replace(COMPARED.verdicts[0], before=Before(Outcome.FAIL, "be01: m")), *COMPARED.verdicts[1:]),
)

HOSTILE = {
    "markup": ('"><script>alert(1)</script>&amp;',) * 3,
    "cdata": ("]]><b>", "]]><b>", "]]><b>"),
    "comment": ("--><!-- -->", "--><!-- -->", "--><!-- -->"),
    "control": ("a\x00b\x1b[31mc\x7f\x85", "a\ufffdb\ufffd[31mc\ufffd\ufffd", "a#x00b#x1B[31mc#x7F\x85"),
    "noncharacter": ("a\uffffb", "a\ufffdb", "a#xFFFFb"),
    "right-to-left": ("\u202egnp.exe\u200f", "\u202egnp.exe\u200f", "\u202egnp.exe\u200f"),
    "long": ("x" * 10_000,) * 3,
    "surrogate": ("a\ud800b", "a\ufffdb", "a#xD800b"),
    "formula": ("=cmd|'/c calc'!A0",) * 3,
    "plus": ("+1;=2",) * 3,
    "minus": ("-1",) * 3,
    "at": ("@SUM(1)",) * 3,
    "tab": ("\t=1",) * 3,
    "pipes": ("a | b || \\| c",) * 3,
    "backticks": ("`a` ``` b",) * 3,
    "newline": ("one\ntwo\r\nthree\rfour",) * 3,
    "mention": ("@team/ops #123 GH-1 owner/repo#2 !5 :smile: $x$",) * 3,
    "link": ("[a](http://b.example) https://c.example www.d.example ![i](//e.example/x.png) <f@g.example>",) * 3,
    "emphasis": ("**a** __b__ ~~c~~ ^d^",) * 3,
    "braces": ("{0} {{x}} {vdir}",) * 3,
    "label": ('a"b\\n\\',) * 3,
}
"""By name: the value, as text without what is no character, and as pytest's JUnit file has it."""


def hostile(value):
    """Give results with a value in every place that others write."""
    note = replace(NOTE, **dict.fromkeys(("source", "reason", "owner", "approved_by", "ticket"), value))
    seen = replace(SMALL.hosts[0].seen, source=value)
    return replace(
        COMPARED,
        tool_version=value,
        run=replace(
            COMPARED.run,
            hosts=value,
            inventory=value,
            facts_from=value,
            candidate=value,
            exit_words=value,
            left_out=(value,),
            baseline=replace(COMPARED.run.baseline, file=value),
        ),
        requirements=(
            requirement(
                **dict.fromkeys(("title", "passage", "why", "fix", "risk", "part", "test"), value), symptoms=[value]
            ),
        ),
        hosts=(replace(SMALL.hosts[0], organization=value, groups=(value,), seen=seen), replace(DEAD_HOST, name=value)),
        verdicts=(
            replace(FAIL, message=f"be01: {value}; demanded: {value}", change=Change.NEW),
            replace(WAIVED, requirement="KB817379-02", host=value, message=value, waiver=note, change=Change.FIXED),
            replace(OWN, requirement=value, message=value, severity=value, change=Change.NEWLY_UNKNOWN),
        ),
        gone=(value,),
        drift=(Drift(host=value, kind=DriftKind.CHANGED, name=value, old=value, new=value),),
        waivers=({**NOTICE, "source": value, "text": value}, {**NOTICE, "kind": value, "text": value}),
    )
