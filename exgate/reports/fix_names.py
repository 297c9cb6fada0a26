"""The names of fix plans' files: safe on every system, and no two hosts' alike."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

_LONGEST = 120
"""Characters of an encoded name; with the rest of a path it must fit into Windows' 260."""
_KEPT = 90
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever stands behind the dot."""
_CUT_ESCAPE = re.compile(r"%.?$")


def file_names(hosts: Iterable[str]) -> dict[str, str]:
    """Give each host's file name.

    Letters, digits, ``-``, ``_`` and ``.`` stay. Everything else, a leading ``-`` or ``.``, and the first letter of
    a device's name (``CON``) becomes ``%`` and two hexadecimal digits for each octet of UTF-8, as in a URL. A name
    that is longer than 120 characters by then is cut to 90; it, and names that differ in nothing but case, end in
    ``~`` and 16 digits of the host's SHA-256.
    """
    encoded = {host: _encoded(host) for host in hosts}
    alike = Counter(name.casefold() for name in encoded.values())
    return {
        host: f"{_marked(host, name) if len(name) > _LONGEST or alike[name.casefold()] > 1 else name}.txt"
        for host, name in encoded.items()
    }


def _encoded(host: str) -> str:
    # "~" is what a digest begins with, and urllib leaves it as it is.
    name = quote(host, safe="", errors="surrogatepass").replace("~", "%7E")
    if name[:1] in {"-", "."} or _DEVICES.match(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    return name or "%"


def _marked(host: str, name: str) -> str:
    digest = hashlib.sha256(host.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{_CUT_ESCAPE.sub('', name[:_KEPT]) if len(name) > _LONGEST else name}~{digest}"
