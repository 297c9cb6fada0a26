"""The metabase's flag properties as enums, named as MetaBase.xml names their bits."""

from __future__ import annotations

from enum import IntFlag
from typing import Self

from exgate.facts.number import parse_number, shorten


class MetabaseFlags(IntFlag):
    """A DWORD of flags as IIS 6 keeps it in its metabase."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read MetaBase.xml's form: names joined by ``" | "``, ``"0"`` for none, or a plain number.

        Raises:
            ValueError: A name is not one of this property's flags, or a number is no DWORD.
        """
        value = cls(0)
        for name in (part.strip() for part in text.split("|")):
            if name.isdecimal():
                value |= cls(parse_number(name))
            elif name in cls.__members__:
                value |= cls[name]
            else:
                message = f"{shorten(name)} is no flag of {cls.__name__}"
                raise ValueError(message)
        return value

    def __str__(self) -> str:
        """Show the number and, like MetaBase.xml, the names: ``6 (AuthBasic | AuthNTLM)``."""
        names = [flag.name for flag in type(self) if flag in self and flag.name]
        return f"{int(self)} ({' | '.join(names)})" if names else str(int(self))


class AuthFlags(MetabaseFlags):
    """AuthFlags (metabase property 6000): the authentication methods of a key."""

    AuthAnonymous = 1
    AuthBasic = 2
    AuthNTLM = 4
    """Integrated Windows authentication: Negotiate and NTLM (see NTAuthenticationProviders)."""
    AuthMD5 = 16
    """Digest authentication."""
    AuthPassport = 64


class AccessSSLFlags(MetabaseFlags):
    """AccessSSLFlags (metabase property 6030): what a key demands of TLS."""

    AccessSSL = 8
    """Require secure channel (SSL)."""
    AccessNegotiateCert = 32
    AccessRequireCert = 64
    AccessMapCert = 128
    AccessSSL128 = 256


class AccessFlags(MetabaseFlags):
    """AccessFlags (metabase property 6016): what a client may do with a key's content."""

    AccessRead = 1
    AccessWrite = 2
    AccessExecute = 4
    AccessSource = 16
    AccessScript = 512
    AccessNoRemoteWrite = 1024
    AccessNoRemoteRead = 4096
    AccessNoRemoteExecute = 8192
    AccessNoRemoteScript = 16384
    AccessNoPhysicalDir = 32768
