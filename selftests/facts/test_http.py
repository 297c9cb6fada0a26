"""What an answer keeps, whatever the server's language."""

import pytest

from exgate.facts.http import HttpAnswer, read_answer

PAGE = "<html><head><title>{}</title></head><body><h2>{}</h2></body></html>"


@pytest.mark.parametrize(
    ("status", "page", "sub_status"),
    (
        pytest.param(403, "HTTP 403.4 - Forbidden: SSL required", 4, id="403.4"),
        pytest.param(403, "HTTP 403.6 - Forbidden: IP address rejected", 6, id="403.6"),
        pytest.param(403, "Fehler HTTP 403.6 - Verboten: IP-Adresse zurückgewiesen", 6, id="german"),
        pytest.param(403, "HTTP エラー 403.4 - 許可されていません", 4, id="japanese"),
        pytest.param(401, "HTTP Error 401.2 - Unauthorized", 2, id="401.2"),
        pytest.param(403, "Forbidden", None, id="a-page-of-ones-own"),
        pytest.param(403, "see 401.3 and 404.2", None, id="another-status"),
        pytest.param(403, "server 10.403.4.1, build 1403.6, version 403.4.2", None, id="part-of-another-number"),
        pytest.param(403, "HTTP 403.14, then 403.6", 14, id="the-first-counts"),
    ),
)
def test_sub_status(status, page, sub_status):
    assert read_answer(status, "x", (), PAGE.format("t", page).encode()).sub_status == sub_status


@pytest.mark.parametrize(
    ("challenges", "schemes"),
    (
        pytest.param(["Negotiate", "NTLM", 'Basic realm="mail"'], ("Negotiate", "NTLM", "Basic"), id="one-each"),
        pytest.param(['Negotiate, NTLM, Basic realm="a, b"'], ("Negotiate", "NTLM", "Basic"), id="in-one"),
        pytest.param(['Digest realm="Negotiate, NTLM", qop="auth"'], ("Digest",), id="a-realm-is-no-scheme"),
        pytest.param(["Negotiate YIIK=="], ("Negotiate",), id="with-a-token"),
        pytest.param([], (), id="none"),
    ),
)
def test_schemes(challenges, schemes):
    headers = [("WWW-Authenticate", challenge) for challenge in challenges]
    answer = read_answer(401, "Unauthorized", headers, b"")
    assert answer.schemes == schemes
    assert answer.offers("negotiate") is ("Negotiate" in schemes)


def test_what_is_kept():
    headers = [
        ("Server", "Microsoft-IIS/6.0"),
        ("Set-Cookie", "sessionid=secret"),
        ("Authentication-Info", "token"),
        ("MS-ASProtocolVersions", "1.0,2.0,2.1,2.5"),
        ("Location", "http://mail/exchweb/\r\n bin"),
    ]
    body = b'<?xml version="1.0"?><a:multistatus xmlns:a="DAV:"></a:multistatus>'
    answer = read_answer(207, "Multi-Status", headers, body)
    assert answer == HttpAnswer(
        status=207,
        reason="Multi-Status",
        location="http://mail/exchweb/ bin",
        multistatus=True,
        headers={"ms-asprotocolversions": "1.0,2.0,2.1,2.5"},
    )


@pytest.mark.parametrize(
    ("body", "multistatus"),
    (
        pytest.param(b"<D:multistatus xmlns:D='DAV:'/>", True, id="prefix"),
        pytest.param(b"<multistatus>", True, id="no-prefix"),
        pytest.param(b"<D:multistatus/>", True, id="empty"),
        pytest.param(b"multistatus", False, id="the-word"),
        pytest.param(b"<multistatusx>", False, id="another-element"),
    ),
)
def test_multistatus(body, multistatus):
    assert read_answer(207, "", (), body).multistatus is multistatus


@pytest.mark.parametrize(
    ("answer", "text"),
    (
        (HttpAnswer(status=403, reason="Forbidden", sub_status=4), "403.4 Forbidden"),
        (HttpAnswer(status=401, schemes=("Negotiate", "NTLM")), "401 (Negotiate, NTLM)"),
        (HttpAnswer(status=302, location="https://mail/"), "302 to https://mail/"),
        (HttpAnswer(status=440, reason="Login Timeout"), "440 Login Timeout"),
        (HttpAnswer(status=503), "503"),
    ),
)
def test_in_words(answer, text):
    assert str(answer) == text


def test_a_servers_own_words_are_bounded_and_printable():
    answer = read_answer(302, "x" * 999, [("Location", "http://a\x1b[31m\x01/\u202eb")], b"\xff\x00403.4")
    assert (len(answer.reason), answer.location) == (200, "http://a\ufffd[31m\ufffd/\ufffdb")
