"""--events-since: a date, a time, an age, or a usage error."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from exgate.plugin.options import events_since
from exgate.plugin.when import EARLIEST, parse_when

NOW = datetime(2006, 2, 1, 12, 30, tzinfo=UTC)
FORMS = "give a date or a time (2005-10-31, 2005-10-31T08:00, 2005-10-31T08:00+02:00) or an age (90m, 36h, 7d)"
FUTURE = "it is in the future (a time without an offset is UTC)"
JUST_NOW = "it is less than a minute ago, and a log without symptoms since then would say nothing"
NO_SUCH = "there is no such date or time"


@pytest.mark.parametrize(
    ("text", "moment"),
    (
        ("2006-01-31", datetime(2006, 1, 31, tzinfo=UTC)),
        ("2006-01-31T08:00", datetime(2006, 1, 31, 8, tzinfo=UTC)),
        ("2006-01-31 08:00", datetime(2006, 1, 31, 8, tzinfo=UTC)),
        ("2006-01-31T08:00:05", datetime(2006, 1, 31, 8, 0, 5, tzinfo=UTC)),
        ("2006-01-31T08:00:05.25", datetime(2006, 1, 31, 8, 0, 5, 250000, tzinfo=UTC)),
        ("2006-01-31T08:00Z", datetime(2006, 1, 31, 8, tzinfo=UTC)),
        ("2006-01-31T08:00+02:00", datetime(2006, 1, 31, 6, tzinfo=UTC)),
        ("2006-01-31T08:00-0530", datetime(2006, 1, 31, 13, 30, tzinfo=UTC)),
        ("2006-02-01T12:29", NOW - timedelta(minutes=1)),
        ("2006-02-01T14:29+02:00", NOW - timedelta(minutes=1)),
        ("90m", datetime(2006, 2, 1, 11, tzinfo=UTC)),
        ("36h", datetime(2006, 1, 31, 0, 30, tzinfo=UTC)),
        ("7d", datetime(2006, 1, 25, 12, 30, tzinfo=UTC)),
        ("1m", NOW - timedelta(minutes=1)),
        ("1601-01-01", EARLIEST),
        ("0001-01-01", EARLIEST),
        ("0001-01-01T00:00+14:00", EARLIEST),
        ("300000d", EARLIEST),
        ("999999999999999999d", EARLIEST),
    ),
)
def test_moments(text, moment):
    found = parse_when(text, NOW)
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("", FORMS),
        ("yesterday", FORMS),
        ("7", FORMS),
        ("7w", FORMS),
        ("-7d", FORMS),
        ("7 d", FORMS),
        ("1.5h", FORMS),
        ("7D", FORMS),
        ("\N{ARABIC-INDIC DIGIT SEVEN}d", FORMS),
        ("20060131", FORMS),
        ("2006-W05-2", FORMS),
        ("2006-01", FORMS),
        ("31.01.2006", FORMS),
        ("2006-01-31T", FORMS),
        ("2006-01-31T08", FORMS),
        ("2006-01-31x08:00", FORMS),
        ("2006-01-31+02:00", FORMS),
        ("2006-02-30", NO_SUCH),
        ("2006-01-31T24:30", NO_SUCH),
        ("2006-01-31T08:00+25:00", NO_SUCH),
        ("0000-01-01", NO_SUCH),
        ("2006-02-02", FUTURE),
        ("2006-02-01T12:30:01", FUTURE),
        ("9999-12-31T23:59-14:00", FUTURE),
        ("0m", JUST_NOW),
        ("0d", JUST_NOW),
        ("2006-02-01T12:30", JUST_NOW),
        ("2006-02-01T12:29:01", JUST_NOW),
    ),
)
def test_refusals(text, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        parse_when(text, NOW)
    assert str(caught.value) == message


def test_now_may_have_another_offset():
    local = NOW.astimezone(timezone(timedelta(hours=-8)))
    assert parse_when("1h", local) == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    "argument", (pytest.param("yesterday", id="neither"), pytest.param("2999-01-01", id="the-future"))
)
def test_a_usage_error_is_one_line(run_pytest, argument):
    outcome = run_pytest("--hosts=be01", f"--events-since={argument}")
    reason = FUTURE if argument == "2999-01-01" else FORMS
    assert (outcome.status, outcome.stderr.strip()) == (4, f"ERROR: --events-since={argument}: {reason}")
    assert not (outcome.folder / "junit.xml").exists()


def test_the_terminal_says_since_when(run_pytest):
    outcome = run_pytest("--hosts=be01", "--collect-only", "--events-since=2006-01-31T08:00+02:00")
    assert "events since: 2006-01-31 06:00:00 UTC" in outcome.stdout.splitlines()


def test_an_age_is_counted_once():
    config = SimpleNamespace(getoption=lambda _name: " 7d ", stash=pytest.Stash())
    assert events_since(config) is events_since(config)


def test_without_the_option_there_is_no_moment():
    assert events_since(SimpleNamespace(getoption=lambda _name: None)) is None
