"""MD4 (RFC 1320), which OpenSSL 3 has no more: NTLM keeps passwords in it."""

from __future__ import annotations

import struct

_ROUNDS = (
    (0, range(16), (3, 7, 11, 19)),
    (0x5A827999, (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15), (3, 5, 9, 13)),
    (0x6ED9EBA1, (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15)),
)
"""What is added, the order of the words, and by how much is shifted (3.4)."""


def md4(data: bytes) -> bytes:
    """Give the digest, 16 octets."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + struct.pack("<Q", len(data) * 8 & 0xFFFFFFFFFFFFFFFF)
    state: tuple[int, ...] = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for start in range(0, len(padded), 64):
        state = _block(state, struct.unpack_from("<16I", padded, start))
    return struct.pack("<4I", *state)


def _block(state: tuple[int, ...], words: tuple[int, ...]) -> tuple[int, ...]:
    a, b, c, d = state
    for number, (constant, order, shifts) in enumerate(_ROUNDS):
        for step, index in enumerate(order):
            if number == 0:
                mixed = (b & c) | (~b & d)
            elif number == 1:
                mixed = (b & c) | (b & d) | (c & d)
            else:
                mixed = b ^ c ^ d
            total = (a + mixed + words[index] + constant) & 0xFFFFFFFF
            shift = shifts[step % 4]
            a, b, c, d = d, (total << shift | total >> (32 - shift)) & 0xFFFFFFFF, b, c
    return tuple((old + new) & 0xFFFFFFFF for old, new in zip(state, (a, b, c, d), strict=True))
