"""XML files as Windows programs write them, decoded piece by piece for a parser that is told "UTF-8"."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_PIECE = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
"""How a file starts that has no byte order mark."""
_DECLARATION = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_LONGEST_DECLARATION = 300
_ANSI = re.compile(
    r"windows-(874|125[0-8])|iso-8859-[0-9]{1,2}|us-ascii|shift_jis|gb2312|gb18030|big5|ks_c_5601-1987", re.IGNORECASE
)
"""The code pages that Windows keeps text in, by the names that XML knows them by."""
_WINDOWS_1252 = "windows-1252"


def utf8_pieces(data: bytes | str) -> Iterator[bytes]:
    """Give a file in pieces of UTF-8, without byte order mark.

    Its encoding is that of its byte order mark or of its first character, else UTF-8 if it is valid, else what its XML
    declaration says, else Windows-1252. What Windows-1252 does not know becomes U+FFFD.

    Args:
        data: The file, or its text.

    Raises:
        ValueError: It is damaged, or declares an encoding in which it is not.
        LookupError: It declares an encoding that is no code page of Windows.
    """
    if isinstance(data, str):
        for place in range(int(data.startswith("\ufeff")), len(data), _PIECE):
            yield data[place : place + _PIECE].encode("utf-8", "surrogatepass")
        return
    encoding, start = _encoding(data)
    pieces = _pieces(data, start)
    if encoding == "utf-8":
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding == _WINDOWS_1252 else "strict")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _encoding(data: bytes) -> tuple[str, int]:
    """Give the encoding, and how long the byte order mark is."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    for start, encoding in _STARTS:
        if data.startswith(start):
            return encoding, 0
    if _is_utf8(data):
        return "utf-8", 0
    declared = _DECLARATION.match(data[:_LONGEST_DECLARATION])
    name = declared[1].decode("ascii") if declared else _WINDOWS_1252
    if not _ANSI.fullmatch(name):
        raise LookupError(f"it is not in the encoding that it declares, {name}")
    return name.lower(), 0


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in _pieces(data, 0):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _pieces(data: bytes, start: int) -> Iterator[bytes]:
    return (data[place : place + _PIECE] for place in range(start, len(data), _PIECE))
