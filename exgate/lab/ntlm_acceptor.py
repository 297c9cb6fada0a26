"""NTLM's three messages on the server's side ([MS-NLMP] 3.2.5) for clients with extended session security."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
import time
from functools import lru_cache
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import ECB

from exgate.lab.md4 import md4
from exgate.lab.ntlm_session import KEY_EXCHANGE, NtlmSession, rc4

SIGNATURE: Final = b"NTLMSSP\x00"
_UNICODE, _OEM, _REQUEST_TARGET, _SIGN, _SEAL = 0x1, 0x2, 0x4, 0x10, 0x20
_LM_KEY, _NTLM, _ALWAYS_SIGN, _TARGET_IS_SERVER, _EXTENDED = 0x80, 0x200, 0x8000, 0x20000, 0x80000
_TARGET_INFO = 0x800000
_OFFERED = _REQUEST_TARGET | _NTLM | _ALWAYS_SIGN | _TARGET_IS_SERVER | _TARGET_INFO
_SERVER_2003 = struct.pack("<BBH3xB", 5, 2, 3790, 15)
_END, _NETBIOS_COMPUTER, _NETBIOS_DOMAIN, _DNS_COMPUTER, _DNS_DOMAIN, _DNS_TREE, _FLAGS, _TIMESTAMP = range(8)
"""AvIds ([MS-NLMP] 2.2.2.1)."""
_HAS_MIC = 0x2
_MIC = slice(72, 88)
_V1_RESPONSE = 24
_V2_PROOF = 16
_V2_PAIRS = 44
"""Where the AV pairs of a version 2 response begin."""
_EPOCH_DIFFERENCE = 11_644_473_600
"""Seconds from 1601 to 1970."""


class RejectedError(Exception):
    """A message is broken, or its user and password are not the account's."""


class NtlmAcceptor:
    """One log-on.

    Args:
        domain: The account's NetBIOS domain.
        user: Its name.
        password: Its password.
        computer_name: What the server calls itself.
        dns_domain: The Active Directory domain, and forest, that it is in; "" for one that does not tell it.
    """

    def __init__(self, domain: str, user: str, password: str, computer_name: str, dns_domain: str = "") -> None:
        self._domain, self._user, self._password = domain, user, password
        self._computer_name = computer_name
        self._dns_domain = dns_domain
        self._negotiate = self._challenge = b""

    @staticmethod
    def understands(negotiate: bytes) -> bool:
        """Whether a first message is of a client with Unicode and extended session security."""
        if len(negotiate) < 16 or not negotiate.startswith(SIGNATURE + b"\x01\x00\x00\x00"):  # noqa: PLR2004 - to the flags' end
            return False
        (flags,) = struct.unpack_from("<I", negotiate, 12)
        return bool(flags & _UNICODE and flags & _EXTENDED)

    def challenge(self, negotiate: bytes) -> bytes:
        """Take the client's first message, which is understood, and give the challenge."""
        (flags,) = struct.unpack_from("<I", negotiate, 12)
        flags = (flags | _OFFERED) & ~(_OEM | _LM_KEY)
        name = self._computer_name.encode("utf-16-le")
        moment = int((time.time() + _EPOCH_DIFFERENCE) * 10_000_000)
        dns_domain = self._dns_domain.encode("utf-16-le")
        pairs = b"".join(
            struct.pack("<HH", number, len(value)) + value
            for number, value in (
                (_NETBIOS_COMPUTER, name),
                (_NETBIOS_DOMAIN, self._domain.encode("utf-16-le")),
                (_DNS_COMPUTER, self._computer_name.lower().encode("utf-16-le")),
                *(((_DNS_DOMAIN, dns_domain), (_DNS_TREE, dns_domain)) if dns_domain else ()),
                (_TIMESTAMP, struct.pack("<Q", moment)),
                (_END, b""),
            )
        )
        self._negotiate = negotiate
        self._challenge = b"".join(
            (
                SIGNATURE,
                struct.pack("<IHHII", 2, len(name), len(name), 56, flags),
                os.urandom(8),
                bytes(8),
                struct.pack("<HHI", len(pairs), len(pairs), 56 + len(name)),
                _SERVER_2003,
                name,
                pairs,
            )
        )
        return self._challenge

    def accept(self, authenticate: bytes) -> NtlmSession:
        """Take the client's last message.

        Raises:
            RejectedError: See there.
            struct.error, UnicodeDecodeError: The message is cut off or garbled.
        """
        if not authenticate.startswith(SIGNATURE + b"\x03\x00\x00\x00"):
            raise RejectedError("not the last message")
        lm_response, response, domain, user, _, encrypted_key = (
            _field(authenticate, offset) for offset in range(12, 60, 8)
        )
        (flags,) = struct.unpack_from("<I", authenticate, 60)
        names = domain.decode("utf-16-le"), user.decode("utf-16-le")
        if (names[0].upper(), names[1].upper()) != (self._domain.upper(), self._user.upper()):
            raise RejectedError("no such account")
        if len(response) > _V1_RESPONSE:
            key = self._version_2(response, *names)
        else:
            key = self._version_1(response, lm_response)
        if flags & KEY_EXCHANGE and flags & (_SIGN | _SEAL):
            key = rc4(key).update(encrypted_key)
        if len(response) > _V1_RESPONSE and _pairs(response[_V2_PAIRS:]).get(_FLAGS, b"\x00")[0] & _HAS_MIC:
            self._check_mic(key, authenticate)
        return NtlmSession(key, flags)

    def _version_2(self, response: bytes, domain: str, user: str) -> bytes:
        """Check NTLMv2's proof, and give the key exchange key."""
        key = _response_key(self._password, domain, user)
        proof = hmac.digest(key, self._challenge[24:32] + response[_V2_PROOF:], "md5")
        if not hmac.compare_digest(proof, response[:_V2_PROOF]):
            raise RejectedError("the password is wrong")
        return hmac.digest(key, proof, "md5")

    def _version_1(self, response: bytes, lm_response: bytes) -> bytes:
        """Check NTLM's response with a client challenge ("NTLM2 session"), and give the key exchange key."""
        challenges = self._challenge[24:32] + lm_response[:8]
        short = hashlib.md5(challenges).digest()[:8]  # noqa: S324 - the protocol's own
        password_hash = _password_hash(self._password)
        parts = (password_hash + bytes(5))[:7], password_hash[7:14], password_hash[14:] + bytes(5)
        expected = b"".join(_des(part, short) for part in parts)
        if not hmac.compare_digest(expected, response):
            raise RejectedError("the password is wrong")
        return hmac.digest(md4(password_hash), challenges, "md5")

    def _check_mic(self, key: bytes, authenticate: bytes) -> None:
        blank = authenticate[: _MIC.start] + bytes(16) + authenticate[_MIC.stop :]
        expected = hmac.digest(key, self._negotiate + self._challenge + blank, "md5")
        if not hmac.compare_digest(expected, authenticate[_MIC]):
            raise RejectedError("the messages were tampered with")


@lru_cache(maxsize=8)
def _password_hash(password: str) -> bytes:
    """NTOWFv1."""
    return md4(password.encode("utf-16-le", "surrogatepass"))


@lru_cache(maxsize=32)
def _response_key(password: str, domain: str, user: str) -> bytes:
    """NTOWFv2."""
    return hmac.digest(_password_hash(password), (user.upper() + domain).encode("utf-16-le"), "md5")


def _field(message: bytes, offset: int) -> bytes:
    length, _, position = struct.unpack_from("<HHI", message, offset)
    return message[position : position + length]


def _pairs(data: bytes) -> dict[int, bytes]:
    pairs: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(data):
        number, length = struct.unpack_from("<HH", data, position)
        if number == _END:
            break
        pairs[number] = data[position + 4 : position + 4 + length]
        position += 4 + length
    return pairs


def _des(key: bytes, block: bytes) -> bytes:
    """Encrypt a block with seven octets of key, spread over eight."""
    bits = int.from_bytes(key, "big")
    spread = bytes(((bits >> (49 - 7 * index)) & 0x7F) << 1 for index in range(8))
    return Cipher(TripleDES(spread * 3), ECB()).encryptor().update(block)  # noqa: S305 - the protocol's own
