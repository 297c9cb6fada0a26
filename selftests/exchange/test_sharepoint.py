"""Windows SharePoint Services beside Exchange: messages asserted exactly."""

import pytest

from exgate.exchange import Moot, SharePointBeside
from exgate.facts.sharepoint import SharePoint
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.facts.wire import Wire

from .wires import CHALLENGE, GET, MULTISTATUS, PROPFIND, answer, wire, with_mailbox

ON_SITE_1 = SharePoint(installed=True, extended_sites=(1,))


@pytest.mark.parametrize(
    ("seen", "complies", "found"),
    (
        pytest.param(
            wire(answer(404, reason="Not Found")),
            False,
            f"SharePoint Services on the web site of /Exchange (web site 1) take a path of Exchange: {GET} 404 Not Found; "
            "demanded: an exclusion among their managed paths",
            id="404",
        ),
        pytest.param(
            lambda: with_mailbox(MULTISTATUS),
            True,
            f"SharePoint Services leave /Exchange (web site 1) alone: {PROPFIND} 207 Multi-Status; what was not asked does not "
            "show",
            id="207",
        ),
        pytest.param(
            wire(CHALLENGE, oma=answer(404, reason="Not Found")),
            False,
            f"SharePoint Services on the web site of /Exchange (web site 1) take a path of Exchange: {GET} 404 Not Found; "
            "demanded: an exclusion among their managed paths",
            id="404-of-oma",
        ),
    ),
)
def test_sharepoint(make_server, seen, complies, found):
    server = make_server(sharepoint=ON_SITE_1, wire=seen if isinstance(seen, Wire) else seen())
    reading = SharePointBeside(server).leaves_exchange_alone
    assert (bool(reading), reading.found) == (complies, found)


NOT_KNOWN = (
    "whether SharePoint Services on web site 1 leave /Exchange (web site 1) alone is not known: stsadm 2.0 cannot list "
    "excluded paths, and nothing on the wire proves it; next step: look at Define managed paths in SharePoint Central "
    "Administration, or give a test_mailbox"
)


@pytest.mark.parametrize(
    ("facts", "error", "reason"),
    (
        pytest.param(
            {"sharepoint": SharePoint(installed=False)},
            Moot,
            "Windows SharePoint Services are not installed",
            id="none",
        ),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=(2, 3))},
            Moot,
            "Windows SharePoint Services extend web site 2, 3, and /Exchange (web site 1) is on another",
            id="another-site",
        ),
        pytest.param({"sharepoint": Unknown("denied", "ask")}, UnknownFact, "denied; next step: ask", id="not-read"),
        pytest.param(
            {"sharepoint": SharePoint(installed=True, extended_sites=Unknown("sites denied", "ask"))},
            UnknownFact,
            "sites denied; next step: ask",
            id="sites-not-read",
        ),
        pytest.param(
            {"sharepoint": ON_SITE_1, "wire": wire(CHALLENGE)}, UnknownFact, NOT_KNOWN, id="401-proves-nothing"
        ),
        pytest.param({"sharepoint": ON_SITE_1}, UnknownFact, NOT_KNOWN, id="no-wire"),
        pytest.param(
            lambda: {"sharepoint": ON_SITE_1, "wire": with_mailbox(answer(404, reason="Not Found"))},
            UnknownFact,
            NOT_KNOWN,
            id="a-mailbox-that-is-not-there-proves-nothing",
        ),
    ),
)
def test_sharepoint_is_not_judged(make_server, facts, error, reason):
    with pytest.raises(error) as caught:
        _ = SharePointBeside(make_server(**(facts() if callable(facts) else facts))).leaves_exchange_alone
    assert (type(caught.value), str(caught.value)) == (error, reason)
