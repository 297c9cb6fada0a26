"""NTLM log-on and sealed messages on the server's side ([MS-NTHT], [MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import spnego
from spnego.exceptions import SpnegoError

from exgate.lab.ntlm_acceptor import SIGNATURE, NtlmAcceptor, RejectedError
from exgate.lab.ntlm_session import NtlmSession, SignatureError

SEALED_CONTENT_TYPE: Final = (
    'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'
)
_BOUNDARY: Final = b"--Encrypted Boundary"
_HEADER = re.compile(
    rb"--Encrypted Boundary\r\n(?:[^\r\n]*\r\n)*?[^\r\n]*Length=(?P<length>\d+)\r\n"
    rb"--Encrypted Boundary\r\n\s*Content-Type: application/octet-stream\r\n"
)
_SIGNATURE_LENGTH: Final = 4
"""Octets of the little-endian length in front of the signature."""


class LogOnRejectedError(Exception):
    """The token is broken, or its user and password are not the lab's."""


class SealError(Exception):
    """A sealed message is malformed or its signature does not fit."""


@dataclass(frozen=True, slots=True)
class Account:
    """The one account that every lab server knows.

    Attributes:
        domain: NetBIOS domain.
        user: Account name.
        password: Anything in one line without a colon, which the NTLM user file cannot hold.
    """

    domain: str
    user: str
    password: str

    def __post_init__(self) -> None:
        if ":" in self.password or len(self.password.splitlines()) != 1:
            raise ValueError("the lab's password must be one line without a colon")

    def __repr__(self) -> str:
        return f"Account({self.name!r})"

    @property
    def name(self) -> str:
        r"""The account as a client gives it, ``DOMAIN\user``."""
        return f"{self.domain}\\{self.user}"


def offer_account(account: Account, directory: Path) -> None:
    """Write pyspnego's credential store (``DOMAIN:user:password``) and announce it in this process's environment.

    It lies in memory where the system can do that, and elsewhere in a file that its owner alone can read.
    """
    line = f"{account.domain}:{account.user}:{account.password}\n".encode()
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("ntlm-users")
        os.write(descriptor, line)
        os.environ["NTLM_USER_FILE"] = f"/proc/self/fd/{descriptor}"  # open as long as the process is there
        return
    store = directory / "ntlm-users"
    descriptor = os.open(store, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(line)
    os.environ["NTLM_USER_FILE"] = str(store)


class LogOn:
    """One connection's log-on: raw NTLM or NTLM within SPNEGO, whichever the client sends first.

    Args:
        account: Who may log on.
        computer_name: What the server calls itself.
        dns_domain: The Active Directory domain that it is in; "" for one that does not tell it.
    """

    def __init__(self, account: Account, computer_name: str, dns_domain: str = "") -> None:
        self._acceptor = NtlmAcceptor(account.domain, account.user, account.password, computer_name, dns_domain)
        self._session: NtlmSession | None = None
        self._context: spnego.ContextProxy | None = None
        self.challenged = False
        """Whether the client has had our challenge, so that its next token holds a password's proof."""

    @property
    def complete(self) -> bool:
        """Whether the client has proved who it is."""
        return self._session is not None or (self._context is not None and self._context.complete)

    def step(self, token: bytes) -> bytes:
        """Take the client's token, give ours (empty when there is nothing to say).

        Raises:
            LogOnRejectedError: See there.
        """
        first, self.challenged = not self.challenged, True
        try:
            if self._context is None and not first:
                self._session = self._acceptor.accept(token)
                return b""
            if first and self._acceptor.understands(token):
                return self._acceptor.challenge(token)
            return self._negotiate(token)
        except (*(RejectedError, SpnegoError, ValueError, struct.error, StopIteration, KeyError, IndexError),) as error:
            raise LogOnRejectedError(type(error).__name__) from error

    def _negotiate(self, token: bytes) -> bytes:
        """Leave SPNEGO, and NTLM of the oldest clients, to pyspnego."""
        if self._context is None:
            protocol = "ntlm" if token.startswith(SIGNATURE) else "negotiate"
            options = spnego.NegotiateOptions.use_ntlm
            if protocol == "negotiate":
                options |= spnego.NegotiateOptions.use_negotiate
            self._context = spnego.server(protocol=protocol, options=options)
        return self._context.step(token) or b""

    def unseal(self, body: bytes) -> bytes:
        """Open a sealed message.

        Raises:
            SealError: See there.
        """
        header = _HEADER.match(body)
        if not header or not self.complete:
            raise SealError("not a sealed message")
        payload = body[header.end() :].removesuffix(_BOUNDARY + b"--\r\n")
        if len(payload) < _SIGNATURE_LENGTH:
            raise SealError("the signature's length is missing")
        (length,) = struct.unpack_from("<i", payload)
        signature = payload[_SIGNATURE_LENGTH : _SIGNATURE_LENGTH + length]
        try:
            message = self._opened(signature, payload[_SIGNATURE_LENGTH + length :])
        except (SignatureError, SpnegoError, ValueError) as error:
            raise SealError("the signature does not fit") from error
        if len(message) != int(header["length"]):
            raise SealError("the length does not fit")
        return message

    def seal(self, message: bytes) -> bytes:
        """Seal an answer for this connection.

        Raises:
            SealError: Nobody is logged on.
        """
        signature, data = self._closed(message)
        return b"".join(
            (
                _BOUNDARY,
                b"\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n",
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % len(message),
                _BOUNDARY,
                b"\r\n\tContent-Type: application/octet-stream\r\n",
                struct.pack("<i", len(signature)),
                signature,
                data,
                _BOUNDARY,
                b"--\r\n",
            )
        )

    def _opened(self, signature: bytes, data: bytes) -> bytes:
        if self._session:
            return self._session.unseal(signature, data)
        assert self._context
        return self._context.unwrap_winrm(signature, data)

    def _closed(self, message: bytes) -> tuple[bytes, bytes]:
        if self._session:
            return self._session.seal(message)
        if self._context is None:
            raise SealError("nobody is logged on")
        wrapped = self._context.wrap_winrm(message)
        return wrapped.header, wrapped.data
