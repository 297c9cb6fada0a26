"""The Application log over the wire, and the article's wordings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exgate.lab import events

QUERY = (
    "SELECT SourceName, EventCode, TimeGenerated, InsertionStrings, Message FROM Win32_NTLogEvent "
    "WHERE Logfile = 'Application' AND TimeGenerated >= '{}' "
    "AND (SourceName = 'Server ActiveSync' OR SourceName = 'MSExchangeOMA')"
)
BEFORE = "SELECT TimeGenerated FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND TimeGenerated < '{}'"
START = "20260302043012.000000+000"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MOMENT = datetime(2026, 3, 3, 8, 15, 30, tzinfo=UTC)
SETTINGS = (
    "For information about how to {} Exchange virtual directory settings, click the following article number to view "
    "the article in the Microsoft Knowledge Base: 817379 (http://support.microsoft.com/kb/817379/) Exchange ActiveSync "
    "and Outlook Mobile Access errors occur when SSL or forms-based authentication is required for Exchange Server 2003"
)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("server", "since", "found"),
    (
        pytest.param("be01", START, [], id="healthy"),
        pytest.param(
            "drift-52-event-3029", START, [("Server ActiveSync", "3029", ["DRIFT117", "exchange"])], id="3029"
        ),
        pytest.param("drift-52-event-3029", "20260303081530.000000+000", [("Server ActiveSync", "3029")], id="equal"),
        pytest.param("drift-52-event-3029", "20260303091530.000000+060", [("Server ActiveSync", "3029")], id="east"),
        pytest.param("drift-52-event-3029", "20260303001531.000000-480", [], id="west-a-second-later"),
        pytest.param("drift-52-event-3029", "20260304000000.000000+000", [], id="later"),
        pytest.param("drift-52-event-1805", START, [("MSExchangeOMA", "1805")], id="1805"),
    ),
)
def test_events_since(connect, server, since, found):
    items = connect(server).items(QUERY.format(since))
    shown = [(item.findtext("SourceName"), item.findtext("EventCode")) for item in items]
    assert shown == [each[:2] for each in found]
    for item, (_, _, *strings) in zip(items, found, strict=True):
        assert not strings or [each.text for each in item.iter("InsertionStrings")] == strings[0]
        assert datetime.fromisoformat(item.findtext("TimeGenerated/Datetime")) == MOMENT


@pytest.mark.parametrize(
    ("server", "reaches_back"),
    (
        pytest.param("be01", True, id="healthy"),
        pytest.param("drift-52-event-3029", True, id="drifted"),
        pytest.param("unknown-52-log-cleared", False, id="cleared"),
    ),
)
def test_whether_the_log_reaches_back(connect, server, reaches_back):
    assert bool(connect(server).items(BEFORE.format(START))) is reaches_back


def test_one_record_is_enough_and_the_rest_is_released(lab, connect):
    client = connect("drift-52-event-3029")
    query = "SELECT TimeGenerated FROM Win32_NTLogEvent WHERE Logfile = 'Application'"
    answer = client.enumerate(query, max_elements=1)
    (items,) = answer.iter(f"{{{WSMAN}}}Items")
    context = answer.findtext(f".//{{{ENUMERATION}}}EnumerationContext")
    assert (len(items), bool(context), answer.find(f".//{{{WSMAN}}}EndOfSequence")) == (1, True, None)
    client.release(context)
    assert lab.record("drift-52-event-3029")["faults"] == {}


def test_a_record_that_is_the_last_one_leaves_nothing_to_release(client):
    answer = client.enumerate(BEFORE.format(START), max_elements=1)
    (items,) = answer.iter(f"{{{WSMAN}}}Items")
    context = answer.findtext(f".//{{{ENUMERATION}}}EnumerationContext")
    assert (len(items), context) == (1, "")
    assert answer.find(f".//{{{WSMAN}}}EndOfSequence") is not None


def test_an_error_and_an_information_are_told_apart(connect):
    items = connect("drift-52-event-3029").items("SELECT EventCode, EventType, Type FROM Win32_NTLogEvent")
    shown = [[item.findtext(name) for name in ("EventCode", "EventType", "Type")] for item in items]
    assert shown == [["3029", "1", "error"], ["1704", "3", "information"]]


@pytest.mark.parametrize(
    ("event", "source", "code", "strings", "message"),
    (
        pytest.param(
            events.ssl_required(MOMENT, "S", "V"),
            "Server ActiveSync",
            3029,
            ("S", "V"),
            "The mailbox server [S] has its [V] virtual directory set to require SSL. Exchange ActiveSync cannot access "
            f"the server if SSL is set to be required. {SETTINGS.format('correctly configure')}",
            id="3029",
        ),
        pytest.param(
            events.forms_based_authentication(MOMENT, "S", "V"),
            "Server ActiveSync",
            3030,
            ("S", "V"),
            "The mailbox server [S] has forms based authentication enabled on its virtual server. Exchange ActiveSync "
            "cannot access the server when Forms based authentication is enabled. "
            f"{SETTINGS.format('correctly configure')}",
            id="3030",
        ),
        pytest.param(
            events.negotiate_not_allowed(MOMENT, "S", "V"),
            "Server ActiveSync",
            3031,
            ("S", "V"),
            'The mailbox server [S] does not allow "Negotiate" authentication to its [V] virtual directory. Exchange '
            "ActiveSync can only access the server using this authentication scheme. "
            f"{SETTINGS.format('configure')} For information about how to correctly configure Internet Information "
            "Services (IIS) to support Kerberos and NTLM authentication, click the following article number to view the "
            "article in the Microsoft Knowledge Base: 215383 (http://support.microsoft.com/kb/215383/) How to configure "
            "IIS to support both the Kerberos protocol and the NTLM protocol for network authentication",
            id="3031",
        ),
    ),
)
def test_the_wordings_of_activesync(event, source, code, strings, message):
    assert (event.source, event.code, event.strings, words(event.message)) == (source, code, strings, message)
    assert event.generated == MOMENT


def test_the_wording_of_1805():
    event = events.oma_forbidden(MOMENT, "S", "UserA@domain.com")
    assert (event.source, event.code, event.strings[:3]) == (
        "MSExchangeOMA",
        1805,
        ("UserA@domain.com", "S", "403:Forbidden"),
    )
    assert words(event.message).startswith(
        "Request from user UserA@domain.com resulted in the Microsoft(R) Exchange back-end server S returning an HTTP "
        "error with status code 403:Forbidden Response: Content-Length: 1409 Content-Type: text/html Server: "
        "Microsoft-IIS/6.0 MicrosoftOfficeWebServer: 5.0_Pub X-Powered-By: ASP.NET"
    )
    assert "<TITLE>The page must be viewed over a secure channel</TITLE>" in event.message
    assert event.contains(403)


def test_the_wording_of_1507():
    event = events.oma_login_timeout(MOMENT)
    assert (event.source, event.code) == ("MSExchangeOMA", 1507)
    assert words(event.message).startswith(
        "An unknown error occurred while processing the current request: Exception of type "
        "Microsoft.Exchange.OMA.DataProviderInterface.ProviderException was thrown. Stack trace: at "
    )
    assert "Inner Error: The remote server returned an error: (440) Login Timeout." in event.message
    assert event.contains(440)
