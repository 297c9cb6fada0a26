"""From what a test did to its verdict."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from exgate.exchange import Blocked, ExchangeServer, Moot
from exgate.exchange.remedy import is_secondary, values
from exgate.facts.role import MAILBOX_ROLES, Role
from exgate.facts.unknown import PendingFact, Unknown, UnknownFact
from exgate.plugin.hosts import UnreachableHost
from exgate.plugin.run import IDENTITY, Run
from exgate.reports.plain import one_line
from exgate.requirements import Requirement
from exgate.verdicts import Outcome, Remedy, Verdict
from exgate.wsman.errors import WsmanError

_FRONT_END = "a front-end may require SSL and use forms-based authentication; the article judges mailbox servers"


class NotForRole(Moot):
    """Raised when a requirement does not apply to the host's role."""


def check_role(requirement: Requirement, role: Role) -> None:
    """Do nothing when a requirement applies to a role.

    Raises:
        NotForRole: It does not.
    """
    if role in requirement.roles:
        return
    if role is Role.FRONT_END and requirement.roles == MAILBOX_ROLES:
        raise NotForRole(_FRONT_END)
    roles = ", ".join(sorted(requirement.roles))
    message = f"it applies to the roles {roles}, and this is a {role}"
    raise NotForRole(message)


def judge(requirement: Requirement, host: str, run: Run, error: BaseException | None, found: str = "") -> Verdict:
    """Give the verdict of a requirement on a host.

    Args:
        requirement: The record.
        host: The host's name.
        run: The run, for the host's own values and for what else it judges.
        error: What the test raised, None when it passed.
        found: What a test that passed has found.
    """
    if isinstance(error, Blocked) and (host, error.judged_by) not in run.judged:
        error = UnknownFact(Unknown(f"this cannot be judged: {error}", f"run {error.judged_by} too"))
    outcome, text = _outcome(error)
    note = "" if outcome is Outcome.UNREACHABLE or requirement.id == IDENTITY else run.role_note(host)
    return Verdict(
        requirement=requirement.id,
        host=host,
        role=run.role(host).value,
        severity=requirement.severity.value,
        outcome=outcome,
        message=one_line(f"{host}: {text or found or requirement.title}{note}"),
        why=requirement.why,
        seen=run.seen(host),
        remedy=_remedy(requirement, run.exchange(host)) if outcome is Outcome.FAIL else None,
        waits=isinstance(error, PendingFact),
    )


def _remedy(requirement: Requirement, server: ExchangeServer) -> Remedy:
    own = values(server)
    fix = requirement.fix_secondary if requirement.fix_secondary and is_secondary(server) else requirement.fix
    return Remedy(
        symptoms="; ".join(map(str, requirement.symptoms)),
        passage=requirement.passage,
        fix=requirement.fill(fix, own),
        rollback=requirement.fill(requirement.rollback, own),
        risk=requirement.fill(requirement.risk, own),
        references="; ".join(requirement.references),
    )


def judge_own_test(item: pytest.Item, host: str, run: Run, error: BaseException | None) -> Verdict | None:
    """Give the verdict of a user's own test that could not see what it needs; None for whatever pytest knows itself."""
    if not isinstance(error, UnknownFact | UnreachableHost | WsmanError):
        return None
    outcome, text = _outcome(error)
    return Verdict(
        requirement=item.nodeid,
        host=host,
        role=run.role(host).value,
        severity="-",
        outcome=outcome,
        message=one_line(f"{host}: {text}"),
        why="",
        seen=run.seen(host),
    )


def _outcome(error: BaseException | None) -> tuple[Outcome, str]:
    if error is None:
        return Outcome.PASS, ""
    for kind, outcome, words in _OUTCOMES:
        if isinstance(error, kind):
            return outcome, words(error)
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in place)
    text = f"{type(error).__name__}: {_first_line(error)}{where}"
    return Outcome.UNKNOWN, f"the check itself failed, please report it: {text}"


def _first_line(error: BaseException) -> str:
    """The message that the test gave its assert; pytest adds the expression below it."""
    return (str(error).splitlines() or [""])[0]


_OUTCOMES: tuple[tuple[type[BaseException], Outcome, Callable[[BaseException], str]], ...] = (
    (AssertionError, Outcome.FAIL, _first_line),
    (PendingFact, Outcome.NOT_APPLICABLE, str),
    (UnknownFact, Outcome.UNKNOWN, str),
    (WsmanError, Outcome.UNKNOWN, str),
    (UnreachableHost, Outcome.UNREACHABLE, str),
    (Moot, Outcome.NOT_APPLICABLE, str),
    (pytest.skip.Exception, Outcome.NOT_APPLICABLE, str),
)
