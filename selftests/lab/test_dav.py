"""WebDAV on a virtual directory, for a client that is logged on."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from defusedxml import ElementTree as SafeElementTree

D = "{DAV:}"
MAILBOX = "/Exchange/exgate/"
ALL = {"creationdate", "displayname", "getetag", "getlastmodified", "resourcetype"}
OF_A_MESSAGE = ALL | {"getcontentlength", "getcontenttype"}


@pytest.fixture
def dav(ask, basic):
    def dav(method, path=MAILBOX, *, server="be01", body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(server, path, method=method, headers=basic | named, body=body, host="be01")

    return dav


def responses(page) -> dict[str, dict[str, dict[str, str]]]:
    """Give each resource's properties by status: href -> status -> name -> text."""
    root = SafeElementTree.fromstring(page)
    assert root.tag == f"{D}multistatus"
    return {
        response.findtext(f"{D}href"): {
            propstat.findtext(f"{D}status"): {
                prop.tag: prop.text or ",".join(child.tag for child in prop) for prop in propstat.find(f"{D}prop")
            }
            for propstat in response.findall(f"{D}propstat")
        }
        for response in root.findall(f"{D}response")
    }


@pytest.mark.parametrize("body", (None, "<a:propfind xmlns:a='DAV:'><a:allprop/></a:propfind>"), ids=("empty", "all"))
def test_all_properties_of_the_mailbox(dav, body):
    answer, page = dav("PROPFIND", Depth="0", body=body)
    assert (answer.status, answer.reason, answer.headers.get_content_type()) == (207, "Multi-Status", "text/xml")
    ((href, found),) = responses(page).items()
    assert href == "http://be01/Exchange/exgate/"
    (properties,) = found.values()
    assert set(properties) == {f"{D}{name}" for name in ALL}
    assert (properties[f"{D}displayname"], properties[f"{D}resourcetype"]) == ("exgate", f"{D}collection")
    assert properties[f"{D}creationdate"] == "2026-03-01T09:00:00Z"
    assert properties[f"{D}getlastmodified"] == "Sun, 01 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("path", "base"),
    (
        pytest.param("/exchange/exgate", "/exchange/exgate", id="user"),
        pytest.param("/Exchange/EXGATE/", "/Exchange/EXGATE", id="any-case"),
        pytest.param("/Exchange/exgate@lab.example/", "/Exchange/exgate%40lab.example", id="address"),
    ),
)
def test_the_mailbox_has_its_folders(dav, path, base):
    answer, page = dav("PROPFIND", path, Depth="1")
    assert answer.status == 207
    names = ("Calendar", "Contacts", "Deleted%20Items", "Drafts", "Inbox", "Journal", "Notes", "Outbox")
    folders = (*names, "Sent%20Items", "Tasks")
    expected = [f"http://be01{base}/", *(f"http://be01{base}/{name}/" for name in folders)]
    assert list(responses(page)) == expected


def test_the_inbox_has_one_message(dav):
    _, page = dav("PROPFIND", f"{MAILBOX}Inbox/", Depth="1")
    found = responses(page)["http://be01/Exchange/exgate/Inbox/Welcome.EML"]["HTTP/1.1 200 OK"]
    _, content = dav("GET", f"{MAILBOX}Inbox/Welcome.EML")
    assert found[f"{D}getcontentlength"] == str(len(content))
    assert found[f"{D}resourcetype"] == ""


def test_named_properties_come_in_order_and_unknown_ones_are_not_found(dav):
    body = (
        '<x:propfind xmlns:x="DAV:"><x:prop><x:resourcetype/><x:displayname/><x:getcontentlength/>'
        '<h:date xmlns:h="urn:schemas:httpmail:"/><plain xmlns=""/></x:prop></x:propfind>'
    )
    _, page = dav("PROPFIND", Depth="0", body=body)
    ((_, found),) = responses(page).items()
    assert list(found["HTTP/1.1 200 OK"]) == [f"{D}resourcetype", f"{D}displayname"]
    assert list(found["HTTP/1.1 404 Resource Not Found"]) == [
        *(f"{D}getcontentlength", "{urn:schemas:httpmail:}date", "plain")
    ]


def test_names_come_without_values(dav):
    body = '<x:propfind xmlns:x="DAV:"><x:propname/></x:propfind>'
    _, page = dav("PROPFIND", f"{MAILBOX}Inbox/Welcome.EML", Depth="0", body=body)
    ((_, found),) = responses(page).items()
    assert found == {"HTTP/1.1 200 OK": {f"{D}{name}": "" for name in sorted(OF_A_MESSAGE)}}


def test_an_empty_prop_is_answered_with_an_empty_one(dav):
    _, page = dav("PROPFIND", Depth="0", body='<x:propfind xmlns:x="DAV:"><x:prop/></x:propfind>')
    ((_, found),) = responses(page).items()
    assert found == {"HTTP/1.1 200 OK": {}}


@pytest.mark.parametrize(
    "body",
    (
        pytest.param("<a", id="malformed"),
        pytest.param("<a:propfind xmlns:a='DAV:'/>", id="nothing-asked"),
        pytest.param("<a:propfind xmlns:a='DAV:'><a:allprop/><a:propname/></a:propfind>", id="two-things-asked"),
        pytest.param("<propfind><allprop/></propfind>", id="no-namespace"),
        pytest.param("<a:other xmlns:a='DAV:'><a:allprop/></a:other>", id="another-element"),
        pytest.param(
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a:propfind xmlns:a='DAV:'><a:allprop/></a:propfind>", id="entities"
        ),
    ),
)
def test_a_body_that_is_no_propfind(dav, body):
    assert dav("PROPFIND", Depth="0", body=body)[0].status == 400


@pytest.mark.parametrize(
    ("depth", "status"),
    (
        pytest.param({}, 403, id="absent"),
        pytest.param({"Depth": "infinity"}, 403, id="infinity"),
        pytest.param({"Depth": "2"}, 400, id="other"),
    ),
)
def test_depth(dav, depth, status):
    answer, page = dav("PROPFIND", **depth)
    assert answer.status == status
    assert (b"propfind-finite-depth" in page) is (status == 403)


def test_options(dav):
    answer, _ = dav("OPTIONS")
    shown = {name: answer.headers[name] for name in ("DAV", "MS-Author-Via", "Allow", "Public", "MS-WebStorage")}
    methods = "OPTIONS, GET, HEAD, PROPFIND"
    assert answer.status == 200
    assert shown == {
        "DAV": "1, 2",
        "MS-Author-Via": "DAV",
        "Allow": methods,
        "Public": methods,
        "MS-WebStorage": "6.5.7638",
    }


@pytest.mark.parametrize("method", ("PUT", "DELETE", "MKCOL", "PROPPATCH", "LOCK", "MOVE", "SEARCH", "POST"))
def test_it_is_read_only(dav, method):
    answer, _ = dav(method)
    assert (answer.status, answer.headers["Allow"]) == (405, "OPTIONS, GET, HEAD, PROPFIND")


def test_the_message(dav):
    answer, page = dav("GET", f"{MAILBOX}inbox/welcome.eml")
    assert (answer.status, answer.headers.get_content_type()) == (200, "message/rfc822")
    message = message_from_bytes(page)
    assert (message["To"], message["Subject"]) == ("exgate@lab.example", "Welcome")
    assert message.get_payload() == "Synthetic: the one message of the exgate lab.\r\n"
    head, nothing = dav("HEAD", f"{MAILBOX}inbox/welcome.eml")
    assert (head.headers["Content-Length"], nothing) == (str(len(page)), b"")
    assert head.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("server", "path", "status"),
    (
        pytest.param("be01", "/Exchange/", 207, id="the-root"),
        pytest.param("be01", "/Exchange/nobody/", 404, id="unknown-mailbox"),
        pytest.param("be01", "/Exchange/exgate/Nowhere/", 404, id="unknown-folder"),
        pytest.param("be01", "/Exchange/exgate/Inbox/Welcome.EML/x", 404, id="below-a-message"),
        pytest.param("be01", "/Public/", 207, id="public-folders"),
        pytest.param("be01", "/Public/exgate/", 404, id="no-mailboxes-there"),
        pytest.param("drift-62-no-mailbox", MAILBOX, 404, id="no-mailbox"),
        pytest.param("drift-07-wrong-path", MAILBOX, 404, id="path-of-a-folder"),
        pytest.param("drift-07-no-davex", MAILBOX, 501, id="no-davex"),
        pytest.param("drift-51-store-stopped", MAILBOX, 503, id="store-stopped"),
        pytest.param("drift-41-is-a-front-end", MAILBOX, 207, id="exprox"),
        pytest.param("drift-53-not-restarted", "/Public/", 207, id="what-runs"),
    ),
)
def test_places(dav, server, path, status):
    assert dav("PROPFIND", path, server=server, Depth="0")[0].status == status


def test_nobody_is_shown_other_mailboxes(dav):
    assert list(responses(dav("PROPFIND", "/Exchange/", Depth="1")[1])) == ["http://be01/Exchange/"]


@pytest.mark.parametrize(
    ("server", "version"),
    (pytest.param("be-sp1", "6.5.7226", id="sp1"), pytest.param("drift-42-exchange-2000", "6.0.6249", id="2000")),
)
def test_the_store_tells_its_version(dav, server, version):
    assert dav("OPTIONS", server=server)[0].headers["MS-WebStorage"] == version


def test_no_davex_means_no_files_either(dav):
    assert dav("GET", MAILBOX, server="drift-07-no-davex")[0].status == 404
