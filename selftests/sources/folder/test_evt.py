"""Windows 2003's binary event logs, as Microsoft documents them: whole, wrapped, in use, damaged, hostile."""

import random
import struct
from datetime import UTC, datetime, timedelta

import pyevt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.sources.folder.evt import read_evt
from exgate.sources.folder.log_file import LogFile
from exgate.sources.unreadable import UnreadableFile

from .evt_writer import DIRTY, EOF_SIZE, FILLER, HEADER_SIZE, WRAP, Log, Record

BEGIN = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
NAMES_BOTH = ("BE01", "Exchange")


def record(source="MSExchangeIS", code=1000, minutes=0, strings=(), **changes):
    return Record(source=source, code=code, generated=BEGIN + timedelta(minutes=minutes), strings=strings, **changes)


RECORDS = [
    record("SceCli", 1704, 0, high=0x40000000, type=4),
    record("Server ActiveSync", 3029, 1, NAMES_BOTH, sid=b"\1\1\0\0\0\0\0\5\x12\0\0\0", data=b"\0\1\2"),
    record("MSExchangeIS", 9523, 2, ("First Storage Group", "Ä and Ж")),
    record("MSExchangeOMA", 1805, 3, ("UserA@domain.com", "BE01", "403:Forbidden", "")),
    record("ESE", 103, 4, computer="BE01"),
]
DAMAGED = "record {} of the event log is missing or damaged"


@pytest.fixture
def read(tmp_path):
    def write_and_read(log):
        file = tmp_path / "Application.evt"
        file.write_bytes(bytes(log))
        return read_evt(file)

    return write_and_read


@pytest.fixture
def problem(read):
    def of(log):
        with pytest.raises(UnreadableFile) as caught:
            read(log)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return of


def seen(log):
    return [(event.source, event.code, event.generated, event.strings, event.message) for event in log.events]


def test_what_is_kept(read):
    log = read(Log(RECORDS))
    assert seen(log) == [
        (
            "MSExchangeOMA",
            1805,
            BEGIN + timedelta(minutes=3),
            ("UserA@domain.com", "BE01", "403:Forbidden", ""),
            "",
        ),
        ("Server ActiveSync", 3029, BEGIN + timedelta(minutes=1), NAMES_BOTH, ""),
    ]
    assert (log.name, log.computer, log.is_application, log.doubt) == ("Application.evt", "BE01", True, None)
    assert (log.oldest, log.newest) == (BEGIN, BEGIN + timedelta(minutes=4))


def test_an_empty_log(read):
    assert read(Log([])) == LogFile(
        name="Application.evt", computer="", events=(), oldest=None, newest=None, is_application=False
    )


def test_libevt_itself_reads_what_the_writer_wrote(tmp_path):
    (tmp_path / "a.evt").write_bytes(bytes(Log(RECORDS, first_number=7)))
    log = pyevt.open(str(tmp_path / "a.evt"))
    try:
        assert not log.is_corrupted()
        assert [
            (
                found.identifier,
                found.source_name,
                found.computer_name,
                found.event_identifier,
                found.event_type,
                found.get_creation_time_as_integer(),
                tuple(found.strings),
                found.user_security_identifier,
            )
            for found in log.records
        ] == [
            (
                7 + index,
                written.source,
                written.computer,
                written.high | written.code,
                written.type,
                int(written.generated.timestamp()),
                written.strings,
                "S-1-5-18" if written.sid else None,
            )
            for index, written in enumerate(RECORDS)
        ]
    finally:
        log.close()


@pytest.mark.parametrize("stale", (False, True), ids=("closed", "in-use"))
@pytest.mark.parametrize("filled", (False, True), ids=("split-record", "filler"))
def test_a_wrapped_log_reads_like_a_plain_one(read, stale, filled):
    size, plain = 900, read(Log(RECORDS, first_number=100))
    flags = WRAP | (DIRTY if stale else 0)
    seen_filler = seen_split = False
    for start in range(HEADER_SIZE, size - 56, 4):
        log = Log(RECORDS, first_number=100, start=start, size=size, flags=flags, stale_header=stale)
        file = bytes(log)
        has_filler = file[-4:] == struct.pack("<I", FILLER)
        seen_filler, seen_split = seen_filler or has_filler, seen_split or not has_filler
        if has_filler == filled:
            assert read(file) == plain, (start, log.places)
    assert seen_filler
    assert seen_split


@pytest.mark.parametrize("size", (0, 0x10000), ids=("to-the-end", "with-unused-space"))
def test_a_copy_of_a_log_in_use(read, size):
    assert read(Log(RECORDS, flags=DIRTY, stale_header=True, size=size)) == read(Log(RECORDS))


def test_records_in_unused_space_are_no_part_of_the_log(read):
    cleared = bytes(Log([record("Server ActiveSync", 3030, 0, NAMES_BOTH)]))[HEADER_SIZE:-EOF_SIZE]
    file = bytearray(bytes(Log(RECORDS[:1], size=0x1000)))
    file[0x800 : 0x800 + len(cleared)] = cleared
    log = read(bytes(file))
    assert (log.events, log.oldest, log.newest) == ((), BEGIN, BEGIN)


@pytest.mark.parametrize(
    ("source", "is_application"),
    (
        ("MSExchangeSA", True),
        ("msexchangeis mailbox", True),
        ("ESE", True),
        ("SceCli", True),
        ("Server ActiveSync", True),
        ("Service Control Manager", False),
        ("eventlog", False),
        ("Security", False),
        ("ESETService", False),
    ),
)
def test_whether_it_is_the_application_log(read, source, is_application):
    assert read(Log([record(source)])).is_application is is_application


@pytest.mark.parametrize(
    ("written", "strings"),
    (
        ("status 403 \ud800 \U0001f600 end", "status 403 \ufffd \U0001f600 end"),
        (b"\x00\xdc" + "403".encode("utf-16-le"), "\ufffd403"),
        (b"\x00\xd8" + "403".encode("utf-16-le"), "\ufffd403"),
        ("x" * 10_000, "x" * 10_000),
        ("tab\tline\r\nbell\x07\ufffe", "tab\tline\r\nbell\x07\ufffe"),
        ("", ""),
    ),
    ids=("half-a-pair", "low-half-first", "high-half-first", "long", "control-characters", "empty"),
)
def test_strings(read, written, strings):
    (event,) = read(Log([record("MSExchangeOMA", 1805, 0, ("UserA", written, "last"))])).events
    assert event.strings == ("UserA", strings, "last")


def test_a_computer_that_is_no_utf_16_is_not_known(read):
    assert read(Log([record(computer="\ud800")])).computer == ""


@pytest.mark.parametrize(
    ("file", "message"),
    (
        (b"", "it is empty"),
        (b"\0", "it is not an event log: it does not begin like one"),
        (b"\0" * 0x10000, "it is not an event log: it does not begin like one"),
        (b"ElfFile\0" + b"\0" * 0x1000, "it is an .evtx file, which Windows Server 2003 does not write"),
        (b"MZ\x90\0" * 100, "it is not an event log: it does not begin like one"),
        (bytes(Log([]))[:-1], "it ends too early for an event log: it was cut off"),
        (b"LfLe" * 100, "the event log's header is damaged"),
    ),
)
def test_what_is_no_event_log(problem, file, message):
    assert problem(file) == message


def changed(at, value, log=None):
    file = bytearray(bytes(log or Log(RECORDS)))
    file[at : at + len(value)] = value
    return bytes(file)


def number(value):
    return struct.pack("<I", value)


PLACES = Log(RECORDS)
bytes(PLACES)
SECOND = PLACES.places[1]
CONTRADICTION = "the event log's header and its end contradict each other: it is damaged or cut off"


@pytest.mark.parametrize(
    ("file", "message"),
    (
        (changed(0, number(0x31)), "the event log's header is damaged"),
        (changed(8, number(3)), "the event log's header is damaged"),
        (changed(0x10, number(SECOND)), CONTRADICTION),
        (changed(0x14, number(0xFFFFFFF0)), CONTRADICTION),
        (changed(0x18, number(9)), CONTRADICTION),
        (changed(0x1C, number(2)), CONTRADICTION),
        (changed(SECOND, number(0)), DAMAGED.format(2)),
        (changed(SECOND, number(0x38)), DAMAGED.format(2)),
        (changed(SECOND, number(0xFFFFFFFC)), DAMAGED.format(2)),
        (changed(SECOND + 4, b"XXXX"), DAMAGED.format(2)),
        (changed(SECOND + 8, number(3)), DAMAGED.format(2)),
        (changed(PLACES.places[2] - 4, number(0)), DAMAGED.format(2)),
        (
            changed(0, b"", Log(RECORDS, flags=DIRTY, stale_header=True))[:-EOF_SIZE],
            "it is a copy of a log in use, whose end is marked in 0 places instead of one",
        ),
        (changed(SECOND + 0x24, number(0x38)), "the event log is damaged: of its 5 records libevt reads 1"),
        (changed(SECOND + 0x38, b"\0\0"), DAMAGED.format(2)),
    ),
)
def test_damage(problem, file, message):
    assert problem(file) == message


def test_two_ends(problem):
    file = bytearray(bytes(Log(RECORDS, flags=DIRTY, stale_header=True, size=0x1000)))
    end = bytearray(bytes(Log([]))[HEADER_SIZE:])
    end[0x14:0x1C] = number(0x800) * 2
    file[0x800 : 0x800 + EOF_SIZE] = end
    assert problem(bytes(file)) == "it is a copy of a log in use, whose end is marked in 2 places instead of one"


@pytest.mark.parametrize("flags", (0, DIRTY), ids=("closed", "in-use"))
def test_cut_off_anywhere(problem, flags):
    file = bytes(Log(RECORDS, flags=flags, stale_header=bool(flags)))
    for length in range(len(file)):
        assert problem(file[:length])


def test_one_record_cut_out(problem):
    """What libevt would pass over in silence."""
    file = bytes(Log(RECORDS))
    assert problem(file[:SECOND] + file[PLACES.places[2] :]) == CONTRADICTION
    assert problem(
        bytes(Log([*RECORDS[:1], *RECORDS[2:]], flags=DIRTY)).replace(number(5) + number(1), number(6) + number(1))
    )


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bytes(read, seed):
    """A log is either refused, or every one of its records was read."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    logs = (
        Log(RECORDS, first_number=100),
        Log(RECORDS, first_number=100, start=600, size=900, flags=WRAP),
        Log(RECORDS, first_number=100, start=600, size=900, flags=WRAP | DIRTY, stale_header=True),
    )
    problems = []
    for _ in range(250):
        file = bytearray(bytes(chance.choice(logs)))
        for _ in range(chance.choice((1, 1, 3, 20))):
            file[chance.randrange(len(file))] = chance.randrange(256)
        try:
            log = read(bytes(file))
        except UnreadableFile as error:
            problems.append(str(error))
        else:
            assert log.oldest is not None
            assert log.newest is not None
    assert problems
    assert "\n" not in "".join(problems)


@settings(deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes(tmp_path_factory, data, begins_like_one):
    file = tmp_path_factory.mktemp("evt") / "random.evt"
    file.write_bytes(bytes(Log([]))[:HEADER_SIZE] * begins_like_one + data)
    with pytest.raises(UnreadableFile) as caught:
        read_evt(file)
    assert "\n" not in str(caught.value)
