"""Windows SharePoint Services by the registry."""

import pytest

from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.unknown import Unknown
from exgate.sources.sharepoint import read_sharepoint


def keys(*names):
    return {"ReturnValue": "0", "sNames": names or None}


MISSING = {"ReturnValue": "2", "sNames": None}
DENIED = {"ReturnValue": "5", "sNames": None}
NOT_SHOWN = Unknown(
    "Windows SharePoint Services are installed, but the registry does not show on which web sites",
    "look at SharePoint Central Administration, Virtual Server List",
)


@pytest.mark.parametrize(
    ("versions", "ports", "found", "messages"),
    (
        pytest.param(MISSING, None, SharePoint(installed=False), 1, id="no-extensions"),
        pytest.param(keys(), None, SharePoint(installed=False), 1, id="an-empty-key"),
        pytest.param(keys("5.0", "Ports"), None, SharePoint(installed=False), 1, id="frontpage-alone"),
        pytest.param(
            keys("5.0", "6.0", "Ports"),
            keys("Port /LM/W3SVC/1:", "port /lm/w3svc/4"),
            SharePoint(installed=True, extended_sites=(1, 4)),
            2,
            id="two-sites",
        ),
        pytest.param(keys("6.0"), MISSING, SharePoint(installed=True, extended_sites=NOT_SHOWN), 2, id="no-ports"),
        pytest.param(
            keys("6.0"), keys("Something"), SharePoint(installed=True, extended_sites=NOT_SHOWN), 2, id="other-names"
        ),
        pytest.param(
            DENIED,
            None,
            Unknown(
                f"access to HKLM\\{WEB_SERVER_EXTENSIONS} is denied",
                "let the account read this key (regedit, Permissions)",
            ),
            1,
            id="denied",
        ),
        pytest.param(
            keys("6.0"),
            DENIED,
            SharePoint(
                installed=True,
                extended_sites=Unknown(
                    f"access to HKLM\\{PORTS} is denied", "let the account read this key (regedit, Permissions)"
                ),
            ),
            2,
            id="ports-denied",
        ),
    ),
)
def test_sharepoint(fake, versions, ports, found, messages):
    session = fake(registry={("EnumKey", WEB_SERVER_EXTENSIONS): versions, ("EnumKey", PORTS): ports})
    assert read_sharepoint(session) == found
    assert len(session.asked) == messages


def test_subkeys_in_another_form_are_unknown(fake):
    session = fake(registry={("EnumKey", WEB_SERVER_EXTENSIONS): {"ReturnValue": "0", "sNames": ("6.0", None)}})
    assert read_sharepoint(session) == Unknown(
        f"the subkeys of HKLM\\{WEB_SERVER_EXTENSIONS} came in a form that is not known", "look at the key in regedit"
    )
