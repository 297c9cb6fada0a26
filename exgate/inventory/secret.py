"""A password in memory, kept out of every text, file and copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, SupportsIndex, final

MASK = "<secret>"


@final
class Secret:
    """A secret text that only `reveal` gives out.

    Its repr, str and format are a mask, no attribute holds the text, it cannot be pickled or copied, and two secrets
    are equal only if they are the same object, so that no comparison tells anything about the text.
    """

    __slots__ = ("__reveal",)

    def __init__(self, text: str) -> None:
        # Debuggers and crash reporters walk through attributes, and not into closures.
        self.__reveal: Callable[[], str] = lambda: text

    def reveal(self) -> str:
        """Return the text itself, for the one call that needs it."""
        return self.__reveal()

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
