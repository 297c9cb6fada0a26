"""Text files as Windows writes them."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> str:
    """Decode a text file: by its byte order mark, else as UTF-8, else as Windows-1252.

    What the code page does not know becomes U+FFFD, so that nothing of a damaged file looks like something else. A
    console program writes its national letters in the OEM code page: they come out wrong, numbers and addresses do not.

    Args:
        data: The file.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def marked_encoding(data: bytes) -> str | None:
    """Give the encoding that a file's byte order mark names, None without one.

    Args:
        data: The file's first bytes, three or more.
    """
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
