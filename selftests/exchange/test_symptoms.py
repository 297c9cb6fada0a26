"""The article's symptoms in the Application log: messages asserted exactly."""

from datetime import UTC, datetime

import pytest

from exgate.exchange import Symptoms
from exgate.facts.events import EventLog, LoggedEvent
from exgate.facts.software import ExchangeVersion
from exgate.facts.unknown import Unknown, UnknownFact

STARTED = datetime(2026, 1, 1, 6, 0, tzinfo=UTC)
SINCE = "since the last start of IIS Admin (2026-01-01 06:00:00 UTC)"


def event(source, code, *strings, message="", minute=0):
    return LoggedEvent(
        source=source,
        code=code,
        generated=datetime(2026, 1, 1, 7, minute, tzinfo=UTC),
        strings=strings,
        message=message,
    )


def log(*events, reaches_back=True):
    return EventLog(since=STARTED, because="the last start of IIS Admin", events=events, reaches_back=reaches_back)


OMA_403 = event("MSExchangeOMA", 1805, "u@lab", "BE01", "403:Forbidden")
FORBIDDEN = "returning an HTTP error with status code 403:Forbidden"


@pytest.mark.parametrize(
    ("events", "found"),
    (
        pytest.param(
            [event("Server ActiveSync", 3029, "BE01", "Exchange")],
            "1 symptom in the Application log {0}: Server ActiveSync 3029, 2026-01-01 07:00:00 UTC, names server BE01 and "
            "virtual directory Exchange; demanded: none",
            id="3029",
        ),
        pytest.param(
            [event("Server ActiveSync", 3030, "BE02")],
            "1 symptom in the Application log {0}: Server ActiveSync 3030, 2026-01-01 07:00:00 UTC, names server BE02; "
            "demanded: none",
            id="3030-of-another-server",
        ),
        pytest.param(
            [event("Server ActiveSync", 3031)],
            "1 symptom in the Application log {0}: Server ActiveSync 3031, 2026-01-01 07:00:00 UTC, names server ?; "
            "demanded: none",
            id="3031-without-strings",
        ),
        pytest.param(
            [event("Server ActiveSync", 3029, "BE01\r\nFAIL\x1b[2K", "Ex\x00\u202e\u2028change")],
            "1 symptom in the Application log {0}: Server ActiveSync 3029, 2026-01-01 07:00:00 UTC, names server "
            "BE01\\r\\nFAIL\\x1b[2K and virtual directory Ex\\x00\\u202e\\u2028change; demanded: none",
            id="control-characters",
        ),
        pytest.param(
            [OMA_403],
            "1 symptom in the Application log {0}: MSExchangeOMA 1805 with 403, 2026-01-01 07:00:00 UTC; demanded: none",
            id="1805-in-a-string",
        ),
        pytest.param(
            [event("MSExchangeOMA", 1805, message=FORBIDDEN)],
            "1 symptom in the Application log {0}: MSExchangeOMA 1805 with 403, 2026-01-01 07:00:00 UTC; demanded: none",
            id="1805-in-the-message",
        ),
        pytest.param(
            [event("MSExchangeOMA", 1507, message="returned an error: (440) Login Timeout.")],
            "1 symptom in the Application log {0}: MSExchangeOMA 1507 with 440, 2026-01-01 07:00:00 UTC; demanded: none",
            id="1507",
        ),
        pytest.param(
            [event("Server ActiveSync", 3031, "BE01", "Exchange", minute=minute) for minute in (9, 8, 7, 6, 5)],
            "5 symptoms in the Application log {0}: "
            "Server ActiveSync 3031, 2026-01-01 07:09:00 UTC, names server BE01 and virtual directory Exchange; "
            "Server ActiveSync 3031, 2026-01-01 07:08:00 UTC, names server BE01 and virtual directory Exchange; "
            "Server ActiveSync 3031, 2026-01-01 07:07:00 UTC, names server BE01 and virtual directory Exchange; and 2 more; "
            "demanded: none",
            id="many",
        ),
    ),
)
def test_symptoms(make_server, events, found):
    reading = Symptoms(make_server(event_log=log(*events, reaches_back=False))).are_absent
    assert (bool(reading), reading.found) == (False, found.format(SINCE))


@pytest.mark.parametrize(
    "events",
    (
        pytest.param([], id="nothing"),
        pytest.param([event("MSExchangeOMA", 1805, message="status code 500")], id="1805-with-another-status"),
        pytest.param([event("MSExchangeOMA", 1805, message="Content-Length: 1403")], id="403-within-another-number"),
        pytest.param([event("MSExchangeOMA", 1507, message="(403) Forbidden")], id="1507-with-the-other-status"),
        pytest.param([event("Server ActiveSync", 3005, message="440")], id="another-number"),
        pytest.param([event("W3SVC", 3029)], id="another-source"),
    ),
)
@pytest.mark.parametrize(
    ("version", "caveat"),
    (
        pytest.param(ExchangeVersion(65, 7638), "", id="sp2"),
        pytest.param(
            ExchangeVersion(65, 7226),
            "; before Service Pack 2 events 3029, 3030 and 3031 are never logged, so that their absence is no evidence",
            id="sp1",
        ),
        pytest.param(
            Unknown("denied", "ask"),
            "; the service pack is not known: before Service Pack 2 events 3029 to 3031 are never logged",
            id="no-version",
        ),
    ),
)
def test_no_symptoms(make_server, events, version, caveat):
    reading = Symptoms(make_server(event_log=log(*events), exchange=version)).are_absent
    assert (bool(reading), reading.found) == (True, f"no symptom in the Application log {SINCE}{caveat}")


@pytest.mark.parametrize(
    ("event_log", "reason"),
    (
        pytest.param(
            log(reaches_back=False),
            f"the Application log holds no record from before that moment, so that records {SINCE} may be lost",
            id="does-not-reach-back",
        ),
        pytest.param(Unknown("IIS Admin does not run", "start it"), "IIS Admin does not run", id="not-read"),
        pytest.param(
            log(event("MSExchangeOMA", 1805, "", "")),
            "MSExchangeOMA 1805 of 2026-01-01 07:00:00 UTC came without its text, which would tell whether it is a symptom",
            id="a-record-without-its-text",
        ),
    ),
)
def test_a_log_that_does_not_show_enough_is_unknown(make_server, event_log, reason):
    with pytest.raises(UnknownFact) as caught:
        _ = Symptoms(make_server(event_log=event_log)).are_absent
    assert caught.value.unknown.reason == reason
