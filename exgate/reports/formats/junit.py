"""A run as JUnit XML, as pytest writes it and Jenkins and GitLab read it: one testcase for each verdict.

pytest has the same names for the same tests, so that a file of this module can stand in for pytest's own. The schema of
Jenkins's xUnit plugin (junit-10.xsd) knows properties of a suite and none of a testcase; everything else is within it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from exgate.reports.formats.index import NO_VERDICT, STOPPED, Index, seen_words, text_of
from exgate.reports.results import Results, VerdictRecord, utc
from exgate.reports.waivers import expired_lines, waived_text
from exgate.verdicts import Outcome

SUITE = "KB 817379"
WAIVER = "waiver notice"
"""The suite's properties, numbered, that tell of waivers which expire, have expired or are not needed."""
LEFT_OUT = "left out by --no-wire"
"""The suite's property that names the requirements which did not run."""
COMPLETE = "complete"
"""The suite's property that a run which stopped early has; its value is ``false``."""
RUN = "run"
"""The name of the testcase that says that a run is incomplete where nothing else does."""
OTHER_TESTS = "tests of your own"
"""The name of the testcase that says how many of a user's own tests failed."""
OWN_CLASS = "exgate"
"""The class name of what is no test of its own."""
_ELEMENTS = {
    Outcome.FAIL: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.UNREACHABLE: "error",
    Outcome.NOT_APPLICABLE: "skipped",
    Outcome.WAIVED: "skipped",
}
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_OF_WAIVER = ("state", "owner", "approved_by", "expires", "ticket", "reason", "source")
_ENTITIES = {"\r": "&#13;"}
"""A parser makes a line feed of a carriage return that is no reference."""
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no character for (section 2.2), and DEL, as pytest has it."""


def render(results: Results) -> bytes:
    """Give the whole file.

    A user's own tests have no verdicts. Where some failed, one testcase says how many, so that the file is not green.
    """
    failed = results.run.other_tests.failed
    words = f"{failed} test{'s' * (failed != 1)} of your own failed: the report of the run itself tells of them"
    more = (_testcase(OWN_CLASS, OTHER_TESTS, (), _Result("failure", "fail", words)),) if failed else ()
    return b"".join(whole(results, name="exgate", more=more))


def whole(
    results: Results,
    *,
    name: str,
    properties: Iterable[tuple[str, str]] = (),
    more: Collection[_Testcase] = (),
    beside: Iterable[str] = (),
) -> Iterator[bytes]:
    """Give a file piece by piece: properties, a testcase for each verdict, and one for each that is missing.

    A run that is incomplete is never green: what it has no verdict on is an error.

    Args:
        results: The results.
        name: The name of the element around all suites.
        properties: Further properties of the suite.
        more: Further testcases of it.
        beside: The texts of further suites.
    """
    yield b"<?xml version='1.0' encoding='utf-8'?>\n"
    yield f"<testsuites name={_quoted(name)}>".encode()
    for piece in _suite(results, properties, more):
        yield piece.encode()
    for suite in beside:
        yield suite.encode()
    yield b"</testsuites>\n"


def testcase_names(results: Results) -> Iterator[tuple[str, str]]:
    """Give class name and name of each testcase of the verdicts, and of what is missing."""
    index = Index.of(results)
    pairs = ((verdict.host, verdict.requirement) for verdict in results.verdicts)
    return (_names(index, host, requirement) for host, requirement in (*pairs, *index.missing))


def names(test: str, host: str = "") -> tuple[str, str]:
    """Give class name and name of a testcase as pytest has them.

    Args:
        test: pytest's id of the test.
        host: The host to add, ``""`` where the id has it already.
    """
    address, bracket, parameters = test.partition("[")
    path, *inner = address.split("::")
    words = [path.removesuffix(".py").replace("/", "."), *inner]
    name = f"{words[-1]}{bracket}{parameters}" if bracket or not host else f"{words[-1]}[{host}]"
    return ".".join(words[:-1]) or OWN_CLASS, name


@dataclass(frozen=True, slots=True)
class _Result:
    """What a testcase has that did not pass: failure, error or skipped."""

    tag: str
    kind: str
    line: str
    more: Iterable[str] = ()

    def xml(self) -> str:
        text = "\n".join([self.line, *self.more])
        return f"<{self.tag} type={_quoted(self.kind)} message={_quoted(self.line)}>{_text(text)}</{self.tag}>"


@dataclass(frozen=True, slots=True)
class _Testcase:
    """A testcase, and the tag of its result, ``""`` where it passed."""

    xml: str
    tag: str


def _suite(results: Results, properties: Iterable[tuple[str, str]], more: Collection[_Testcase]) -> Iterator[str]:
    run = results.run
    last = (*_missing(results), *more)
    counts = Counter(_ELEMENTS.get(verdict.outcome, "") for verdict in results.verdicts)
    counts.update(testcase.tag for testcase in last)
    attributes = {
        "name": SUITE,
        "time": f"{(run.finished - run.started).total_seconds():.3f}",
        "timestamp": run.started.isoformat(),
        "tests": str(counts.total()),
        **{name: str(counts[tag]) for name, tag in _COUNTED.items()},
    }
    yield "<testsuite{}>".format("".join(f" {name}={_quoted(value)}" for name, value in attributes.items()))
    yield _properties(_property(name, value) for name, value in (*_suite_properties(results), *properties))
    yield from _judged(results)
    yield from (testcase.xml for testcase in last)
    yield "</testsuite>"


def _judged(results: Results) -> Iterator[str]:
    index = Index.of(results)
    hosts = {host.name: _of_host(host.name, host.role, seen_words(host)) for host in results.hosts}
    for verdict in results.verdicts:
        own = hosts.get(verdict.host) or _of_host(verdict.host, "", "")
        classname, name = _names(index, verdict.host, verdict.requirement)
        yield _testcase(classname, name, _verdict_properties(verdict, own), _result(verdict)).xml


def _missing(results: Results) -> Iterator[_Testcase]:
    index = Index.of(results)
    for host, requirement in index.missing:
        record = index.hosts[host]
        own = _of_host(host, record.role, seen_words(record))
        classname, name = _names(index, host, requirement)
        properties = _leading(requirement, index.text(requirement, "severity"), own, NO_VERDICT)
        yield _testcase(classname, name, properties, _Result("error", NO_VERDICT, f"{host}: {STOPPED}"))
    if not results.run.complete and not index.missing:
        words = f"the run is incomplete: {results.run.exit_words}"
        yield _testcase(OWN_CLASS, RUN, (), _Result("error", "incomplete", words))


def _testcase(classname: str, name: str, properties: Iterable[str], result: _Result | None) -> _Testcase:
    inside = _properties(properties) + (result.xml() if result else "")
    xml = f"<testcase classname={_quoted(classname)} name={_quoted(name)}>{inside}</testcase>"
    return _Testcase(xml, result.tag if result else "")


def _result(verdict: VerdictRecord) -> _Result | None:
    tag = _ELEMENTS.get(verdict.outcome)
    if tag is None:
        return None
    line = waived_text(verdict) if verdict.outcome is Outcome.WAIVED else verdict.message
    return _Result(tag, verdict.outcome.value, line, expired_lines(verdict))


def _names(index: Index, host: str, requirement: str) -> tuple[str, str]:
    if requirement not in index.requirements:
        return names(requirement)
    return names(index.text(requirement, "test") or requirement, host)


@dataclass(frozen=True, slots=True)
class _HostProperties:
    """The properties that all of a host's testcases have; ``seen`` is empty where there are no facts."""

    host: str
    role: str
    seen: str


def _of_host(name: str, role: str, seen: str) -> _HostProperties:
    return _HostProperties(_property("host", name), _property("role", role), _property("seen", seen) if seen else "")


def _leading(requirement: str, severity: str, own: _HostProperties, verdict: str) -> tuple[str, ...]:
    identity = _property("id", requirement)
    return identity, own.host, _property("severity", severity), own.role, _property("verdict", verdict), own.seen


def _verdict_properties(verdict: VerdictRecord, own: _HostProperties) -> Iterator[str]:
    yield from _leading(verdict.requirement, verdict.severity, own, verdict.outcome.value)
    if verdict.before:
        yield _property("before", verdict.before.outcome.value)
    if verdict.waiver:
        for name in _OF_WAIVER:
            yield _property(f"waiver_{name}", getattr(verdict.waiver, name))
    if verdict.change:
        yield _property("change", verdict.change.value)
        if verdict.since:
            yield _property("since", utc(verdict.since))


def _suite_properties(results: Results) -> Iterator[tuple[str, str]]:
    for number, notice in enumerate(results.waivers, 1):
        yield f"{WAIVER} {number}", f"{text_of(notice, 'source')}: {text_of(notice, 'text')}"
    if results.run.left_out:
        yield LEFT_OUT, ", ".join(results.run.left_out)
    if not results.run.complete:
        yield COMPLETE, "false"


def _properties(properties: Iterable[str]) -> str:
    text = "".join(properties)
    return f"<properties>{text}</properties>" if text else ""


@lru_cache(maxsize=4096)  # ids, severities and kinds of verdict come again and again
def _property(name: str, value: str) -> str:
    return f"<property name={_quoted(name)} value={_quoted(value)} />"


def _quoted(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub(_code, text))


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub(_code, text), _ENTITIES)


def _code(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"#x{number:02X}" if number <= 0xFF else f"#x{number:04X}"  # noqa: PLR2004 - as pytest writes it
