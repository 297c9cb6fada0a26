"""The last wall: secrets are taken out of what somebody is about to see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from threading import RLock
from typing import Any, TypeVar, cast

from exgate.inventory.secret import MASK, Secret
from exgate.inventory.secret_search import SecretSearch

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TOKENS = re.compile(
    r"(?<=Basic )[A-Za-z0-9+/]{32,}={0,2}"
    r"|(?<=Negotiate )[A-Za-z0-9+/]{32,}={0,2}"
    r"|(?<=Kerberos )[A-Za-z0-9+/]{32,}={0,2}"
    r"|TlRMTVNTUAA[A-Za-z0-9+/]{8,}={0,2}"  # NTLMSSP and a zero
)
"""Log-on tokens: a password can be guessed from one, and some can be used again."""
_TOKEN_SIGNS = ("Basic ", "Negotiate ", "Kerberos ", "TlRMTVNTUAA")
_KEY_SIGN = "PRIVATE KEY-----"
_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_MOST_KEPT, _LONGEST_KEPT = 8192, 1024
"""Records repeat each other: that many texts without a secret are remembered, if they are no longer than that."""
_OF_EXCEPTIONS = ("filename", "filename2", "strerror", "msg", "text", "reason", "code", "name", "path")
"""Where Python's own exceptions keep texts beside their arguments."""
_T = TypeVar("_T")


class Redaction:
    """Replaces secrets, in every form in which they are usually written, by a mask.

    Beside the secrets themselves it knows log-on tokens and private keys by their looks.
    """

    def __init__(self, secrets: Iterable[Secret] = (), public: Iterable[str] = ()) -> None:
        """Learn the secrets; there may be more later.

        Args:
            secrets: What to take out; those of fewer characters than `exgate.inventory.secret_search.SHORTEST` stay.
            public: Texts that everybody sees anyway. A secret that stands in one of them stays too: a mask in its place
                would tell what it is.
        """
        # What is written while a secret is learnt (a warning, for example) is redacted by the same thread.
        self._learning = RLock()
        self._public = "\0".join(public)
        self._clean: set[str] = set()
        self._search = SecretSearch()
        self.learn(secrets)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Take these secrets out too from now on."""
        with self._learning:
            known = self._search.texts
            texts = {secret.reveal() for secret in secrets} - known
            self._search.learn(text for text in texts if text not in self._public)
            self._clean = set()

    def make_public(self, texts: Iterable[str]) -> None:
        """Leave secrets alone that stand in one of these texts too."""
        with self._learning:
            self._public = "\0".join((self._public, *texts))
            secret = {text for text in self._search.texts if text not in self._public}
            if len(secret) < len(self._search.texts):
                self._search = SecretSearch(secret)

    def text(self, text: str) -> str:
        """Give a text without secrets; without its colours too, where one of them stands within a secret."""
        clean = self._mask(text)
        if "\x1b" not in clean:
            return clean
        bare = _COLOURS.sub("", clean)
        clean_bare = self._mask(bare)
        return clean if clean_bare == bare else clean_bare

    def value(self, value: _T) -> _T:
        """Give a value whose texts hold no secrets: a text, or records, tuples, lists and mappings of them.

        Enumerations, mappings' keys and objects of other kinds stay what they are. What holds no secret is the same
        object afterwards.
        """
        return cast("_T", self._value(value))

    def error(self, error: BaseException) -> None:
        """Take the secrets out of the texts of an exception, of those behind it and of a group's members.

        What cannot be changed stays: a group's own message, and what an exception makes of objects of other kinds.
        """
        seen: set[int] = set()
        waiting: list[BaseException | None] = [error]
        while waiting:
            link = waiting.pop()
            if link is None or id(link) in seen:
                continue
            seen.add(id(link))
            for name in ("args", *_OF_EXCEPTIONS, *vars(link)):
                old = getattr(link, name, None)
                if (new := self.value(old)) is not old:
                    with suppress(AttributeError, TypeError, ValueError):
                        setattr(link, name, new)
            waiting += [link.__cause__, link.__context__, *getattr(link, "exceptions", ())]

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
        if type(value) is str:
            return value if value in self._clean else self._looked_at(value)
        kind: type = type(value)
        match _shape(kind):
            case _Shape.PLAIN:
                return value
            case _Shape.SEQUENCE:
                return self._sequence(value)
            case _Shape.TEXT:
                return self.text(value)
            case _Shape.MAPPING:
                clean = {key: self._value(each) for key, each in value.items()}
                return value if all(clean[key] is value[key] for key in clean) else clean
            case _Shape.RECORD:
                return self._record(value)

    def _looked_at(self, text: str) -> str:
        # Another thread may learn a secret meanwhile, and begin a new set.
        kept = self._clean
        clean = self.text(text)
        if clean == text and len(text) <= _LONGEST_KEPT:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept.add(text)
        return text if clean == text else clean

    def _record(self, record: Any) -> Any:  # noqa: ANN401 - a dataclass
        changed = {}
        kind: type = type(record)
        for name in _fields(kind):
            old = getattr(record, name)
            if (new := self._value(old)) is not old:
                changed[name] = new
        return replace(record, **changed) if changed else record

    def _sequence(self, values: Any) -> Any:  # noqa: ANN401 - a tuple or a list, of whatever
        clean = [self._value(each) for each in values]
        if all(new is old for new, old in zip(clean, values, strict=True)):
            return values
        return clean if isinstance(values, list) else tuple(clean)

    def _mask(self, text: str) -> str:
        for begin, end in reversed(self._search.spans(text)):
            text = f"{text[:begin]}{MASK}{text[end:]}"
        if any(sign in text for sign in _TOKEN_SIGNS):
            text = _TOKENS.sub(MASK, text)
        return _KEY.sub(rf"\1{MASK}", text) if _KEY_SIGN in text else text


class _Shape(Enum):
    """What is done about values of a kind."""

    PLAIN = auto()
    TEXT = auto()
    SEQUENCE = auto()
    MAPPING = auto()
    RECORD = auto()


@lru_cache(maxsize=1024)
def _shape(kind: type) -> _Shape:
    if issubclass(kind, Enum):
        return _Shape.PLAIN
    for shape, kinds in ((_Shape.SEQUENCE, (tuple, list)), (_Shape.TEXT, (str,)), (_Shape.MAPPING, (Mapping,))):
        if issubclass(kind, kinds):
            return shape
    return _Shape.RECORD if is_dataclass(kind) else _Shape.PLAIN


@lru_cache(maxsize=1024)
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.init)
