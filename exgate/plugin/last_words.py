"""The wall around a whole run: what pytest, or Python itself, says of an exception that nobody has caught.

It is there before pytest's session is: plugins that a session configures would come too late.
"""

from __future__ import annotations

import traceback
from collections.abc import Generator

import pytest

from exgate.plugin.redacting import redaction_of


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Let no exception out whose text holds a secret."""
    try:
        return (yield)
    except BaseException as error:
        redaction = redaction_of(config)
        redaction.error(error)
        told = "".join(traceback.format_exception(error))
        clean = redaction.text(told)
        if clean == told:
            raise
    # Some texts of an exception cannot be changed.
    raise RuntimeError(clean)
