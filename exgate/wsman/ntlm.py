"""NTLM over HTTP (RFC 4559's way): a log-on of a connection, and messages that it seals ([MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import Final

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from exgate.wsman.channel import Answer
from exgate.wsman.errors import ProtocolError
from exgate.wsman.md4 import md4
from exgate.wsman.ntlm_names import DomainMember, domain_member

SEALED_CONTENT_TYPE: Final = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)
_PROTOCOL: Final = 'protocol="application/HTTP-SPNEGO-session-encrypted"'
_BOUNDARY: Final = b"--Encrypted Boundary"
_SEALED_TYPE: Final = b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
_OCTETS: Final = b"\tContent-Type: application/octet-stream\r\n"
_SIGNATURE: Final = 16
_LENGTH: Final = struct.Struct("<I")
_WEAK_HASHES: Final = frozenset({"md5", "sha1"})
BROKEN_OFF: Final = "the server broke off the NTLM log-on"
_BAD_REQUEST: Final = 400
_NOT_SEALED: Final = "an answer that is not sealed, so that anybody on the way may have written it"
_NOT_UNSEALED: Final = "the answer could not be unsealed"


class NtlmContext:
    r"""One log-on on one connection.

    Args:
        user: ``DOMAIN\user`` or ``user@domain``.
        password: Only its hash is kept, which is as good as the password and is shown nowhere.
        host: Whom it is meant for.
        certificate: The server's certificate, DER, to which the log-on is bound; None without TLS.
    """

    def __init__(self, user: str, password: str, host: str, certificate: bytes | None) -> None:
        # pyspnego would compute the LM hash too, by DES in Python, and nobody asks for it: NTLMv2 does without.
        secret = md4(password.encode("utf-16-le", "surrogatepass"))
        self.server: DomainMember | None = None
        """What the server calls itself, once it has been asked for the log-on."""
        self._context = spnego.client(
            spnego.NTLMHash(user, nt_hash=secret.hex()),
            hostname=host,
            service="http",
            protocol="ntlm",
            channel_bindings=_bindings(certificate) if certificate else None,
            options=spnego.NegotiateOptions.use_ntlm,
        )

    def step(self, challenge: bytes | None = None) -> str:
        """Give the next token, base64."""
        if challenge is not None:
            self.server = domain_member(challenge)
        return base64.b64encode(self._context.step(challenge) or b"").decode("ascii")

    def seal(self, message: bytes) -> bytes:
        """Give a request's body of the type `SEALED_CONTENT_TYPE`."""
        sealed = self._context.wrap(message, encrypt=True).data
        return b"".join(
            (
                *(_BOUNDARY, b"\r\n", _SEALED_TYPE),
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % len(message),
                *(_BOUNDARY, b"\r\n", _OCTETS),
                *(_LENGTH.pack(_SIGNATURE), sealed),
                *(_BOUNDARY, b"--\r\n"),
            )
        )

    def unseal(self, answer: Answer) -> bytes:
        """Give an answer's message; an error of HTTP that is not sealed as it is.

        Raises:
            ProtocolError: It is not sealed, or not as it says.
        """
        content_type = answer.header("content-type")
        if content_type is None:
            raise ProtocolError("an answer without a content type")
        if not must_be_unsealed(answer.status, content_type):
            return answer.body
        message = b""
        rest = answer.body
        while rest.startswith(_BOUNDARY + b"\r\n"):
            head, found, rest = rest.partition(_OCTETS)
            length = _original_length(head)
            if not found or length is None or len(rest) < _LENGTH.size:
                raise ProtocolError(_NOT_UNSEALED)
            end = _LENGTH.size + _LENGTH.unpack_from(rest)[0] + length
            message += self._unwrap(rest[_LENGTH.size : end], length)
            rest = rest[end:]
        if rest.strip() != _BOUNDARY + b"--":
            raise ProtocolError(_NOT_UNSEALED)
        return message

    def _unwrap(self, sealed: bytes, length: int) -> bytes:
        try:
            message = self._context.unwrap(sealed).data
        except SpnegoError:
            message = b""
        if len(message) != length:
            raise ProtocolError(_NOT_UNSEALED)
        return message


def log_on(
    send: Callable[[str], Answer],
    send_last: Callable[[str], Answer],
    scheme: str,
    context: NtlmContext,
) -> Answer:
    """Log on after a 401.

    Args:
        send: Sends the request with this value as Authorization.
        send_last: The same for the last message, which makes the server judge the password.
        scheme: ``Negotiate`` or ``NTLM``.
        context: The log-on, which seals messages afterwards.

    Returns:
        The answer to the last message.

    Raises:
        ProtocolError: The server does not go on with the log-on.
    """
    offered = send(f"{scheme} {context.step()}").header("www-authenticate") or ""
    tokens = (part.strip() for part in offered.split(","))
    challenge = next((part for part in tokens if part.lower().startswith(f"{scheme.lower()} ")), None)
    if challenge is None:
        raise ProtocolError(BROKEN_OFF)
    answer = base64.b64decode(challenge[len(scheme) + 1 :])
    return send_last(f"{scheme} {context.step(answer)}")


def must_be_unsealed(status: int, content_type: str) -> bool:
    """Whether an answer on a connection that seals is sealed; an error of HTTP need not be.

    Raises:
        ProtocolError: It is none, and not sealed: what it says is not known to be the server's word.
    """
    sealed = _PROTOCOL in content_type
    if not sealed and status < _BAD_REQUEST:
        raise ProtocolError(_NOT_SEALED)
    return sealed


def _original_length(head: bytes) -> int | None:
    """Give the message's length as the part before the octets tells it."""
    digits = head.rpartition(b"Length=")[2].split(b"\r\n")[0].strip()
    return int(digits) if digits.isdigit() else None


def _bindings(certificate: bytes) -> GssChannelBindings | None:
    """Bind to a server's certificate (RFC 5929, 4.1); None where its hash's algorithm is not known."""
    from cryptography import x509  # noqa: PLC0415 - TLS alone needs it
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same

    parsed = x509.load_der_x509_certificate(certificate)
    try:
        algorithm = parsed.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    strong = hashes.SHA256() if algorithm is None or algorithm.name in _WEAK_HASHES else algorithm
    return GssChannelBindings(application_data=b"tls-server-end-point:" + parsed.fingerprint(strong))
