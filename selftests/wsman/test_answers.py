"""Answers, well-formed and hostile."""

import pytest

from exgate.wsman import names
from exgate.wsman.answers import Batch, integer, parse_body, parse_fault, parse_item, parse_items, values_of
from exgate.wsman.errors import Fault, ProtocolError

NAMESPACES = (
    f'xmlns:s="{names.SOAP}" xmlns:n="{names.ENUMERATION}" xmlns:w="{names.WSMAN}" xmlns:xsi="{names.XSI}" '
    f'xmlns:f="{names.WSMAN_FAULT}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" xmlns:p="urn:p"'
)


def envelope(body):
    return f"<s:Envelope {NAMESPACES}><s:Header/><s:Body>{body}</s:Body></s:Envelope>".encode()


def read(xml):
    """Read one WMI object."""
    (element,) = parse_body(envelope(f"<w:XmlFragment>{xml}</w:XmlFragment>"))
    return parse_item(element)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
)
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
NO_SOAP = "the answer is XML, but no SOAP envelope"


def unreadable(kind):
    return f"the answer is not XML that can be read: {kind}"


@pytest.mark.parametrize(
    ("data", "message"),
    (
        pytest.param(b"", unreadable("ParseError"), id="nothing"),
        pytest.param(b"<html><br></html>", unreadable("ParseError"), id="html"),
        pytest.param(b"\x00garbage", unreadable("ParseError"), id="garbage"),
        pytest.param(envelope("")[:-4], unreadable("ParseError"), id="truncated"),
        pytest.param(envelope("").replace(b" xmlns:s=", b" xmlns:t="), unreadable("ParseError"), id="no-namespace"),
        pytest.param(b"<!DOCTYPE s:Envelope>" + envelope(""), unreadable("DTDForbidden"), id="dtd"),
        pytest.param(
            b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', unreadable("DTDForbidden"), id="dtd-outside"
        ),
        pytest.param(BILLION_LAUGHS, unreadable("DTDForbidden"), id="entity-bomb"),
        pytest.param(EXTERNAL, unreadable("DTDForbidden"), id="external-entity"),
        pytest.param(BILLION_LAUGHS[21:], unreadable("DTDForbidden"), id="entity-bomb-undeclared"),
        pytest.param(BILLION_LAUGHS.decode().encode("utf-16"), unreadable("DTDForbidden"), id="entity-bomb-utf-16"),
        pytest.param(
            BILLION_LAUGHS.replace(b"?>", b" encoding='iso-8859-1'?><!-- -->", 1),
            unreadable("DTDForbidden"),
            id="entity-bomb-latin-1",
        ),
        pytest.param(b"<x>&a;</x>", unreadable("ParseError"), id="undeclared-entity"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><x/>', unreadable("LookupError"), id="unknown-encoding"),
        pytest.param("<x>ä</x>".encode("latin-1"), unreadable("ParseError"), id="not-utf-8"),
        pytest.param(b"<x/>", NO_SOAP, id="no-soap"),
        pytest.param(f'<x xmlns:s="{names.SOAP}"><s:Body/></x>'.encode(), NO_SOAP, id="a-body-without-an-envelope"),
        pytest.param(f'<s:Envelope xmlns:s="{names.SOAP}"/>'.encode(), NO_SOAP, id="no-body"),
        pytest.param(
            b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>',
            NO_SOAP,
            id="soap-1.1",
        ),
    ),
)
def test_what_is_no_answer(data, message):
    with pytest.raises(ProtocolError) as caught:
        parse_body(data)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "data",
    (
        pytest.param(envelope("<p:a/>"), id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + envelope("<p:a/>"), id="utf-8-with-a-mark"),
        pytest.param(b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + envelope("<p:a/>"), id="declared"),
        pytest.param(envelope("<p:a/>").decode().encode("utf-16"), id="utf-16"),
        pytest.param(b"<!-- a comment -->" + envelope("<p:a/>"), id="comment"),
        pytest.param(envelope("<p:a><![CDATA[<!DOCTYPE x>]]></p:a>"), id="cdata"),
    ),
)
def test_an_answer(data):
    assert [element.tag for element in parse_body(data)] == ["{urn:p}a"]


def nested(levels):
    return "<a>" * levels + "x" + "</a>" * levels


@pytest.mark.parametrize(
    ("xml", "values"),
    (
        pytest.param("<a>x</a>", {"a": "x"}, id="text"),
        pytest.param("<p:a>x</p:a>", {"a": "x"}, id="typed"),
        pytest.param("<a/>", {"a": ""}, id="empty"),
        pytest.param("<a> x </a>", {"a": " x "}, id="white-space-counts"),
        pytest.param("<a>x<!-- y -->z</a>", {"a": "xz"}, id="comment"),
        pytest.param("<a>&lt;&amp;ü€</a>", {"a": "<&ü€"}, id="escaped"),
        pytest.param('<a xsi:nil="true"/>', {"a": None}, id="nil"),
        pytest.param('<a xsi:nil="1"/>', {"a": None}, id="nil-as-1"),
        pytest.param('<a xsi:nil="false">x</a>', {"a": "x"}, id="not-nil"),
        pytest.param("<a>x</a><a>y</a>", {"a": ("x", "y")}, id="two"),
        pytest.param("<a>x</a><b>1</b><a>y</a><a/>", {"a": ("x", "y", ""), "b": "1"}, id="three-apart"),
        pytest.param('<a xsi:nil="true"/><a>y</a>', {"a": (None, "y")}, id="nil-among-two"),
        pytest.param(
            "<a><cim:Datetime>2026-03-02T04:30:12Z</cim:Datetime></a>", {"a": "2026-03-02T04:30:12Z"}, id="datetime"
        ),
        pytest.param("<a><cim:Datetime/></a>", {"a": ""}, id="datetime-empty"),
        pytest.param("<a><b>x</b></a>", {"a": {"b": "x"}}, id="embedded"),
        pytest.param(
            '<a xsi:type="p:B_Type">\n <p:b>x</p:b>\n <p:c xsi:nil="true"/>\n</a>',
            {"a": {"b": "x", "c": None}},
            id="embedded-typed",
        ),
        pytest.param("<a><b>x</b></a><a><b>y</b></a>", {"a": ({"b": "x"}, {"b": "y"})}, id="embedded-two"),
        pytest.param("", {}, id="nothing"),
    ),
)
def test_an_item(xml, values):
    assert read(xml) == values


def test_a_long_array():
    assert len(values_of(read("<a>x</a>" * 100_000), "a")) == 100_000


@pytest.mark.parametrize("levels", (pytest.param(100, id="100"), pytest.param(100_000, id="100000")))
def test_an_item_that_is_nested_without_end(levels):
    with pytest.raises(ProtocolError) as caught:
        read(nested(levels))
    assert str(caught.value) == "an object is nested too deeply"


def test_an_item_that_is_nested():
    assert str(read(nested(10))).count("{") == 10


@pytest.mark.parametrize(
    ("item", "values"),
    (
        pytest.param({}, (), id="missing"),
        pytest.param({"a": None}, (), id="nil"),
        pytest.param({"a": ""}, ("",), id="one-empty"),
        pytest.param({"a": "x"}, ("x",), id="one"),
        pytest.param({"a": ("x", "y")}, ("x", "y"), id="two"),
        pytest.param({"a": {"b": "x"}}, ({"b": "x"},), id="one-embedded"),
    ),
)
def test_the_values_of_an_array(item, values):
    assert values_of(item, "a") == values


@pytest.mark.parametrize(
    ("value", "number"),
    (
        pytest.param("0", 0, id="zero"),
        pytest.param("-1", -1, id="negative"),
        pytest.param("18446744073709551615", 2**64 - 1, id="uint64"),
        pytest.param("9" * 5000, None, id="more-digits-than-python-converts"),
        pytest.param("--1", None, id="two-signs"),
        pytest.param("+1", None, id="plus"),
        pytest.param("1.5", None, id="fraction"),
        pytest.param("٣", None, id="arabic-digit"),
        pytest.param("²", None, id="superscript"),
        pytest.param(" 1", None, id="space"),
        pytest.param("1\n", None, id="line-feed"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="nil"),
        pytest.param(("1", "2"), None, id="array"),
        pytest.param({"a": "1"}, None, id="embedded"),
    ),
)
def test_integers(value, number):
    assert integer(value) == number


ITEM, CONTEXT = "<w:XmlFragment><a>x</a></w:XmlFragment>", "<n:EnumerationContext>c1</n:EnumerationContext>"


@pytest.mark.parametrize(
    ("xml", "before", "batch"),
    (
        pytest.param(
            "<n:EnumerateResponse><n:EnumerationContext/><w:Items/><w:EndOfSequence/></n:EnumerateResponse>",
            None,
            Batch((), None),
            id="nothing",
        ),
        pytest.param(
            f"<n:EnumerateResponse><n:EnumerationContext/><w:Items>{ITEM}</w:Items><w:EndOfSequence/></n:EnumerateResponse>",
            None,
            Batch(({"a": "x"},), None),
            id="all-at-once",
        ),
        pytest.param(
            f"<n:EnumerateResponse>{CONTEXT}<w:Items>{ITEM}</w:Items></n:EnumerateResponse>",
            None,
            Batch(({"a": "x"},), "c1"),
            id="some",
        ),
        pytest.param(f"<n:EnumerateResponse>{CONTEXT}</n:EnumerateResponse>", None, Batch((), "c1"), id="none-yet"),
        pytest.param(
            f"<n:PullResponse>{CONTEXT}<n:Items>{ITEM}{ITEM}</n:Items></n:PullResponse>",
            "c0",
            Batch(({"a": "x"}, {"a": "x"}), "c1"),
            id="pulled",
        ),
        pytest.param(
            f"<n:PullResponse><n:Items>{ITEM}</n:Items></n:PullResponse>",
            "c0",
            Batch(({"a": "x"},), "c0"),
            id="pulled-with-the-context-unchanged",
        ),
        pytest.param(
            f"<n:PullResponse>{CONTEXT}<n:Items>{ITEM}</n:Items><n:EndOfSequence/></n:PullResponse>",
            "c0",
            Batch(({"a": "x"},), None),
            id="pulled-to-the-end",
        ),
    ),
)
def test_batches(xml, before, batch):
    assert parse_items(parse_body(envelope(xml)), before) == batch


@pytest.mark.parametrize(
    ("xml", "message"),
    (
        pytest.param("", "an EnumerateResponse was expected, not nothing", id="empty"),
        pytest.param("<n:GetResponse/>", "an EnumerateResponse was expected, not GetResponse", id="other"),
        pytest.param("<n:EnumerateResponse/>", "an enumeration neither ends nor goes on", id="no-end"),
        pytest.param(
            f"<n:EnumerateResponse><n:EnumerationContext> </n:EnumerationContext><w:Items>{ITEM}</w:Items></n:EnumerateResponse>",
            "an enumeration neither ends nor goes on",
            id="items-and-no-end",
        ),
    ),
)
def test_what_is_no_batch(xml, message):
    with pytest.raises(ProtocolError) as caught:
        parse_items(parse_body(envelope(xml)))
    assert str(caught.value) == message


def fault(subcode="", reason="", detail=""):
    sub = f"<s:Subcode><s:Value>{subcode}</s:Value></s:Subcode>" if subcode else ""
    return (
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value>{sub}</s:Code><s:Reason><s:Text>{reason}</s:Text></s:Reason>"
        f"{detail}</s:Fault>"
    )


def detail(code, text):
    return f'<s:Detail><f:WSManFault Code="{code}"><f:Message>{text}</f:Message></f:WSManFault></s:Detail>'


@pytest.mark.parametrize(
    ("xml", "expected", "text"),
    (
        pytest.param(
            fault("w:AccessDenied", " Access is\n denied. "),
            Fault(None, "AccessDenied", "Access is denied."),
            "AccessDenied: Access is denied.",
            id="without-detail",
        ),
        pytest.param("<s:Fault/>", Fault(None, "", "no reason given"), "fault: no reason given", id="bare"),
        pytest.param(
            fault("w:InternalError", "outside", detail(5, "inside")),
            Fault(5, "InternalError", "inside"),
            "InternalError (code 5): inside",
            id="detail",
        ),
        pytest.param(
            fault("InternalError", "outside", detail(5, " ")),
            Fault(5, "InternalError", "outside"),
            "InternalError (code 5): outside",
            id="detail-without-words",
        ),
        pytest.param(
            fault("", "outside", detail("9" * 5000, "inside")),
            Fault(None, "", "inside"),
            "fault: inside",
            id="code-too-long",
        ),
        pytest.param(
            fault("", "outside", detail("0x5", "inside")),
            Fault(None, "", "inside"),
            "fault: inside",
            id="code-not-decimal",
        ),
    ),
)
def test_faults(xml, expected, text):
    found = parse_fault(parse_body(envelope(xml)))
    assert (found, str(found)) == (expected, text)


def test_no_fault():
    assert parse_fault(parse_body(envelope("<p:a/>"))) is None


@pytest.mark.parametrize(
    ("found", "denied", "quota", "timed_out"),
    (
        pytest.param(Fault(5, "", ""), True, False, False, id="win32"),
        pytest.param(Fault(0x80070005, "", ""), True, False, False, id="hresult"),
        pytest.param(Fault(0x80041003, "", ""), True, False, False, id="wbem"),
        pytest.param(Fault(None, "AccessDenied", ""), True, False, False, id="subcode"),
        pytest.param(Fault(2150859173, "", ""), False, True, False, id="shells"),
        pytest.param(Fault(2150859174, "", ""), False, True, False, id="operations"),
        pytest.param(Fault(None, "QuotaLimit", ""), False, True, False, id="quota-subcode"),
        pytest.param(Fault(2150858793, "", ""), False, False, True, id="timed-out"),
        pytest.param(Fault(None, "TimedOut", ""), False, False, True, id="timed-out-subcode"),
        pytest.param(Fault(1, "InternalError", ""), False, False, False, id="other"),
    ),
)
def test_what_a_fault_means(found, denied, quota, timed_out):
    assert (found.is_access_denied, found.is_quota, found.is_operation_timed_out) == (denied, quota, timed_out)
