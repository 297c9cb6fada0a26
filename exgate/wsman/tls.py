"""TLS as Server 2003 speaks it, and what to say when two machines find no TLS in common."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from exgate.wsman.errors import TlsError

_OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's number; Python names it from 3.12 on."""
_CIPHERS = "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0"
"""Everything that proves the server by its certificate; without aNULL nobody can leave the certificate out."""

_NOTHING_IN_COMMON = "this machine's OpenSSL and the server have no TLS version or cipher in common"
_BROKEN_OFF = (
    "the server broke off the TLS handshake, as some do where they have no TLS version or cipher in common with "
    "this machine's OpenSSL"
)
_ALLOWS_TLS_1_0 = "; legacy_tls: true in the inventory allows TLS 1.0"
_ALLOWS_THIS = "; legacy_tls: true in the inventory allows this"

_DISJOINT = frozenset(
    {
        "NO_CIPHERS_AVAILABLE",  # none of ours goes with one of our versions
        "NO_PROTOCOLS_AVAILABLE",  # the machine's settings leave no version
        "NO_SHARED_CIPHER",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",  # alert 40: the server found no cipher
        "TLSV1_ALERT_INSUFFICIENT_SECURITY",  # alert 71: the server wants stronger ones
        "TLSV1_ALERT_PROTOCOL_VERSION",  # alert 70
        "UNKNOWN_PROTOCOL",
        "UNSUPPORTED_PROTOCOL",  # the server chose a version that is switched off here
        "WRONG_CIPHER_RETURNED",
        "WRONG_SSL_VERSION",
    }
)
"""OpenSSL's reasons that mean: no version or cipher in common."""
_TOO_OLD = frozenset(
    {
        "BAD_DH_VALUE",
        "DH_KEY_TOO_SMALL",
        "EE_KEY_TOO_SMALL",
        "LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
        "NO_SUITABLE_SIGNATURE_ALGORITHM",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",  # the server lacks RFC 5746
        "WRONG_SIGNATURE_TYPE",
    }
)
"""OpenSSL's reasons that mean: the server can do no better, and OpenSSL's defaults refuse it."""
_WEAK_CERTIFICATE = frozenset({66, 67, 68})
"""X509_V_ERR_EE_KEY_TOO_SMALL, _CA_KEY_TOO_SMALL and _CA_MD_TOO_WEAK: too weak for OpenSSL's default level."""


def legacy_context() -> ssl.SSLContext:
    """Give a client's context that speaks TLS 1.0 and whatever cipher suites this machine's OpenSSL still has.

    The certificate and its names are validated as ever. What is relaxed is what a server of 2003 cannot do better: the
    version, the suites, the strength of keys and signatures (OpenSSL's security level), secure renegotiation
    (RFC 5746), and a certificate without alternative names, whose common name then counts.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Not TLSv1, at which Python warns. SSL 3.0 stays off: Python's contexts have OP_NO_SSLv3.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_CIPHERS)
    context.options |= _OP_LEGACY_SERVER_CONNECT
    context.hostname_checks_common_name = True
    return context


def handshake_error(error: OSError, *, legacy_tls: bool) -> TlsError:
    """Tell why a TLS handshake failed.

    Args:
        error: What the handshake raised: an `ssl.SSLError`, or the end of the connection.
        legacy_tls: Whether `legacy_context` was in use; otherwise the text says where it would help.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        weak = error.verify_code in _WEAK_CERTIFICATE and not legacy_tls
        return TlsError(f"certificate verify failed: {error.verify_message}{_ALLOWS_THIS if weak else ''}")
    if isinstance(error, ssl.SSLEOFError) or not isinstance(error, ssl.SSLError):
        return TlsError(_BROKEN_OFF + ("" if legacy_tls else _ALLOWS_TLS_1_0))
    reason = error.reason or "unknown reason"
    if reason in _DISJOINT:
        return TlsError(_NOTHING_IN_COMMON + ("" if legacy_tls else _ALLOWS_TLS_1_0))
    old = reason in _TOO_OLD and not legacy_tls
    return TlsError(f"handshake failed: {reason.replace('_', ' ').lower()}{_ALLOWS_THIS if old else ''}")


def check_authorities(ca_file: Path) -> None:
    """Look at the file of trusted authorities before a connection is made.

    Raises:
        TlsError: There is no such file, or no certificate in it.
    """
    shared_context(ca_file, legacy_tls=False)


def shared_context(ca_file: Path | None, *, legacy_tls: bool) -> ssl.SSLContext:
    """Give the context of all connections that trust the same; nobody changes it.

    To read the public authorities takes longer than everything else of a connection.

    Args:
        ca_file: Certificate authorities to trust, PEM; None is the public ones.
        legacy_tls: Whether to speak TLS 1.0; see `legacy_context`.

    Raises:
        TlsError: There is no such file, or no certificate in it.
    """
    path = Path(DEFAULT_CA_BUNDLE_PATH) if ca_file is None else ca_file
    if not path.is_file():
        raise TlsError(f"there is no file {path}")
    version = path.stat()
    return _context(path, version.st_mtime_ns, version.st_size, legacy_tls)


@lru_cache(maxsize=16)
def _context(path: Path, _changed: int, _size: int, legacy_tls: bool) -> ssl.SSLContext:  # noqa: FBT001 - a key's part
    context = legacy_context() if legacy_tls else create_urllib3_context()
    try:
        context.load_verify_locations(path)
    except (OSError, ValueError):
        unreadable = TlsError(f"no certificate can be read from {path}")
    else:
        return context
    raise unreadable
