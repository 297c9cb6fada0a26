"""One host, one connection, one log-on; and what never happens on the way."""

import traceback

import pytest

from exgate.lab.soap import envelope, identify_response
from exgate.wsman import messages, names
from exgate.wsman.channel import Channel
from exgate.wsman.errors import (
    ConnectError,
    FaultError,
    LogOnRejectedError,
    NotWsmanError,
    ProtocolError,
    TimeOutError,
    WsmanError,
)

VERSION = "OS: 5.2.3790 SP: 2.0 Stack: 2.0"
IDENTIFIED = ("200 OK", identify_response(names.IDENTITY, VERSION))
ALL_SERVICES = "SELECT Name FROM Win32_Service"
ITEM = "<w:XmlFragment><Name>x</Name></w:XmlFragment>"


def answer(body):
    return ("200 OK", envelope("action", "", body))


def counts(record):
    return {name: record[name] for name in ("connections", "logon_attempts", "logons_accepted", "messages")}


def found(caught):
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("https", "transport"),
    (
        pytest.param(False, "ntlm", id="ntlm-http"),
        pytest.param(True, "ntlm", id="ntlm-https"),
    ),
)
def test_one_connection_and_one_log_on(live_lab, session, https, transport):
    asked = session(live_lab.endpoint("be01", https=https, transport=transport))
    assert asked.identify() == VERSION
    assert len(asked.enumerate_wql(r"root\cimv2", ALL_SERVICES)) == 10
    assert asked.get(r"root\cimv2", "Win32_Service", {"Name": "W3SVC"})["State"] == "Running"
    assert asked.read_registry("EnumKey", {"hDefKey": "2147483650", "sSubKeyName": "SOFTWARE"})["ReturnValue"] == "0"
    assert asked.connections == 1
    assert asked.sent == {"Identify": 1, names.ENUMERATE: 1, names.GET: 1, "EnumKey": 1}
    assert counts(live_lab.record("be01")) == {
        "connections": 1,
        "logon_attempts": 1,
        "logons_accepted": 1,
        "messages": 4,
    }


def test_basic_over_https(live_lab, session):
    asked = session(live_lab.endpoint("be01", https=True, transport="basic"))
    assert asked.identify() == VERSION
    record = live_lab.record("be01")
    assert (record["connections"], record["logon_attempts"], record["logons_accepted"]) == (1, 1, 1)


@pytest.mark.parametrize("https", (False, True))
def test_messages_over_http_are_sealed(live_lab, session, https, monkeypatch):
    asked = session(live_lab.endpoint("be01", https=https))
    bodies = []
    exchange = Channel.exchange

    def overheard(self, method, target, headers, body):
        bodies.append(body)
        return exchange(self, method, target, headers, body)

    monkeypatch.setattr(Channel, "exchange", overheard)
    asked.identify()
    # Over http three empty messages log on; over https the message itself does.
    assert [b"Identify" in body for body in bodies] == ([True] * 3 if https else [False] * 4)
    assert [bool(body) for body in bodies] == ([True] * 3 if https else [False] * 3 + [True])


@pytest.mark.parametrize("most", (1, 3, 10, 32000))
def test_items_come_in_as_many_messages_as_the_server_likes(live_lab, session, monkeypatch, most):
    monkeypatch.setattr(messages, "MAX_ELEMENTS", most)
    asked = session(live_lab.endpoint("be01"))
    services = asked.enumerate_wql(r"root\cimv2", ALL_SERVICES)
    assert [service["Name"] for service in services][::9] == ["MSExchangeIS", "WinRM"]
    assert asked.sent[names.PULL] == -(-10 // most) - 1


CONTEXT = "<n:EnumerationContext>c1</n:EnumerationContext>"


@pytest.mark.parametrize(
    ("answers", "expected"),
    (
        pytest.param(
            [
                answer(f"<n:EnumerateResponse>{CONTEXT}</n:EnumerateResponse>"),
                answer(f"<n:PullResponse><n:Items>{ITEM}</n:Items></n:PullResponse>"),
                answer(f"<n:PullResponse><n:Items>{ITEM}</n:Items><n:EndOfSequence/></n:PullResponse>"),
            ],
            2,
            id="a-context-that-stays",
        ),
        pytest.param(
            [
                answer(f"<n:EnumerateResponse>{CONTEXT}<w:Items>{ITEM}</w:Items></n:EnumerateResponse>"),
                answer("<n:PullResponse><n:EndOfSequence/></n:PullResponse>"),
            ],
            1,
            id="an-end-without-items",
        ),
    ),
)
def test_no_item_is_lost(peer, session, answers, expected):
    server = peer(*answers)
    assert len(session(server.url).enumerate_wql("root/cimv2", ALL_SERVICES)) == expected
    assert [b"c1</n:EnumerationContext" in request for request in server.requests] == [False] + [True] * (
        len(answers) - 1
    )


@pytest.mark.parametrize(
    ("answers", "ask", "expected"),
    (
        pytest.param(
            [answer(f"<n:EnumerateResponse><w:Items>{ITEM}</w:Items></n:EnumerateResponse>")],
            lambda s: s.enumerate_wql("root/cimv2", "q"),
            (ProtocolError, "an enumeration neither ends nor goes on"),
            id="items-without-an-end",
        ),
        pytest.param(
            [answer("")],
            lambda s: s.enumerate_wql("root/cimv2", "q"),
            (ProtocolError, "an EnumerateResponse was expected, not nothing"),
            id="enumerate-empty",
        ),
        pytest.param(
            [answer(f"<n:EnumerateResponse>{CONTEXT}</n:EnumerateResponse>"), ("200 OK", b"<html>")],
            lambda s: s.enumerate_wql("root/cimv2", "q"),
            (ProtocolError, "the answer is not XML that can be read: ParseError"),
            id="garbage-later",
        ),
        pytest.param(
            [answer("")],
            lambda s: s.get("root/cimv2", "C", {}),
            (ProtocolError, "a GetResponse without an instance"),
            id="get-empty",
        ),
        pytest.param(
            [answer("")],
            lambda s: s.read_registry("EnumKey", {}),
            (ProtocolError, "no output of StdRegProv.EnumKey"),
            id="registry-empty",
        ),
        pytest.param(
            [answer("<n:Other/>")],
            lambda s: s.identify(),
            (NotWsmanError, "the answer is SOAP, but no IdentifyResponse"),
            id="identify-other",
        ),
        pytest.param(
            [answer("")],
            lambda s: s.identify(),
            (NotWsmanError, "the answer is SOAP, but no IdentifyResponse"),
            id="identify-empty",
        ),
        pytest.param(
            [("500 Error", envelope("a", "", "<s:Fault><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>"))],
            lambda s: s.identify(),
            (FaultError, "fault: no"),
            id="fault",
        ),
        pytest.param(
            [answer("<s:Fault><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>")],
            lambda s: s.identify(),
            (FaultError, "fault: no"),
            id="fault-with-status-200",
        ),
        pytest.param(
            [answer(f"<x:GetResponse>{'<a>' * 5000}{'</a>' * 5000}</x:GetResponse>")],
            lambda s: s.get("root/cimv2", "C", {}),
            (ProtocolError, "an object is nested too deeply"),
            id="nested",
        ),
    ),
)
def test_answers_that_cannot_be_used(peer, session, answers, ask, expected):
    asked = session(peer(*answers).url)
    with pytest.raises(WsmanError) as caught:
        ask(asked)
    assert found(caught) == expected


def test_an_identify_response_without_a_version(peer, session):
    body = f'<i:IdentifyResponse xmlns:i="{names.IDENTITY}"/>'
    assert session(peer(answer(body)).url).identify() == ""


def test_a_rejected_log_on_is_tried_once_however_often_one_asks(live_lab, session):
    asked = session(live_lab.endpoint("locked-out"))
    for _ in range(3):
        with pytest.raises(LogOnRejectedError) as caught:
            asked.identify()
        assert str(caught.value) == "the server rejected the user or the password"
    record = live_lab.record("locked-out")
    assert (record["logon_attempts"], record["connections"], record["messages"]) == (1, 1, 0)


@pytest.mark.parametrize("https", (False, True))
def test_a_wrong_password_is_tried_once(live_lab, session, https):
    for transport in ("ntlm", "basic") if https else ("ntlm",):
        live_lab.reset()
        asked = session(live_lab.endpoint("be01", https=https, transport=transport, password="wr0ng"))
        for _ in range(2):
            with pytest.raises(LogOnRejectedError, match="the server rejected the user or the password"):
                asked.identify()
        assert live_lab.record("be01")["logon_attempts"] == 1


def test_nothing_is_sent_in_clear_after_a_log_on_that_failed(peer, session):
    server = peer("")
    asked = session(server.url, transport="ntlm", seconds=20, connect_timeout=0.2)
    asked.extend(0.2)
    for _ in range(2):
        with pytest.raises(TimeOutError, match="no answer in time"):
            asked.identify()
        asked.extend(20)
    assert [b"Identify" in request for request in server.requests] == [False]


def test_no_second_connection_is_made_after_a_log_on(live_lab, session):
    asked = session(live_lab.endpoint("drops"))
    assert asked.identify() == VERSION
    for _ in range(2):
        with pytest.raises(ConnectError, match="the server closed the connection"):
            asked.enumerate_wql(r"root\cimv2", ALL_SERVICES)
    assert counts(live_lab.record("drops")) == {
        "connections": 1,
        "logon_attempts": 1,
        "logons_accepted": 1,
        "messages": 1,
    }


@pytest.mark.parametrize("https", (False, True))
def test_a_connection_that_was_closed_is_not_opened_again(peer, session, authority, https):
    server = peer((*IDENTIFIED, "Connection: close"), tls=authority.context("127.0.0.1") if https else None)
    asked = session(server.secure_url if https else server.url, ca_file=authority.path if https else None)
    asked.identify()
    with pytest.raises(ConnectError, match="the server closed the connection"):
        asked.identify()
    assert (server.connections, asked.connections) == (1, 1)


def test_a_log_on_is_not_repeated_when_the_server_forgets_it(peer, session, authority):
    server = peer(IDENTIFIED, ("401 No", b"", "WWW-Authenticate: Negotiate"), tls=authority.context("127.0.0.1"))
    asked = session(server.secure_url, ca_file=authority.path, transport="ntlm")
    asked.identify()
    with pytest.raises(LogOnRejectedError, match="the server wants another log-on, and gets none"):
        asked.identify()
    assert [b"Authorization" in request for request in server.requests] == [False, False]


def test_a_closed_session_asks_nothing(live_lab, session):
    asked = session(live_lab.endpoint("be01"))
    asked.identify()
    asked.close()
    with pytest.raises(ConnectError, match="the session was closed"):
        asked.identify()
    assert live_lab.record("be01")["messages"] == 1


def test_an_aborted_session_makes_no_connection(peer, session):
    server = peer(IDENTIFIED)
    asked = session(server.url)
    asked.abort()
    with pytest.raises(ConnectError, match="the server closed the connection"):
        asked.identify()
    assert server.connections == 0


def test_nothing_is_asked_after_the_deadline(peer, session):
    server = peer(IDENTIFIED)
    asked = session(server.url)
    asked.extend(-1)
    with pytest.raises(TimeOutError, match="the deadline for this host is over"):
        asked.identify()
    assert (server.connections, asked.sent) == (0, {})
    asked.extend(20)
    assert asked.identify() == VERSION


def test_a_trickling_answer_is_ended(live_lab, session):
    asked = session(live_lab.endpoint("trickle"), seconds=2.0)
    with pytest.raises(TimeOutError, match="the deadline for this host is over"):
        asked.identify()


@pytest.mark.parametrize(
    ("seconds", "expected"), ((20.9, "PT20S"), (0.4, "PT1S"), (500, "PT60S")), ids=("20.9", "0.4", "500")
)
def test_the_server_is_told_the_time_that_is_left(peer, session, seconds, expected):
    """The time is told in whole seconds, at least one, and at most what WinRM allows."""
    server = peer(answer("<n:EnumerateResponse><w:EndOfSequence/></n:EnumerateResponse>"))
    session(server.url, seconds=seconds).enumerate_wql("root/cimv2", "q")
    (request,) = server.requests
    assert f"<w:OperationTimeout>{expected}</w:OperationTimeout>".encode() in request


def everything(error):
    """Give every text that an error carries: itself, its traceback with causes, the locals of every frame."""
    texts, waiting, seen = [], [error], set()
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        texts += [str(link), repr(link), repr(link.args), *traceback.format_exception(link)]
        waiting += [link.__cause__, link.__context__]
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if "exgate" in frame.f_code.co_filename and "selftests" not in frame.f_code.co_filename:
                texts += [f"{name} = {value!r}" for name, value in frame.f_locals.items()]
        if not isinstance(link, WsmanError):
            texts.append(f"foreign: {type(link)}")
    return "\n".join(texts)


@pytest.mark.parametrize(
    ("server", "https", "transport"),
    (
        pytest.param("locked-out", False, "ntlm", id="rejected-ntlm-http"),
        pytest.param("locked-out", True, "ntlm", id="rejected-ntlm-https"),
        pytest.param("locked-out", True, "basic", id="rejected-basic-https"),
        pytest.param("not-wsman", False, "ntlm", id="not-wsman"),
        pytest.param("garbage", False, "ntlm", id="garbage"),
        pytest.param("dead", False, "ntlm", id="dead"),
    ),
)
def test_an_error_holds_no_password(live_lab, session, server, https, transport):
    endpoint = live_lab.endpoint(server, https=https, transport=transport)
    with pytest.raises(WsmanError) as caught:
        session(endpoint).identify()
    text = everything(caught.value)
    encoded = ("p@ss", "p%40ss", "cEBzcw", live_lab.password.encode("utf-16-le").hex())
    assert [part for part in encoded if part in text] == []
    assert "foreign" not in text
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_an_interrupt_comes_without_the_frames_that_hold_credentials(live_lab, session, monkeypatch):
    asked = session(live_lab.endpoint("be01"))

    def interrupted(_message):
        password = live_lab.password
        raise KeyboardInterrupt(password)

    monkeypatch.setattr(asked._transport, "send_message", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        asked.identify()
    assert (caught.value.args, caught.value.__cause__, caught.value.__context__) == ((), None, None)
    assert "interrupted" not in [frame.f_code.co_name for frame, _ in traceback.walk_tb(caught.value.__traceback__)]


def test_a_time_out_of_pytest_comes_without_the_frames_that_hold_credentials(live_lab, session, monkeypatch):
    asked = session(live_lab.endpoint("be01"))

    def stopped(_message):
        password = live_lab.password
        try:
            {}[password]
        except KeyError:
            pytest.fail("too slow")

    monkeypatch.setattr(asked._transport, "send_message", stopped)
    with pytest.raises(pytest.fail.Exception) as caught:
        asked.identify()
    assert (caught.value.msg, caught.value.__cause__, caught.value.__context__) == ("too slow", None, None)
    assert "stopped" not in [frame.f_code.co_name for frame, _ in traceback.walk_tb(caught.value.__traceback__)]


def test_an_endpoint_does_not_show_its_password(live_lab):
    assert "p@ss" not in repr(live_lab.endpoint("be01"))
