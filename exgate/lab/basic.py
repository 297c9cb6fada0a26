"""Basic credentials, compared with the lab's one account."""

from __future__ import annotations

import base64
import hmac

from exgate.lab.ntlm import Account

_ENCODINGS = ("utf-8", "latin-1", "windows-1252")
"""Clients do not agree on one (RFC 7617)."""


def is_account(account: Account, credentials: str, *further_names: str) -> bool:
    r"""Whether Basic credentials are the account's: ``DOMAIN\user``, the user alone, or one of further names."""
    try:
        octets = base64.b64decode(credentials, validate=True)
    except ValueError:  # no base64, or not even ASCII
        return False
    names = (account.name, account.user, *further_names)
    texts = [f"{name}:{account.password}" for name in names]
    expected = [encoded for text in texts for encoding in _ENCODINGS if (encoded := _encoded(text, encoding))]
    return any(hmac.compare_digest(octets, candidate) for candidate in expected)


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None
