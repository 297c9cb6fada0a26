"""The wall around a whole run: what pytest, or Python itself, says of an exception that nobody has caught.

It is there before pytest's session is: plugins that a session configures would come too late.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from exgate.plugin.redacting import redaction_of


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Let no exception out whose text holds a secret."""
    try:
        return (yield)
    except BaseException as error:
        redaction_of(config).error(error)
        raise
