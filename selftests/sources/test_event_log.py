"""The Application log by WMI: what is asked, and what becomes of the answers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.unknown import UnknownFact
from exgate.sources.collect import Questions, collect_host
from exgate.sources.event_log import read_event_log
from exgate.sources.limits import Limits

SINCE = datetime(2026, 3, 2, 5, 30, 12, 999, tzinfo=timezone(timedelta(hours=1)))
RECORD = {
    "SourceName": "Server ActiveSync",
    "EventCode": "3029",
    "TimeGenerated": "2026-03-03T08:15:30+01:00",
    "InsertionStrings": ("BE01", "Exchange"),
    "Message": "The mailbox server [BE01] ...",
}
EVENT = LoggedEvent(
    source="Server ActiveSync",
    code=3029,
    generated=datetime(2026, 3, 3, 7, 15, 30, tzinfo=UTC),
    strings=("BE01", "Exchange"),
    message="The mailbox server [BE01] ...",
)


OLDER = {"RecordNumber": "7", "SourceName": "SceCli", "EventCode": "1704", "TimeGenerated": "2026-03-01T00:00:00Z"}
EVENTS_ALONE = "TimeGenerated >="


def read(fake, records=(), older=(OLDER,), **others):
    session = fake({"TimeGenerated <": (*records, *older), **others})
    return read_event_log(session, SINCE, "the last start of IIS Admin"), session


def numbered(count, **changes):
    """Give that many older records, newest first."""
    return tuple(OLDER | {"RecordNumber": str(number)} | changes for number in range(count, 0, -1))


def test_one_question_bounded_by_log_and_sources_or_time(fake):
    _, session = read(fake)
    assert session.asked == [
        (
            r"root\cimv2",
            (
                "SELECT RecordNumber, SourceName, EventCode, TimeGenerated, InsertionStrings, Message FROM "
                "Win32_NTLogEvent WHERE Logfile = 'Application' AND (TimeGenerated < '20260302043012.000000+000' OR "
                "SourceName = 'Server ActiveSync' OR SourceName = 'MSExchangeOMA')"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("records", "older", "again"),
    (
        pytest.param((RECORD | {"RecordNumber": "1200"},), numbered(1000), False, id="newest-first"),
        pytest.param((RECORD | {"RecordNumber": "1"},), numbered(1000)[::-1], True, id="oldest-first"),
        pytest.param((), numbered(1000, RecordNumber=None), True, id="without-numbers"),
        pytest.param((), numbered(1000, RecordNumber="5"), True, id="numbers-that-say-nothing"),
        pytest.param((RECORD | {"RecordNumber": "1"},), numbered(9)[::-1], False, id="few-in-any-order"),
    ),
)
def test_an_older_record_is_the_end_of_it_in_a_log_that_comes_newest_first(fake, records, older, again):
    log, session = read(fake, records, older, **{EVENTS_ALONE: (RECORD,)})
    assert [EVENTS_ALONE in asked[-1] for asked in session.asked] == [False, True][: 1 + again]
    assert (log.events, log.reaches_back) == ((EVENT,) if records or again else (), True)


def test_many_records_are_all_read(fake):
    log, session = read(fake, tuple(RECORD | {"RecordNumber": str(n)} for n in range(2000, 1950, -1)), numbered(1000))
    assert (len(log.events), log.reaches_back, len(session.asked)) == (50, True, 1)


def test_a_record_of_the_same_second_is_not_older(fake):
    log, _ = read(fake, (RECORD | {"TimeGenerated": "2026-03-02T04:30:12Z"},), ())
    assert (len(log.events), log.reaches_back) == (1, False)


def test_an_old_record_of_mobile_access_is_an_older_record(fake):
    log, _ = read(fake, (RECORD | {"TimeGenerated": "2026-03-02T04:30:11Z"},), ())
    assert (log.events, log.reaches_back) == ((), True)


@pytest.mark.parametrize(
    ("records", "events"),
    (
        pytest.param((), (), id="none"),
        pytest.param((RECORD,), (EVENT,), id="one"),
        pytest.param(
            (RECORD | {"TimeGenerated": "20260303081530.000000+060"},), (EVENT,), id="the-time-as-wmi-writes-it"
        ),
        pytest.param(
            (RECORD | {"InsertionStrings": None, "Message": None},),
            (LoggedEvent(source=EVENT.source, code=3029, generated=EVENT.generated, strings=(), message=""),),
            id="without-texts",
        ),
        pytest.param(
            (RECORD | {"InsertionStrings": "BE01"},),
            (
                LoggedEvent(
                    source=EVENT.source, code=3029, generated=EVENT.generated, strings=("BE01",), message=EVENT.message
                ),
            ),
            id="one-string",
        ),
    ),
)
def test_events(fake, records, events):
    log, _ = read(fake, records)
    assert log == EventLog(since=SINCE, because="the last start of IIS Admin", events=events, reaches_back=True)


def test_newest_first(fake):
    log, _ = read(fake, (RECORD | {"TimeGenerated": "2026-03-02T08:00:00Z"}, RECORD))
    assert [event.generated.day for event in log.events] == [3, 2]


def test_a_log_without_an_older_record_does_not_reach_back(fake):
    log, _ = read(fake, older=())
    assert log.reaches_back is False


@pytest.mark.parametrize(
    "change",
    (
        {"SourceName": None},
        {"EventCode": "many"},
        {"TimeGenerated": None},
        {"TimeGenerated": "yesterday"},
        {"TimeGenerated": "2026-03-03T08:15:30"},
    ),
    ids=str,
)
def test_a_record_in_another_form_is_unknown(fake, change):
    with pytest.raises(UnknownFact, match="a record of the Application log in a form that is not known"):
        read(fake, (RECORD | change,))


def test_of_the_lab(live_lab):
    settings, password = live_lab.host("drift-52-event-3029")
    facts = collect_host(settings, password, Limits(), questions=Questions(wire=False)).result
    (event,) = facts.event_log.events
    assert (event.source, event.code, event.insertion(1)) == ("Server ActiveSync", 3029, "DRIFT117")
    assert (facts.event_log.because, facts.event_log.reaches_back) == ("the last start of IIS Admin", True)
    later = Questions(wire=False, events_since=event.generated + timedelta(seconds=1))
    facts = collect_host(settings, password, Limits(), questions=later).result
    assert (facts.event_log.because, facts.event_log.events) == ("--events-since", ())
