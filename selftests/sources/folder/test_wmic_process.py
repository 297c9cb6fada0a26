"""Outputs of wmic: when IIS Admin's process was started."""

from datetime import UTC, datetime, timedelta

import pytest

from exgate.facts.unknown import Unknown
from exgate.sources.folder.text import decode
from exgate.sources.folder.wmic_process import ProcessStart, read_wmic_process
from exgate.sources.unreadable import UnreadableFile

COMMAND = "wmic process where \"name='inetinfo.exe'\" get CreationDate /value > inetinfo.txt"


def _printed(*dates):
    return "\r\r\n\r\r\n" + "".join(f"CreationDate={date}\r\r\n\r\r\n" for date in dates) + "\r\r\n"


@pytest.mark.parametrize(
    ("date", "start"),
    (
        pytest.param(
            "20260302043012.312500+060",
            ProcessStart(datetime(2026, 3, 2, 3, 30, 12, tzinfo=UTC), timedelta(hours=1)),
            id="berlin",
        ),
        pytest.param(
            "20260301203012.000000-480",
            ProcessStart(datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC), timedelta(hours=-8)),
            id="seattle",
        ),
        pytest.param(
            "20260302043012.000000+000",
            ProcessStart(datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC), timedelta(0)),
            id="utc",
        ),
    ),
)
def test_starts(date, start):
    assert read_wmic_process(_printed(date)) == start
    assert read_wmic_process(decode(_printed(date).encode("utf-16"))) == start


@pytest.mark.parametrize(("dates", "count"), (((), 0), (("20260302043012.312500+060", "20260302043012.312500+060"), 2)))
def test_more_or_less_than_one_process(dates, count):
    assert read_wmic_process(_printed(*dates)) == Unknown(
        f"{count} processes of inetinfo.exe are shown, so that it is not known when IIS Admin was started",
        f"see that IIS Admin runs once (net start iisadmin), then on the server: {COMMAND}",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("CreationDate\r\n20260302043012.312500+060\r\n", "it shows something else", id="without-value"),
        pytest.param(_printed("2026030204"), "it shows something else", id="cut-off"),
        pytest.param(_printed("20260302043012.312500+0"), "it shows something else", id="cut-off-in-the-offset"),
        pytest.param("Node - BE01\r\nERROR:\r\nCode = 0x80041010\r\n", "it shows something else", id="error"),
        pytest.param("No Instance(s) Available.\r\n", "it shows something else", id="no-instance"),
        pytest.param("Keine Instanzen verfügbar.\r\n", "it shows something else", id="no-instance-german"),
        pytest.param(_printed("20261302043012.312500+060"), "its CreationDate is no date and time", id="month-13"),
        pytest.param(_printed("20260302043012.312500+999"), "its CreationDate is no date and time", id="offset"),
        pytest.param(_printed(""), "its CreationDate is no date and time", id="no-date"),
    ),
)
def test_anything_else(text, problem):
    problem = problem.replace("something else", "something else than CreationDate")
    with pytest.raises(UnreadableFile) as caught:
        read_wmic_process(text)
    assert str(caught.value) == f"no output of wmic: {problem}; next step: make it anew on the server: {COMMAND}"
