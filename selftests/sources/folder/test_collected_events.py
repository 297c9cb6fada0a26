"""The collected log since a moment: what was not asked for is never taken for empty."""

from datetime import UTC, datetime, timedelta

import pytest

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.unknown import Unknown
from exgate.sources.folder.collected_events import CollectedEvents

BOUND, STARTED = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def event(generated):
    return LoggedEvent(source="Server ActiveSync", code=3029, generated=generated, strings=("a",), message="")


BEFORE, AFTER = event(STARTED - timedelta(days=10)), event(STARTED + timedelta(days=1))
LATEST = event(STARTED + timedelta(days=2))


def collected(*moments, events=(BEFORE, AFTER, LATEST)):
    return CollectedEvents(bound=BOUND, events=events, moments=moments)


@pytest.mark.parametrize(
    ("log", "since", "events", "reaches_back"),
    (
        pytest.param(collected(), STARTED, (LATEST, AFTER), False, id="nothing-older-was-seen"),
        pytest.param(collected(STARTED - SECOND), STARTED, (LATEST, AFTER), True, id="a-record-from-before"),
        pytest.param(collected(STARTED), STARTED, (LATEST, AFTER), False, id="a-record-of-that-very-moment"),
        pytest.param(collected(BOUND - SECOND), BOUND, (LATEST, AFTER, BEFORE), True, id="since-the-bound"),
        pytest.param(collected(BOUND), BOUND, (LATEST, AFTER, BEFORE), False, id="nothing-before-the-bound"),
        pytest.param(
            collected(BOUND - timedelta(days=100)),
            BOUND - SECOND,
            (LATEST, AFTER, BEFORE),
            False,
            id="before-the-bound-nobody-looked",
        ),
        pytest.param(
            collected(BEFORE.generated), BOUND + SECOND, (LATEST, AFTER, BEFORE), False, id="newer-records-only"
        ),
        pytest.param(collected(BOUND, events=()), STARTED, (), True, id="no-record-of-mobile-access"),
        pytest.param(collected(BOUND), AFTER.generated, (LATEST, AFTER), True, id="that-moment-counts"),
    ),
)
def test_the_log_since_a_moment(log, since, events, reaches_back):
    assert log.since(since, "a moment") == EventLog(
        since=since, because="a moment", events=events, reaches_back=reaches_back
    )


def test_every_collected_record_is_evidence_that_the_log_reaches_back(changed):
    rows = []
    texts = {
        "SourceName": "MSExchangeOMA",
        "EventCode": "1805",
        "TimeGenerated": "20260301080000.000000+000",
        "Message": 'a "x"\r\n',
    }
    for name, text in texts.items():
        rows.append(("event", "Win32_NTLogEvent", name, "1", text, ""))
    rows += [("event", "Win32_NTLogEvent", "InsertionStrings", "1", text, "") for text in ("", "403:Forbidden")]
    rows += [
        ("event", "Win32_NTLogEvent", "InsertionStrings", "1#", "2", ""),
        ("event", "Win32_NTLogEvent", "", "#", "1", ""),
    ]
    none = [("event", "older than the start", "", "#", "0", "")]
    facts = changed({("event", "Win32_NTLogEvent"): rows, ("event", "older than the start"): none})
    log = facts.event_log(facts.iis_admin_started, "the start")
    assert (log.events, log.reaches_back) == ((), True)
    (earlier,) = facts.event_log(datetime(2026, 3, 1, tzinfo=UTC), "x").events
    assert (earlier.code, earlier.strings, earlier.message) == (1805, ("", "403:Forbidden"), 'a "x"\r\n')
    unknown = Unknown("why", "what")
    assert facts.event_log(unknown, "x") == unknown


@pytest.mark.parametrize("name", ("SourceName", "EventCode", "TimeGenerated"))
def test_one_record_that_cannot_be_understood_costs_the_log(changed, name):
    texts = {"SourceName": "x", "EventCode": "1", "TimeGenerated": "20260301080000.000000+000", "Message": ""}
    rows = [("event", "Win32_NTLogEvent", key, "1", text, "") for key, text in texts.items() if key != name]
    rows += [("event", "Win32_NTLogEvent", name, "1", text, "") for text in ("a", "b")]
    rows += [
        ("event", "Win32_NTLogEvent", "InsertionStrings", "1#", "0", ""),
        ("event", "Win32_NTLogEvent", "", "#", "1", ""),
    ]
    assert changed({("event", "Win32_NTLogEvent"): rows}).events == Unknown(
        "WMI showed a record of the Application log in a form that is not known",
        "look at the Application log in Event Viewer, and report this answer as a defect",
    )
