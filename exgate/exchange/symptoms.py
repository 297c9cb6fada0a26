"""The article's symptoms in the Application log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from exgate.exchange.identity import BEFORE_SP2, Identity
from exgate.exchange.reading import Reading
from exgate.exchange.server import ExchangeServer
from exgate.facts.events import OMA, SERVER_ACTIVESYNC, EventLog, LoggedEvent
from exgate.facts.unknown import Unknown, UnknownFact, known

_SHOWN = 3
SYMPTOMS: dict[tuple[str, int], int | None] = {
    (OMA, 1805): 403,
    (OMA, 1507): 440,
    (SERVER_ACTIVESYNC, 3029): None,
    (SERVER_ACTIVESYNC, 3030): None,
    (SERVER_ACTIVESYNC, 3031): None,
}
"""Source and number, and the HTTP status that a generic event must hold in its text to count."""


@dataclass(frozen=True, slots=True)
class Symptoms:
    """What the log says of mobile access; raises `UnknownFact` when what it needs could not be read."""

    server: ExchangeServer

    @property
    def are_absent(self) -> Reading:
        """Whether none has been logged since the last start of IIS Admin, or since --events-since.

        Raises:
            UnknownFact: The log could not be read, or does not reach back so far.
        """
        log = known(self.server.facts.event_log)
        since = f"since {log.because} ({log.since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"
        found = [event for event in log.events if is_symptom(event)]
        if found:
            shown = "; ".join(map(_describe, found[:_SHOWN]))
            more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            plural = "s" * (len(found) > 1)
            return Reading.no(
                f"{len(found)} symptom{plural} in the Application log {since}: {shown}{more}; demanded: none"
            )
        _check_texts(log)
        self._check_reach(log, since)
        return Reading.yes(f"no symptom in the Application log {since}{self._caveat()}")

    @staticmethod
    def _check_reach(log: EventLog, since: str) -> None:
        if not log.reaches_back:
            raise UnknownFact(
                Unknown(
                    f"the Application log holds no record from before that moment, so that records {since} may be lost",
                    "make the log larger (Event Viewer, Properties), or choose a later moment with --events-since",
                )
            )

    def _caveat(self) -> str:
        """Say where the log cannot show everything."""
        try:
            return "" if Identity(self.server).logs_activesync_events else f"; {BEFORE_SP2}"
        except UnknownFact:
            return "; the service pack is not known: before Service Pack 2 events 3029 to 3031 are never logged"


def is_symptom(event: LoggedEvent) -> bool:
    """Whether a record is one of the article's symptoms; 1805 and 1507 count with their HTTP status only."""
    key = (event.source, event.code)
    if key not in SYMPTOMS:
        return False
    status = SYMPTOMS[key]
    return status is None or event.contains(status)


def _check_texts(log: EventLog) -> None:
    """Refuse to call a generic record harmless whose text nobody has seen.

    Raises:
        UnknownFact: There is one.
    """
    for event in log.events:
        if SYMPTOMS.get((event.source, event.code)) is not None and not event.has_text:
            raise UnknownFact(
                Unknown(
                    f"{event.source} {event.code} of {event.generated.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC came "
                    "without its text, which would tell whether it is a symptom",
                    "look at it in Event Viewer on the server",
                )
            )


def _describe(event: LoggedEvent) -> str:
    named = ""
    if event.source == SERVER_ACTIVESYNC:
        server, vdir = event.insertion(1), event.insertion(2)
        named = f", names server {server or '?'}" + (f" and virtual directory {vdir}" if vdir else "")
    status = SYMPTOMS[event.source, event.code]
    text = f" with {status}" if status else ""
    return f"{event.source} {event.code}{text}, {event.generated.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC{named}"
