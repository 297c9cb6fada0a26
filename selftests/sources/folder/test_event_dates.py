"""Dates of a console program: read where they leave no doubt, unknown elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.facts.unknown import Unknown
from exgate.sources.folder.event_dates import DateReading, read_dates

HOUR = timedelta(hours=1)
THIRD_OF_APRIL = datetime(2026, 4, 3, 20, 15, 7, tzinfo=UTC)
FORMAT = (
    "say in host.yml how the server writes them, for example date_format: '%d/%m/%Y %H:%M:%S' (day first) "
    "or date_format: '%m/%d/%Y %I:%M:%S %p' (month first)"
)
OFFSET = "say in host.yml how far the server's clock is from UTC, for example utc_offset: '+01:00'"


@pytest.mark.parametrize(
    ("dates", "moment"),
    (
        (("03.04.2026 21:15:07",), THIRD_OF_APRIL),
        (("3.4.2026 21:15:07",), THIRD_OF_APRIL),
        (("2026-04-03 21:15:07",), THIRD_OF_APRIL),
        (("2026/4/3 21:15:07",), THIRD_OF_APRIL),
        (("2026.04.03. 21:15:07",), THIRD_OF_APRIL),
        (("03/04/2026 21:15:07", "13/04/2026 21:15:07"), THIRD_OF_APRIL),
        (("03-04-2026 21:15:07", "13-04-2026 21:15:07"), THIRD_OF_APRIL),
        (("03/04/2026 21.15.07", "13/04/2026 21.15.07"), THIRD_OF_APRIL),
        (("4/3/2026 9:15:07 PM", "4/13/2026 9:15:07 PM"), THIRD_OF_APRIL),
        (("3/04/2026 9:15:07 p.m.", "13/04/2026 9:15:07 a.m."), THIRD_OF_APRIL),
        (("4/13/2026 12:00:00 AM",), datetime(2026, 4, 12, 23, tzinfo=UTC)),
        (("4/13/2026 12:00:00 PM",), datetime(2026, 4, 13, 11, tzinfo=UTC)),
        (("04/13/2026 00:00:00",), datetime(2026, 4, 12, 23, tzinfo=UTC)),
    ),
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_inferred(dates, moment):
    assert read_dates(dates, DateReading(utc_offset=HOUR))[0] == moment


@pytest.mark.parametrize(
    ("dates", "reason"),
    (
        (("03/04/2026 21:15:07",), "its dates do not tell day from month, for example '03/04/2026 21:15:07'"),
        (("4/3/2026 9:15:07 PM",), "its dates do not tell day from month, for example '4/3/2026 9:15:07 PM'"),
        (("03-04-2026 21:15:07",), "its dates do not tell day from month, for example '03-04-2026 21:15:07'"),
        (("26/03/04 21:15:07",), "its dates do not tell day from month, for example '26/03/04 21:15:07'"),
        (("13.04.26 21:15:07",), "its dates do not tell day from month, for example '13.04.26 21:15:07'"),
        (
            ("13/04/2026 21:15:07", "04/13/2026 21:15:07"),
            "its dates contradict each other on the order of day and month",
        ),
        (
            ("13.04.2026 21:15:07", "2026-04-13 21:15:07"),
            "its dates contradict each other on the order of day and month",
        ),
        (("13/04/2026 21:15:07", "N/A"), "its date 'N/A' is in a form that is not known"),
        (("3. April 2026 21:15:07",), "its date '3. April 2026 21:15:07' is in a form that is not known"),
        (("13/04/2026",), "its date '13/04/2026' is in a form that is not known"),
        (
            ("13/04/2026 9:15:07 \u03bc\u03bc",),
            "its date '13/04/2026 9:15:07 \\u03bc\\u03bc' is in a form that is not known",
        ),
        (("\x1b[2J\0" + "9" * 10_000,), "its date '\\x1b[2J\\x00" + "9" * 35 + "' is in a form that is not known"),
        (
            ("31.04.2026 21:15:07",),
            "its date '31.04.2026 21:15:07' is not in the form of the others, for example '31.04.2026 21:15:07'",
        ),
        (
            ("13/04/2026 21:15:07 PM",),
            "its date '13/04/2026 21:15:07 PM' is not in the form of the others, for example '13/04/2026 21:15:07 PM'",
        ),
    ),
    ids=lambda value: value[0][:20] if isinstance(value, tuple) else "",
)
def test_in_doubt(dates, reason):
    assert read_dates(dates, DateReading(utc_offset=HOUR)) == Unknown(reason, FORMAT)


@pytest.mark.parametrize(
    ("form", "date", "expected"),
    (
        ("%d/%m/%Y %H:%M:%S", "03/04/2026 21:15:07", (THIRD_OF_APRIL,)),
        ("%m/%d/%Y %I:%M:%S %p", "04/03/2026 09:15:07 PM", (THIRD_OF_APRIL,)),
        ("%d/%m/%y %H:%M:%S", "03/04/26 21:15:07", (THIRD_OF_APRIL,)),
        (
            "%d/%m/%Y %H:%M:%S",
            "04/13/2026 21:15:07",
            "its date '04/13/2026 21:15:07' is not in the form of date_format '%d/%m/%Y %H:%M:%S'",
        ),
        ("%d %d", "03/04/2026", "its date '03/04/2026' is not in the form of date_format '%d %d'"),
        ("%", "03/04/2026", "its date '03/04/2026' is not in the form of date_format '%'"),
    ),
)
def test_by_a_format(form, date, expected):
    found = read_dates((date,), DateReading(format=form, utc_offset=HOUR))
    assert found == (Unknown(expected, FORMAT) if isinstance(expected, str) else expected)


@pytest.mark.parametrize(
    ("offset", "reason"),
    (
        (None, "its times are the server's local ones, and their offset from UTC is not known"),
        (timedelta(days=1), "1 day, 0:00:00 is no offset from UTC"),
    ),
)
def test_without_an_offset(offset, reason):
    assert read_dates(("2026-04-03 21:15:07",), DateReading(utc_offset=offset)) == Unknown(reason, OFFSET)


def test_no_dates_need_nothing():
    assert read_dates((), DateReading()) == ()


@settings(deadline=None)
@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1)), min_size=1),  # noqa: DTZ001 - local ones
    st.sampled_from(("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")),
)
def test_what_is_inferred_is_right(moments, form):
    """Day and month are never mistaken for each other: the dates are read as they were written, or not at all."""
    written = [moment.replace(microsecond=0) for moment in moments]
    found = read_dates([moment.strftime(form) for moment in written], DateReading(utc_offset=HOUR))
    certain = "/" not in form or any(moment.day > 12 for moment in written)
    assert isinstance(found, Unknown) is not certain
    if certain:
        assert [moment.replace(tzinfo=None) + HOUR for moment in found] == written
