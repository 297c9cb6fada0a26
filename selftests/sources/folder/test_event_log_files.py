"""A folder's event logs: which are read, how several become one, and when nothing is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exgate.facts.events import EventLog
from exgate.facts.unknown import Unknown
from exgate.sources.folder import event_log
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.event_log import read_event_log_files
from exgate.sources.folder.eventquery import COMMAND

from .eventquery_writer import Printed, csv, listed, table
from .evt_writer import Log, Record

SINCE = datetime(2026, 3, 15, 12, tzinfo=UTC)
BECAUSE = "the last start of IIS Admin"
DATES = DateReading(utc_offset=timedelta(hours=1))
SAVE = "save the Application log as a .evt file (Event Viewer, Application, Save Log File As)"
SAVE_OR_RUN = f"{SAVE}, or run on the server: {COMMAND}"
SSL_TEXT = "The mailbox server [BE01] has its [Exchange] virtual directory set to require SSL."


def at(days, source="MSExchangeIS", code=1000, **changes):
    """Give a record some days after the moment asked for."""
    return Record(source=source, code=code, generated=SINCE + timedelta(days=days), **changes)


def ssl(days):
    return at(days, "Server ActiveSync", 3029, strings=("BE01", "Exchange"))


def printed(record, **changes):
    """Give the same record as eventquery.vbs prints it on a server an hour ahead of UTC."""
    date = (record.generated + timedelta(hours=1)).strftime("%d.%m.%Y %H:%M:%S")
    ours = record.source == "Server ActiveSync"
    here = Printed(record.source, record.code, date, SSL_TEXT if ours else "N/A", "Error" if ours else "Information")
    return replace(here, type="Warning" if record.source == "ESE" else here.type, **changes)


OLD = [at(-30), at(-20, "ESE", 103)]
LATE = [at(20, "SceCli", 1704), at(21, "MSExchangeSA", 9006)]
HEALTHY = [*OLD, *LATE]
ILL = [*OLD, ssl(5), *LATE]


def evt(records, **changes):
    return bytes(Log(sorted(records, key=lambda record: record.generated), **changes))


def text(records, form=csv, **changes):
    rows = [printed(record) for record in sorted(records, key=lambda record: record.generated, reverse=True)]
    return form([replace(rows[0], category="General"), *rows[1:]], **changes).encode()


@pytest.fixture
def read(tmp_path):
    def write_and_read(files, since=SINCE, dates=DATES):
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        return read_event_log_files(tmp_path.iterdir(), since, BECAUSE, dates)

    return write_and_read


def seen(found):
    assert not isinstance(found, Unknown), found
    return [(event.source, event.code, event.strings, bool(event.message)) for event in found.log.events]


@pytest.mark.parametrize("form", (csv, listed, table))
@pytest.mark.parametrize("name", ("eventlog.csv", "EVENTLOG.TXT"))
@pytest.mark.parametrize("encode", (lambda data: data, lambda data: b"\xff\xfe" + data.decode().encode("utf-16-le"), lambda data: b"\xef\xbb\xbf" + data), ids=("ansi", "utf-16", "utf-8"))  # fmt: skip
def test_texts(read, form, name, encode):
    found = read({name: encode(text(ILL, form)), "ipconfig.txt": b"Windows IP Configuration\r\n"})
    full = form is not table
    assert seen(found) == [("Server ActiveSync", 3029, ("BE01", "Exchange") if full else (), full)]
    assert (found.log.reaches_back, found.log.since, found.log.because) == (True, SINCE, BECAUSE)
    assert (found.saved_at, found.computer) == (LATE[-1].generated, "BE01")


@pytest.mark.parametrize("name", ("Application.evt", "AppEvent.Evt"))
@pytest.mark.parametrize(
    ("records", "codes", "reaches_back"),
    (
        (HEALTHY, [], True),
        (ILL, [3029], True),
        ([ssl(-5), *HEALTHY], [], True),
        ([ssl(0), ssl(1), *HEALTHY], [3029, 3029], True),
        (LATE, [], False),
        ([at(0), *LATE], [], False),
        ([ssl(5), *LATE], [3029], False),
    ),
    ids=("healthy", "ill", "before", "at-that-moment", "overwritten", "begins-then", "ill-and-overwritten"),
)
def test_binary_logs(read, name, records, codes, reaches_back):
    found = read({name: evt(records)})
    assert [event.code for event in found.log.events] == codes
    assert found.log.reaches_back is reaches_back
    assert found.saved_at == LATE[-1].generated


EMPTY_TEXT = b"INFO: No records available for the 'application' log.\r\n"


@pytest.mark.parametrize(("name", "data"), (("a.evt", evt([])), ("a.txt", EMPTY_TEXT)))
def test_an_empty_log_reaches_nowhere(read, name, data):
    found = read({name: data})
    assert found.log == EventLog(since=SINCE, because=BECAUSE, events=(), reaches_back=False)
    assert (found.saved_at, found.computer) == (None, "")


SYSTEM = [at(days, "Service Control Manager", 7036) for days in (-30, 30)]
CONTRADICTION = "look at date_format: and utc_offset: in host.yml if one is eventquery.vbs's, or leave one of them out"


@pytest.mark.parametrize(
    ("files", "reason", "step"),
    (
        ({}, "the folder holds no event log", SAVE_OR_RUN),
        ({"ping.txt": b"Pinging BE01", "a.csv": b"a,b", "MetaBase.xml": b"<x/>"}, "the folder holds no event log", SAVE_OR_RUN),
        ({"a.evt": b""}, "a.evt: it is empty", f"{SAVE} again"),
        ({"a.evtx": b"ElfFile\0"}, "a.evtx: it is an .evtx file, which Windows Server 2003 does not write", f"{SAVE} again"),
        (
            {"a.evt": evt(HEALTHY)[:-1]},
            "a.evt: the event log's header and its end contradict each other: it is damaged or cut off",
            f"{SAVE} again",
        ),
        (
            {"a.csv": text(HEALTHY) + b"C:\\>"},
            "a.csv: line 5: this is not as eventquery.vbs writes csv: the file is damaged, or was cut off",
            SAVE_OR_RUN,
        ),
        ({"System.evt": evt(SYSTEM)}, "no record shows that this is the Application log: System.evt", SAVE_OR_RUN),
        ({"system.csv": text(SYSTEM)}, "no record shows that this is the Application log: system.csv", SAVE_OR_RUN),
        (
            {"system.txt": text(HEALTHY, listed, title="Listing the events in 'system' log of host 'BE01'")},
            "no record shows that this is the Application log: system.txt",
            SAVE_OR_RUN,
        ),
        (
            {"a.evt": evt(OLD)},
            "a.evt ends with a record of 2026-02-23 12:00:00 UTC, and shows nothing since the last start of IIS Admin (2026-03-15 12:00:00 UTC)",
            f"{SAVE} again",
        ),
        (
            {"a.csv": text([*OLD, at(-19, "MSExchangeSA", 9006)])},
            "a.csv ends with a record of 2026-02-24 12:00:00 UTC, and shows nothing since the last start of IIS Admin (2026-03-15 12:00:00 UTC)",
            f"{SAVE} again",
        ),
        (
            {"a.csv": text([at(-30), at(20)])},
            "a.csv may be the output of a filter (/fi): it does not hold records with a number above 3031, two types, two sources besides Server ActiveSync and MSExchangeOMA",
            f"on the server, run: {COMMAND}",
        ),
        (
            {"a.evt": evt(HEALTHY), "b.csv": text(ILL)},
            "a.evt and b.csv do not hold the same records of the time that both cover",
            CONTRADICTION,
        ),
        (
            {"a.evt": evt(ILL), "b.evt": evt(HEALTHY)},
            "a.evt and b.evt do not hold the same records of the time that both cover",
            CONTRADICTION,
        ),
        (
            {"a.evt": evt(HEALTHY), "b.evt": evt([replace(record, computer="BE02") for record in HEALTHY])},
            "a.evt is of BE01, and b.evt of BE02",
            "leave the log of one server in the folder",
        ),
    ),
)  # fmt: skip
def test_unknown(read, files, reason, step):
    assert read(files) == Unknown(reason, step)


@pytest.mark.parametrize(
    ("dates", "reason"),
    (
        (DateReading(), "a.csv: its times are the server's local ones, and their offset from UTC is not known"),
        (
            DateReading(format="%m/%d/%Y %H:%M:%S", utc_offset=timedelta(0)),
            "a.csv: its date '05.04.2026 13:00:00' is not in the form of date_format '%m/%d/%Y %H:%M:%S'",
        ),
    ),
)
def test_dates_that_cannot_be_told(read, dates, reason):
    found = read({"a.csv": text(HEALTHY)}, dates=dates)
    assert isinstance(found, Unknown)
    assert found.reason == reason


def test_the_moment_is_not_known(read):
    unknown = Unknown("IIS Admin is not running", "start it")
    assert read({"a.evt": evt(HEALTHY)}, since=unknown) == unknown


@pytest.mark.parametrize("form", (csv, listed, table))
def test_a_whole_text_without_a_symptom(read, form):
    found = read({"a.txt": text([ssl(-1), *HEALTHY], form)})
    assert (found.log.events, found.log.reaches_back, found.saved_at) == ((), True, LATE[-1].generated)


def test_what_a_filtered_output_shows_is_told(read):
    """It proves a symptom; that there is none it cannot prove."""
    found = read({"a.csv": text([ssl(-1), ssl(5)])})
    assert seen(found) == [("Server ActiveSync", 3029, ("BE01", "Exchange"), True)]
    assert found.log.reaches_back is False


def test_the_same_records_in_both_forms_are_one(read):
    twice = [*ILL, ssl(5)]
    found = read({"a.evt": evt(twice), "b.csv": text(twice)})
    assert seen(found) == [("Server ActiveSync", 3029, ("BE01", "Exchange"), False)] * 2
    assert found.log.reaches_back is True


def test_a_filtered_output_beside_a_whole_log(read):
    """The age is that of the whole one: what came after it is not known to be complete."""
    found = read({"a.evt": evt(HEALTHY), "b.csv": text([ssl(-1), ssl(5), ssl(30)])})
    assert seen(found) == [("Server ActiveSync", 3029, ("BE01", "Exchange"), True)] * 2
    assert (found.log.reaches_back, found.saved_at) == (True, LATE[-1].generated)


@pytest.mark.parametrize(
    ("earlier", "reaches_back"),
    (
        ([*OLD, at(20)], True),
        ([*OLD, at(2)], False),
        ([*OLD, ssl(1), at(20)], True),
        ([at(1), at(20)], False),
        (OLD, False),
    ),
    ids=("overlap", "gap", "overlap-with-a-symptom", "both-too-late", "before"),
)
def test_an_earlier_log(read, earlier, reaches_back):
    found = read({"new.evt": evt([at(10), *LATE]), "old.evt": evt(earlier)})
    assert found.log.reaches_back is reaches_back
    assert [event.code for event in found.log.events] == [record.code for record in earlier if record.code == 3029]
    assert found.saved_at == LATE[-1].generated


def test_the_system_log_beside_it_is_left_aside(read):
    found = read({"System.evt": evt(SYSTEM), "App.evt": evt(LATE)})
    assert (found.log.reaches_back, found.saved_at) == (False, LATE[-1].generated)


def test_a_text_that_is_too_large(read, monkeypatch):
    monkeypatch.setattr(event_log, "_LARGEST_TEXT", 1 << 20)
    rows = text(HEALTHY).partition(b"\r\n")[2]
    assert read({"a.csv": rows * (1 + (1 << 20) // len(rows))}) == Unknown(
        "a.csv: it is larger than 1 MiB", SAVE_OR_RUN
    )


def test_a_file_that_cannot_be_opened(tmp_path):
    found = read_event_log_files([tmp_path / "a.evt"], SINCE, BECAUSE, DATES)
    assert found == Unknown("a.evt cannot be read: No such file or directory", "look at the file's permissions")
