"""No foreign exception leaves this room: its frames hold credentials."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from exgate.wsman.classify import classify
from exgate.wsman.errors import TimeOutError, WsmanError

_T = TypeVar("_T")


def guarded(act: Callable[[], _T], transport: str, deadline: float) -> _T:
    """Do something on the network, and let no foreign exception out, and no interrupt or time-out with foreign frames.

    Args:
        act: What to do.
        transport: How one logs on, for the text of an error; see `exgate.wsman.classify.classify`.
        deadline: When everything must be done, in `time.monotonic`'s seconds; what fails later has failed for that.

    Raises:
        WsmanError: It failed; without a cause and a context.
    """
    problem: WsmanError | None = None
    interrupt: BaseException | None = None
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - every kind becomes one of ours
        problem = classify(error, transport)
    except KeyboardInterrupt:
        interrupt = KeyboardInterrupt()
    except BaseException as error:  # noqa: BLE001 - what pytest or a plugin of it stops a test with
        interrupt = error.with_traceback(None)
        interrupt.__cause__ = interrupt.__context__ = None
    if interrupt is not None:
        raise interrupt
    assert problem is not None
    problem = type(problem)(str(problem))
    if isinstance(problem, TimeOutError) or time.monotonic() < deadline:
        raise problem
    raise TimeOutError("the deadline for this host is over")
