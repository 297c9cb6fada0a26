"""The last wall of a run: whatever pytest shows, logs, reports or saves goes through it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ExceptionRepr
from _pytest.capture import TeeCaptureIO
from _pytest.junitxml import xml_key

from exgate.facts.role import Role
from exgate.facts.unreachable import Cause
from exgate.inventory import Secret
from exgate.inventory.redaction import Redaction
from exgate.plugin.clean_text import CleanText
from exgate.plugin.redacted_output import RedactedFormatter, RedactedStream
from exgate.requirements import requirement_of
from exgate.verdicts import EXIT_WORDS, Outcome

if TYPE_CHECKING:
    from exgate.plugin.hosts import Hosts

_TOLD = frozenset({"sections", "user_properties", "wasxfail", "extras", "exgate_verdict"})
"""A report's fields, those of plugins among them, that hold what a test or a server has said."""
_IN_AN_ID = (
    "holds a password: ids stand in every report and in pytest's cache; say what the case is with ids= or pytest.param"
)
_NO_PASTEBIN = "--pastebin uploads what the servers said to a public site: leave it out, and hand on a report instead"


class ExgateRedacting:
    """Hooks that take the secrets out of what pytest is about to give away.

    They know the secrets that were fetched so far; until the session starts there are none.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._hosts: Hosts | None = None
        self._known: tuple[Secret, ...] = ()
        words = [word.value for words in (Outcome, Cause, Role) for word in words]
        self._redaction = Redaction(public=[*words, *EXIT_WORDS.values()])
        self._own_streams: tuple[Any, Any] | None = None
        config.stash[_REDACTING] = self

    @property
    def redaction(self) -> Redaction:
        """What takes out the secrets that are known now."""
        secrets = self._hosts.secrets if self._hosts else ()
        if secrets is not self._known:
            # Known they are only when they were learnt: another thread writes to the log file meanwhile.
            self._redaction.learn(secrets)
            self._known = secrets
        return self._redaction

    def watch(self, hosts: Hosts) -> None:
        """Take out these hosts' secrets from now on; their names, and where tests are, everybody may see."""
        self._hosts = hosts
        self._redaction.make_public([*hosts.known.hosts, *hosts.known.groups, *self._config.getini("testpaths")])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Stand between pytest and its terminal, its debug log and its log file."""
        plugins = self._config.pluginmanager
        terminal: Any = plugins.get_plugin("terminalreporter")
        if terminal:
            writer = terminal._tw  # noqa: SLF001 - pytest has no other way
            writer._file = RedactedStream(writer._file, self._text)  # noqa: SLF001 - nor has its writer
        trace: Any = self._config.trace.root
        if trace._writer:  # noqa: SLF001 - nor has pluggy
            trace.setwriter(_redacted(trace._writer, self._text))  # noqa: SLF001 - the same
        logs: Any = plugins.get_plugin("logging-plugin")
        if logs:
            logs.log_file_handler.setFormatter(RedactedFormatter(logs.log_file_handler.formatter, self._text))
        capture: Any = plugins.get_plugin("capturemanager")
        captured = capture._global_capturing if capture else None  # noqa: SLF001 - --capture=tee-sys shows it at once
        for stream in (captured.out, captured.err) if captured else ():
            tee = getattr(stream, "tmpfile", None)
            if isinstance(tee, TeeCaptureIO):
                vars(tee)["_other"] = RedactedStream(tee._other, self._text)  # noqa: SLF001 - the same
        if self._config.getoption("capture", None) == "no":
            self._own_streams = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = (RedactedStream(stream, self._text) for stream in self._own_streams)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse a test whose id holds a secret.

        Raises:
            pytest.UsageError: There is one.
        """
        redaction = self.redaction
        for item in items:
            name, _, parameters = item.nodeid.partition("[")
            clean = redaction.text(parameters)
            if clean != parameters:
                message = f"{name}[{clean}: the id of this test {_IN_AN_ID}"
                raise pytest.UsageError(message)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn what the requirements say, and where their tests are: it stands in every report."""
        public = set()
        judged = {record.id: (record, item) for item in session.items if (record := requirement_of(item))}
        for record, item in judged.values():
            test = item.nodeid.partition("[")[0]
            part = (getattr(getattr(item, "module", None), "__doc__", None) or "").strip().partition("\n")[0]
            public |= {json.dumps(record.to_json(), ensure_ascii=False), part, test}
        self._redaction.make_public(public)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Clean what is told of a file before anybody is told."""
        self._clean(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Clean what is told of a test before anybody is told."""
        self._clean(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        """Clean what is told of a crash of pytest or of a plugin."""
        text = str(excrepr)
        clean = self._text(text)
        if clean != text:
            vars(excrepr)["toterminal"] = lambda writer: writer.line(clean)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Clean what a test has said of the whole suite (record_testsuite_property)."""
        junit: Any = self._config.stash.get(xml_key, None)
        if junit:
            junit.global_properties[:] = self.redaction.value(junit.global_properties)

    def pytest_unconfigure(self) -> None:
        """Give Python's own streams back."""
        if self._own_streams:
            sys.stdout, sys.stderr = self._own_streams

    def _text(self, text: str) -> str:
        return self.redaction.text(text)

    def _clean(self, report: Any) -> None:  # noqa: ANN401 - of a test or of a file, with what plugins add
        redaction = self.redaction
        if getattr(report, "says_its_verdict", False):
            # All else that it says is made of the verdict, which was cleaned when it was given.
            if report.sections:
                report.sections = redaction.value(report.sections)
            return
        told = report.longrepr
        if isinstance(told, tuple):
            report.longrepr = redaction.value(told)
        elif told is not None:
            text = str(told)
            clean = redaction.text(text)
            if clean != text:
                crash = getattr(told, "reprcrash", None)
                report.longrepr = CleanText(clean, redaction.value(crash)) if crash else clean
        for name in vars(report).keys() & _TOLD:
            vars(report)[name] = redaction.value(vars(report)[name])


_REDACTING = pytest.StashKey[ExgateRedacting]()


def watch(config: pytest.Config, hosts: Hosts) -> None:
    """Take the secrets of a run's hosts out of whatever is given away from now on."""
    config.stash[_REDACTING].watch(hosts)


def refuse_upload(config: pytest.Config) -> None:
    """Refuse pytest's --pastebin, before its plugin is configured.

    Raises:
        pytest.UsageError: It is there.
    """
    if config.getoption("pastebin", None):
        raise pytest.UsageError(_NO_PASTEBIN)


def redaction_of(config: pytest.Config) -> Redaction:
    """Give what takes out the secrets that are known now."""
    redacting = config.stash.get(_REDACTING, None)
    return redacting.redaction if redacting else Redaction()


def _redacted(write: Callable[[str], object], redact: Callable[[str], str]) -> Callable[[str], object]:
    return lambda text: write(redact(text))
