"""What eventquery.vbs prints, in each format and both lengths: read back, or refused, and never taken for too much."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exgate.facts.unknown import Unknown
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.eventquery import COMMAND, is_eventquery, read_eventquery
from exgate.sources.unreadable import UnreadableFile

from .eventquery_writer import BANNER, RULE, WIDTHS, Printed, csv, listed, table

DATES = DateReading(utc_offset=timedelta(hours=1))
FORMATS = (csv, listed, table)
GERMAN = ("Typ", "Ereignis", "Datum Zeit", "Quelle", "Computername", "Kategorie", "Benutzer", "Beschreibung")
GERMAN_TITLE = "Auflistung der Ereignisse im Protokoll \u201eapplication\u201c des Hosts \u201eBE01\u201c"
SSL = Printed(
    "Server ActiveSync",
    3029,
    "3/22/2026 9:15:00 AM",
    "The mailbox server [BE01] has its [Exchange] virtual directory set to require SSL. Exchange ActiveSync\r\ncannot",
    "Error",
)
FORMS = replace(SSL, event=3030, description="The mailbox server [BE01] has forms based authentication enabled on its")
NEGOTIATE = replace(
    SSL,
    event=3031,
    description='The mailbox server [BE01] does not allow "Negotiate" authentication to its [Exchange] virtual directory.',
)
FORBIDDEN = Printed(
    "MSExchangeOMA", 1805, "3/21/2026 11:00:00 PM", "status code 403:Forbidden", "Error", category="(1000)"
)
OTHERS = [
    Printed("MSExchangeSA", 9006, "3/20/2026 12:00:00 PM", user="NT AUTHORITY\\SYSTEM"),
    Printed("ESE", 103, "3/02/2026 1:00:00 AM", "The database engine stopped the instance."),
]
WHOLE = [SSL, FORBIDDEN, *OTHERS]


def read(text):
    found = read_eventquery("eventlog.txt", text, DATES)
    assert not isinstance(found, Unknown), found
    return found


def one(text):
    (log,) = read(text)
    return log


def seen(log):
    return [(event.source, event.code, event.strings, event.message) for event in log.events]


def shapes(**both):
    return [
        pytest.param(form, {"verbose": verbose} | both, id=f"{form.__name__}-{'v' if verbose else 'short'}")
        for form in FORMATS
        for verbose in (True, False)
    ]


@pytest.mark.parametrize(("form", "how"), shapes())
@pytest.mark.parametrize("banner", ("", BANNER), ids=("nologo", "banner"))
@pytest.mark.parametrize("german", (False, True), ids=("english", "german"))
def test_every_format(form, how, banner, german):
    if german:
        how |= {"headings": GERMAN, "title": GERMAN_TITLE}
    text = banner + form(WHOLE, **how)
    assert is_eventquery(text)
    log = one(text)
    full = how["verbose"] and form is not table
    assert seen(log) == [
        (
            "Server ActiveSync",
            3029,
            ("BE01", "Exchange") if full else (),
            SSL.description.replace("\r\n", " ") if full else "",
        ),
        ("MSExchangeOMA", 1805, (), "status code 403:Forbidden" if full else ""),
    ]
    assert [event.generated for event in log.events] == [
        datetime(2026, 3, 22, 8, 15, tzinfo=UTC),
        datetime(2026, 3, 21, 22, 0, tzinfo=UTC),
    ]
    assert (log.name, log.computer, log.is_application) == ("eventlog.txt", "BE01", True)
    assert (log.oldest, log.newest) == (
        datetime(2026, 3, 2, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 22, 8, 15, tzinfo=UTC),
    )
    assert (log.doubt is None) is how["verbose"]


@pytest.mark.parametrize(
    ("record", "strings"),
    (
        (SSL, ("BE01", "Exchange")),
        (FORMS, ("BE01",)),
        (NEGOTIATE, ("BE01", "Exchange")),
        (replace(SSL, description=FORMS.description), ()),
        (replace(SSL, description="Der Postfachserver [BE01] hat"), ()),
        (replace(SSL, description="BE01 Exchange"), ()),
        (replace(SSL, description="The mailbox server [] has its [] virtual directory set to require SSL"), ()),
        (replace(SSL, source="MSExchangeOMA"), ()),
    ),
)
@pytest.mark.parametrize("form", (csv, listed))
def test_server_and_virtual_directory(form, record, strings):
    (event,) = one(form([record, *OTHERS])).events
    assert event.strings == strings
    assert event.message == record.description.replace("\r\n", " ")


@pytest.mark.parametrize("description", ("N/A", ""), ids=("none", "blank"))
@pytest.mark.parametrize("form", FORMATS)
def test_an_event_without_its_text(form, description):
    (event,) = one(form([replace(FORBIDDEN, description=description), *OTHERS])).events
    assert not event.has_text


@pytest.mark.parametrize("form", (csv, listed))
def test_no_text_in_another_language(form):
    """What stands for a missing user stands for a missing text too."""
    (event,) = one(form([replace(FORBIDDEN, description="Nicht zutreffend", user="Nicht zutreffend"), *OTHERS])).events
    assert not event.has_text


@pytest.mark.parametrize("form", (csv, listed))
@pytest.mark.parametrize(
    "text",
    (
        'says "no", "never" and "',
        "first\nsecond\n\nfourth, with a comma",
        "nul \0 bell \x07 separator \x1e\u2028 end",
        "x" * 10_000 + " 403",
        "[BE01] [Exchange] 'quoted' ; , \\ / \u00e4\u0416\U0001f600",
        "-" * 78,
    ),
    ids=("quotes", "line-feeds", "control-characters", "long", "marks", "rule"),
)
def test_a_hostile_description(form, text):
    records = [replace(FORBIDDEN, description=text), *OTHERS]
    (event,) = one(form(records)).events
    assert event.message == text.strip()


@pytest.mark.parametrize(
    ("form", "inner", "logs"),
    (
        pytest.param(csv, csv, 0, id="csv-in-csv"),
        pytest.param(csv, listed, 1, id="list-in-csv"),
        pytest.param(csv, table, 1, id="table-in-csv"),
        pytest.param(listed, csv, 1, id="csv-in-list"),
        pytest.param(listed, listed, 2, id="list-in-list"),
        pytest.param(listed, table, 0, id="table-in-list"),
    ),
)
def test_an_output_within_a_description_hides_no_record(form, inner, logs):
    text = form([replace(FORBIDDEN, description="\n" + inner(OTHERS).replace("\r\n", "\n") + "\n403"), SSL, *OTHERS])
    if not logs:
        with pytest.raises(UnreadableFile):
            read(text)
        return
    found = read(text)
    assert len(found) == logs
    assert {event.code for log in found for event in log.events} == {3029, 1805}


CUT = 10


@pytest.mark.parametrize(
    ("width", "source", "expected"),
    (
        (17, "Server ActiveSync", "Server ActiveSync"),
        (CUT, "Server ActiveSync", "Server ActiveSync"),
        (CUT, "MSExchangeOMA", "MSExchangeOMA"),
        (CUT, "MSExchangeIS", "MSExchangeOMA"),
        (CUT, "Server", None),
        (17, "MSExchangeIS Mail", None),
        (3, "ESE", None),
    ),
)
def test_a_cut_source_is_taken_for_one_of_ours(width, source, expected):
    widths = (*WIDTHS[:3], width, *WIDTHS[4:])
    log = one(table([Printed(source, 1805, "3/22/2026 9:15:00 AM"), *OTHERS], widths=widths))
    assert next((event.source for event in log.events if event.code == 1805), None) == expected
    assert not any(event.has_text for event in log.events)


def test_a_table_in_ideographs():
    """The script pads by bytes, and an ideograph has two."""
    records = [replace(record, type="情報" if record in OTHERS else "エラー") for record in WHOLE]
    log = one(table(records, headings=("種類", "イベント", "日付 時刻", "ソース", "コンピュータ名")))
    assert [event.code for event in log.events] == [3029, 1805]


@pytest.mark.parametrize("form", FORMATS)
def test_trailing_blanks_do_not_matter(form):
    text = form(WHOLE)
    assert one("\r\n".join(line.rstrip() for line in text.split("\r\n"))) == one(text)


@pytest.mark.parametrize("form", FORMATS)
def test_other_line_ends_do_not_matter(form):
    assert one(form(WHOLE).replace("\r\n", "\n")) == one(form(WHOLE))


SYSTEM = [
    Printed("Service Control Manager", 7036, "1/22/2024 9:15:00 AM"),
    Printed("eventlog", 6009, "1/1/2024 9:15:00 AM"),
]
SYSTEM_TITLE = "Listing the events in 'system' log of host 'BE01'"


@pytest.mark.parametrize("form", (listed, table))
@pytest.mark.parametrize("first", (True, False))
def test_a_log_whose_title_names_another_one_is_left_out(form, first):
    both = [form(WHOLE), form(SYSTEM, title=SYSTEM_TITLE)]
    assert one("".join(both if first else reversed(both))) == one(form(WHOLE))
    assert read(form(SYSTEM, title=SYSTEM_TITLE)) == ()


@pytest.mark.parametrize("headings", ((), {"headings": None}), ids=("headings", "nh"))
def test_a_csv_of_several_logs(headings):
    how = dict(headings)
    application, system = read(csv(WHOLE, **how) + " \r\n" + csv(SYSTEM, **how))
    assert application == one(csv(WHOLE))
    assert (system.is_application, system.events) == (False, ())


@pytest.mark.parametrize(
    ("records", "lacks"),
    (
        ([SSL], "a number below 1507, a number above 3031, two types, two sources besides Server ActiveSync and MSExchangeOMA, two categories (/v)"),
        ([SSL, FORBIDDEN], "a number below 1507, a number above 3031, two types, two sources besides Server ActiveSync and MSExchangeOMA"),
        ([SSL, *OTHERS[:1]], "a number below 1507, two sources besides Server ActiveSync and MSExchangeOMA, two categories (/v)"),
        ([SSL, replace(OTHERS[0], category="General"), OTHERS[1]], ""),
        ([replace(record, type="Error", category=f"({at})") for at, record in enumerate(WHOLE)], "two types"),
        ([replace(record, source="MSExchangeIS") for record in OTHERS] + [FORBIDDEN], "two sources besides Server ActiveSync and MSExchangeOMA"),
        ([replace(record, user="BE01\\Administrator") for record in WHOLE], "no user (/v)"),
        (OTHERS, "two types, two categories (/v)"),
    ),
)  # fmt: skip
@pytest.mark.parametrize("form", FORMATS)
def test_what_a_filter_may_have_hidden(form, records, lacks):
    expected = Unknown(
        f"eventlog.txt may be the output of a filter (/fi): it does not hold records with {lacks}",
        f"on the server, run: {COMMAND}",
    )
    assert one(form(records)).doubt == (expected if lacks else None)


def test_an_empty_log():
    text = BANNER + " \r\nINFO: No records available for the 'application' log.\r\n"
    log = one(text)
    assert is_eventquery(text)
    assert (log.oldest, log.newest, log.events, log.is_application) == (None, None, (), True)


IPCONFIG = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : BE01
   Primary Dns Suffix  . . . . . . . : example.com
   IP Address. . . . . . . . . . . . : 192.168.171.10
"""
SC_QUERY = """
SERVICE_NAME: W3SVC
        TYPE               : 20  WIN32_SHARE_PROCESS
        STATE              : 4  RUNNING
                                (STOPPABLE, PAUSABLE, ACCEPTS_SHUTDOWN)
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
"""
PING = """
Pinging BE01 [192.168.171.10] with 32 bytes of data:

Reply from 192.168.171.10: bytes=32 time<1ms TTL=128
    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),
"""
WMIC_LIST = (
    "\r\n\r\nCaption=Microsoft Windows Server 2003\r\nVersion=5.2.3790\r\nInstallDate=20060301083000.000000+060\r\n"
)
WMIC_CSV = "\r\nNode,InstallDate,Version\r\nBE01,20060301083000.000000+060,5.2.3790\r\n"
TASKLIST = (
    '"Image Name","PID","Session Name","Session#","Mem Usage"\r\n"inetinfo.exe","1234","Console","0","12,345 K"\r\n'
)
SYSTEMINFO = "Host Name:      BE01\r\nOS Version:     5.2.3790\r\nOS Build:       3790\r\nInstall Date:   3/1/2006, 8:30:00\r\nUp Time:        1 Days\r\n"
NETSTAT = "  Proto  Local Address          Foreign Address        State           PID\r\n  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       4\r\n"
DASHES = "Name Id   Date       A B\r\n---- ---- ---------- - -\r\nx    y    z          1 2\r\n"


@pytest.mark.parametrize(
    "text", (IPCONFIG, SC_QUERY, PING, WMIC_LIST, WMIC_CSV, TASKLIST, SYSTEMINFO, NETSTAT, DASHES, "", "\0" * 100, RULE)
)
def test_other_programs_outputs_are_not_claimed(text):
    assert not is_eventquery(text)
    with pytest.raises(UnreadableFile, match=r"^it is not the output of eventquery\.vbs$"):
        read_eventquery("x.txt", text, DATES)


PROBLEM = "this is not as eventquery.vbs writes {}: the file is damaged, or was cut off"
CSV, LIST, TABLE = (PROBLEM.format(what) for what in ("csv", "a list", "a table"))


@pytest.mark.parametrize(
    ("form", "old", "new", "message"),
    (
        pytest.param(csv, '"1805"', '"18O5"', f"line 2: {CSV}", id="csv-number"),
        pytest.param(csv, '"Error","1805"', 'Error,"1805"', f"line 2: {CSV}", id="csv-quote"),
        pytest.param(csv, '"\r\n"Error","1805"', '""Error","1805"', f"line 2: {CSV}", id="csv-line-end"),
        pytest.param(csv, '"3/21/2026 11:00:00 PM"', '"\0\0\0"', f"line 2: {CSV}", id="csv-date"),
        pytest.param(csv, 'Forbidden"\r\n', "Forbidden\r\n", f"line 3: {CSV}", id="csv-end-of-a-cell"),
        pytest.param(csv, '"Error","3029"', '"Error","O"', f"line 2: {CSV}", id="csv-first-record"),
        pytest.param(csv, 'instance."\r\n', "insta", f"line 5: {CSV}", id="csv-cut-off"),
        pytest.param(csv, 'instance."\r\n', 'instance."\r\nC:\\>', f"line 5: {CSV}", id="csv-prompt"),
        pytest.param(csv, '"403', '"\0', "", id="csv-text-alone"),
        pytest.param(listed, "Event:        1805", "Event:        18O5", f"line 14: {LIST}", id="list-number"),
        pytest.param(listed, "Event:        1805", "Evert:        1805", f"line 14: {LIST}", id="list-heading"),
        pytest.param(listed, "Type:         Error\r\nEvent:        1805", "Tope:         Error\r\nEvent:        1805", f"line 15: {LIST}", id="list-first-heading"),
        pytest.param(listed, "Source:       MSExchangeOMA\r\n", "", f"line 14: {LIST}", id="list-lost-line"),
        pytest.param(listed, "Description:  The database engine stopped the instance.\r\n\r\n", "", f"line 32: {LIST}", id="list-cut-off"),
        pytest.param(table, " 1805 ", " 18O5 ", f"line 8: {TABLE}", id="table-number"),
        pytest.param(table, " 1805 ", " 1805", f"line 8: {TABLE}", id="table-shifted"),
        pytest.param(table, " Error         1805", "\r\n Error         1805", f"line 9: {TABLE}", id="table-blank-line"),
        pytest.param(table, " 3/21/2026 11:00:00 PM ", "                       ", f"line 8: {TABLE}", id="table-date"),
    ),
)  # fmt: skip
def test_damage(form, old, new, message):
    text = form(WHOLE)
    assert old in text or not message
    if not message:
        assert one(text.replace(old, new))
        return
    with pytest.raises(UnreadableFile) as caught:
        read_eventquery("eventlog.txt", text.replace(old, new, 1), DATES)
    assert str(caught.value) == message


@pytest.mark.parametrize("form", FORMATS)
def test_cut_off_anywhere_shows_no_record_that_was_not_there(form):
    text, whole = form(WHOLE), one(form(WHOLE))
    problems = []
    for length in range(0, len(text), 7):
        try:
            found = read_eventquery("x", text[:length], DATES)
        except UnreadableFile as error:
            problems.append(str(error))
        else:
            assert isinstance(found, Unknown) or all(
                (event.source, event.code) in {(known.source, known.code) for known in whole.events}
                for log in found
                for event in log.events
            )
    assert problems
    assert "\n" not in "".join(problems)


def test_dates_in_doubt():
    found = read_eventquery(
        "eventlog.txt", csv([replace(record, date="3/4/2026 9:15:00 AM") for record in WHOLE]), DATES
    )
    assert isinstance(found, Unknown)
    assert found.reason == "eventlog.txt: its dates do not tell day from month, for example '3/4/2026 9:15:00 AM'"


NAME = st.text(
    st.characters(codec="cp1252", exclude_characters='"', exclude_categories=("Cc", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=13,
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n', exclude_categories=("Cc",)), max_size=200)
DATE = st.datetimes(datetime(2003, 1, 1), datetime(2099, 1, 1)).map(lambda when: when.strftime("%d.%m.%Y %H:%M:%S"))  # noqa: DTZ001 - local ones
RECORD = st.builds(
    Printed,
    source=st.one_of(NAME, st.sampled_from(("Server ActiveSync", "MSExchangeOMA", "MSExchangeIS Mailbox Store"))),
    event=st.integers(0, 65535),
    date=DATE,
    description=TEXT,
    type=NAME,
    computer=NAME,
    category=NAME,
    user=NAME,
)


@pytest.mark.parametrize("form", FORMATS)
@settings(deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=12))
def test_what_was_printed_is_read(form, records):
    ours = [record for record in records if record.source in {"Server ActiveSync", "MSExchangeOMA"}]
    log = one(form(records))
    assert sorted((event.source, event.code) for event in log.events) == sorted(
        (record.source, record.event) for record in ours
    )
    if form is not table:
        assert {event.message for event in log.events} <= {record.description.strip() for record in ours} | {""}
    moments = [datetime.strptime(record.date, "%d.%m.%Y %H:%M:%S").replace(tzinfo=UTC) for record in records]
    hour = timedelta(hours=1)
    assert (log.oldest, log.newest) == (min(moments) - hour, max(moments) - hour)


@settings(deadline=None)
@given(st.text(max_size=500))
def test_random_text(text):
    if not is_eventquery(text):
        with pytest.raises(UnreadableFile, match=r"^it is not the output of eventquery\.vbs$"):
            read_eventquery("x", text, DATES)
