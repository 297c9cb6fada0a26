"""Waivers: which failure is accepted on which host, by whom, why and until when."""

from exgate.waivers.ledger import Ledger
from exgate.waivers.notices import Judged, Notice, NoticeKind, notices
from exgate.waivers.reader import WaiverError, WaiverFile, read_waivers
from exgate.waivers.waiver import SOON_DAYS, State, Waiver

__all__ = [
    "SOON_DAYS",
    "Judged",
    "Ledger",
    "Notice",
    "NoticeKind",
    "State",
    "Waiver",
    "WaiverError",
    "WaiverFile",
    "notices",
    "read_waivers",
]
