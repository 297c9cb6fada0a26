"""Basic credentials, compared with the lab's one account."""

from __future__ import annotations

import base64
import hmac

from exgate.lab.ntlm import Account

_ENCODINGS = ("utf-8", "latin-1")
"""Clients do not agree on one (RFC 7617)."""


def is_account(account: Account, credentials: str, *further_names: str) -> bool:
    r"""Whether Basic credentials are the account's: ``DOMAIN\user``, the user alone, or one of further names."""
    try:
        octets = base64.b64decode(credentials, validate=True)
    except ValueError:  # no base64, or not even ASCII
        return False
    expected = [
        f"{name}:{account.password}".encode(encoding, "replace")
        for name in (account.name, account.user, *further_names)
        for encoding in _ENCODINGS
    ]
    return any(hmac.compare_digest(octets, candidate) for candidate in expected)
