"""A password in memory, kept out of every text, file and copy."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex, final

MASK = "<secret>"


@final
class Secret:
    """A secret text that only `reveal` gives out.

    Its repr, str and format are a mask, it has no ``__dict__``, it cannot be pickled or copied, and two secrets are
    equal only if they are the same object, so that no comparison tells anything about the text.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Return the text itself, for the one call that needs it."""
        return self.__text

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, format_spec: str) -> str:
        return MASK

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __copy__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __deepcopy__(self, memo: dict[int, object]) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
