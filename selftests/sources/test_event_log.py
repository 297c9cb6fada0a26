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


def read(fake, records=(), older=({"TimeGenerated": "2026-03-01T00:00:00Z"},)):
    session = fake({"TimeGenerated >=": tuple(records), "TimeGenerated <": older})
    return read_event_log(session, SINCE, "the last start of IIS Admin"), session


def test_questions_are_bounded_by_log_source_and_time(fake):
    _, session = read(fake)
    assert session.asked == [
        (
            r"root\cimv2",
            (
                "SELECT SourceName, EventCode, TimeGenerated, InsertionStrings, Message FROM Win32_NTLogEvent WHERE Logfile = "
                "'Application' AND TimeGenerated >= '20260302043012.000000+000' AND (SourceName = 'Server ActiveSync' OR "
                "SourceName = 'MSExchangeOMA')"
            ),
        ),
        (
            r"root\cimv2",
            (
                "SELECT TimeGenerated FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND TimeGenerated < "
                "'20260302043012.000000+000'"
            ),
        ),
    ]


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
