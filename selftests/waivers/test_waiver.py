"""What a waiver is at the boundaries of its days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.waivers import SOON_DAYS, State

from .conftest import waiver

LAST = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("now", "state", "days"),
    (
        pytest.param("2026-12-16T23:59:59+00:00", State.VALID, 15, id="15-days"),
        pytest.param("2026-12-17T00:00:00+00:00", State.EXPIRING, 14, id="14-days"),
        pytest.param("2026-12-30T12:00:00+00:00", State.EXPIRING, 1, id="the-day-before"),
        pytest.param("2026-12-31T00:00:00+00:00", State.EXPIRING, 0, id="the-last-day-begins"),
        pytest.param("2026-12-31T23:59:59+00:00", State.EXPIRING, 0, id="the-last-second"),
        pytest.param("2026-12-31T23:59:59.999999+00:00", State.EXPIRING, 0, id="the-last-microsecond"),
        pytest.param("2027-01-01T00:00:00+00:00", State.EXPIRED, -1, id="the-next-day"),
        pytest.param("2027-01-01T05:00:00+05:30", State.EXPIRING, 0, id="new-year-in-india-is-not-yet-utc's"),
        pytest.param("2026-12-31T20:00:00-05:00", State.EXPIRED, -1, id="new-year's-eve-in-new-york-is-past-utc's"),
    ),
)
def test_state(now, state, days):
    moment = datetime.fromisoformat(now)
    assert (waiver(expires=LAST).state(moment), waiver(expires=LAST).days_left(moment)) == (state, days)


@pytest.mark.parametrize("last", (date.min, date.max))
def test_the_first_and_the_last_day_that_there_is(last):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert waiver(expires=last).state(moment) is (State.EXPIRED if last == date.min else State.VALID)


MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours))),
)


@given(now=MOMENTS, last=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_valid_up_to_midnight_utc_and_never_after(now, last):
    midnight = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    expired = waiver(expires=last).state(now) is State.EXPIRED
    assert expired == (now >= midnight)
    soon = waiver(expires=last).state(now) is State.EXPIRING
    assert soon == (midnight - timedelta(days=SOON_DAYS + 1) <= now < midnight)
