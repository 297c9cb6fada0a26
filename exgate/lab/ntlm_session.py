"""Sealed messages of an NTLM session ([MS-NLMP] 3.4) with extended session security, the server's side."""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext

KEY_EXCHANGE: Final = 0x40000000
KEY_128: Final = 0x20000000
KEY_56: Final = 0x80000000
"""Flags of [MS-NLMP] 2.2.2.5."""

_VERSION = b"\x01\x00\x00\x00"
_CLIENT = b"session key to client-to-server "
_SERVER = b"session key to server-to-client "
_SIGNING = b"signing key magic constant\x00"
_SEALING = b"sealing key magic constant\x00"


class SignatureError(Exception):
    """A message is not what was signed."""


def rc4(key: bytes) -> CipherContext:
    """Give an RC4 stream."""
    return Cipher(ARC4(key), mode=None).encryptor()


class _Signing:
    """HMAC-MD5 with one key over many messages: its two hashes begin with the key already in them (RFC 2104)."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(64, b"\x00")
        self._inner = hashlib.md5(bytes(octet ^ 0x36 for octet in padded))  # noqa: S324 - the protocol's own
        self._outer = hashlib.md5(bytes(octet ^ 0x5C for octet in padded))  # noqa: S324 - the protocol's own

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class NtlmSession:
    """One connection's keys and counters.

    Args:
        key: The exported session key.
        flags: What was negotiated.
    """

    def __init__(self, key: bytes, flags: int) -> None:
        sealing = key if flags & KEY_128 else key[:7] if flags & KEY_56 else key[:5]
        self._signing_in = _Signing(hashlib.md5(key + _CLIENT + _SIGNING).digest())  # noqa: S324 - the protocol's own
        self._signing_out = _Signing(hashlib.md5(key + _SERVER + _SIGNING).digest())  # noqa: S324 - the protocol's own
        self._in = rc4(hashlib.md5(sealing + _CLIENT + _SEALING).digest())  # noqa: S324 - the protocol's own
        self._out = rc4(hashlib.md5(sealing + _SERVER + _SEALING).digest())  # noqa: S324 - the protocol's own
        self._encrypts_checksum = bool(flags & KEY_EXCHANGE)
        self._number_in = self._number_out = 0

    def seal(self, message: bytes) -> tuple[bytes, bytes]:
        """Give a message's signature and the message encrypted."""
        data = self._out.update(message)
        signature = self._signature(self._signing_out, self._out, self._number_out, message)
        self._number_out += 1
        return signature, data

    def unseal(self, signature: bytes, data: bytes) -> bytes:
        """Decrypt a message.

        Raises:
            SignatureError: See there.
        """
        message = self._in.update(data)
        expected = self._signature(self._signing_in, self._in, self._number_in, message)
        self._number_in += 1
        if not hmac.compare_digest(signature, expected):
            raise SignatureError("the signature does not fit")
        return message

    def _signature(self, signing: _Signing, stream: CipherContext, number: int, message: bytes) -> bytes:
        count = struct.pack("<I", number)
        checksum = signing.digest(count + message)[:8]
        return _VERSION + (stream.update(checksum) if self._encrypts_checksum else checksum) + count
