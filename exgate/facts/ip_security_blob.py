"""IPSecurity as MetaBase.xml keeps it: a binary block in hexadecimal, whose encoding is not documented.

What is known of it are three shapes that audit scripts compare with. They are good for a hint to a person, and for no
verdict: who is let in is read by ADSI or WMI.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

_LISTED = 0x80000000
"""Set in each of the offsets at the start of the block."""
_DENIED, _GRANTED, _NAMES = _LISTED | 0x18, _LISTED | 0x20, _LISTED | 0x3C
_GRANTED_AFTER_DENIED = _LISTED | 0x34
_SINGLE = b"\xff\xff\xff\xff"
"""The mask of a single computer; its address follows, most significant byte first."""
_DWORD = 4
_HEADER = 6 * _DWORD
_LONGEST = 64 * 1024
_SHOWN = 4
_NOBODY = IPv4Address(0)
"""IIS keeps "everybody denied" as a grant for this address."""


def hint(text: str) -> str | None:
    """Say what a block looks like, None where it has none of the reported shapes.

    Args:
        text: The property's text in MetaBase.xml, hexadecimal digits.
    """
    data = _bytes(text)
    if data is None:
        return None
    denied, granted, names = struct.unpack_from("<3I", data)
    if (denied, names) != (_DENIED, _NAMES):
        return None
    if granted == _GRANTED_AFTER_DENIED:
        return 'it looks like "Granted access" with exceptions'
    addresses = _addresses(data) if granted == _GRANTED else None
    if not addresses:
        return None
    if addresses == [_NOBODY]:
        return 'it looks like "Denied access" without exceptions'
    more = ", ..." if len(addresses) > _SHOWN else ""
    return f'it looks like "Denied access" except {", ".join(map(str, addresses[:_SHOWN]))}{more}'


def _bytes(text: str) -> bytes | None:
    """Give the block, None where it is too short, too long, not made of DWORDs, or not hexadecimal."""
    if len(text) > 2 * _LONGEST or not text.isascii() or not text.isalnum():
        return None
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    return data if len(data) >= _HEADER and len(data) % _DWORD == 0 else None


def _addresses(data: bytes) -> list[IPv4Address] | None:
    """Give what follows the first mask of a single computer, up to the end; the mask may stand before each address."""
    words = [data[start : start + _DWORD] for start in range(_HEADER, len(data), _DWORD)]
    if _SINGLE not in words or words[-1] == _SINGLE:
        return None
    return [IPv4Address(word) for word in words[words.index(_SINGLE) :] if word != _SINGLE]
