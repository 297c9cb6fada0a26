"""What ActiveSync (massync.dll) and Outlook Mobile Access say to a client that is logged on; neither opens a mailbox.

ActiveSync's headers are those that the sources of Z-Push and Horde know of Exchange 2003 SP2; nothing here was seen on
a real server.
"""

from __future__ import annotations

from typing import Final

from exgate.lab.http_message import HttpRequest, HttpResponse
from exgate.lab.iis_pages import NOT_ALLOWED, NOT_IMPLEMENTED, answer, page

_ACTIVESYNC_METHODS: Final = "OPTIONS, POST"
_ACTIVESYNC_COMMANDS: Final = (
    "Sync,SendMail,SmartForward,SmartReply,GetAttachment,GetHierarchy,CreateCollection,DeleteCollection,"
    "MoveCollection,FolderSync,FolderCreate,FolderDelete,FolderUpdate,MoveItems,GetItemEstimate,MeetingResponse,"
    "ResolveRecipients,ValidateCert,Provision,Search,Notify,Ping"
)
_OMA_PAGE: Final = (
    b"<html><head><title>Outlook Mobile Access</title></head><body>Synthetic: the exgate lab.</body></html>"
)


def activesync(request: HttpRequest, version: str, protocol_versions: str) -> HttpResponse:
    """Answer on /Microsoft-Server-ActiveSync: OPTIONS tells what it speaks, everything else is not implemented.

    Args:
        request: The request.
        version: Exchange's version, ``6.5.7638``.
        protocol_versions: MS-ASProtocolVersions, empty to leave the header out.
    """
    headers = {"MS-Server-ActiveSync": f"{version}.1"}
    if request.method != "OPTIONS":
        return page(NOT_IMPLEMENTED, headers)
    if protocol_versions:
        headers["MS-ASProtocolVersions"] = protocol_versions
    headers |= {
        "MS-ASProtocolCommands": _ACTIVESYNC_COMMANDS,
        "Public": _ACTIVESYNC_METHODS,
        "Allow": _ACTIVESYNC_METHODS,
    }
    return answer(200, "OK", headers=headers)


def outlook_mobile_access(request: HttpRequest) -> HttpResponse:
    """Answer on /oma: a page; it is read only."""
    if request.method not in {"GET", "HEAD"}:
        return page(NOT_ALLOWED, {"Allow": "GET, HEAD"})
    return answer(200, "OK", body=_OMA_PAGE)
