"""Bindings and script maps: the metabase's structured strings."""

from __future__ import annotations

from dataclasses import dataclass

from exgate.facts.number import parse_number, shorten

HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Binding:
    """One entry of a web site's ServerBindings: ``IP:port:host``.

    Attributes:
        address: An IPv4 address, or ``""`` for all unassigned.
        port: TCP port.
        host: Host header, or ``""`` for any.
    """

    address: str
    port: int
    host: str

    @classmethod
    def parse(cls, text: str) -> Binding:
        """Read the metabase's form, for example ``":80:"``.

        Raises:
            ValueError: It is not ``IP:port:host``.
        """
        parts = text.split(":")
        if len(parts) != 3:  # noqa: PLR2004 - IP, port, host
            message = f"{shorten(text)} is not IP:port:host"
            raise ValueError(message)
        return cls(parts[0], parse_number(parts[1], HIGHEST_PORT), parts[2])

    def __str__(self) -> str:
        return f"{self.address}:{self.port}:{self.host}"


WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class ScriptMap:
    """One entry of ScriptMaps: ``extension,processor,flags[,verbs...]``; ``*`` is the wildcard map."""

    extension: str
    processor: str
    flags: int
    verbs: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> ScriptMap:
        r"""Read the metabase's form, for example ``*,C:\Program Files\Exchsrvr\bin\davex.dll,1``.

        Raises:
            ValueError: It has no extension, processor and flags.
        """
        parts = text.split(",")
        if len(parts) < 3:  # noqa: PLR2004 - extension, processor, flags
            message = f"{shorten(text)} is not extension,processor,flags"
            raise ValueError(message)
        verbs = tuple(verb for part in parts[3:] if (verb := part.strip()))
        return cls(parts[0], parts[1], parse_number(parts[2].strip()), verbs)

    @property
    def is_wildcard(self) -> bool:
        """Whether it is the map for every request."""
        return self.extension == WILDCARD

    @property
    def extension_dll(self) -> str:
        r"""The processor's file name in lower case, for example ``davex.dll``."""
        return self.processor.rpartition("\\")[2].lower()

    def __str__(self) -> str:
        return ",".join((self.extension, self.processor, str(self.flags), *self.verbs))
