"""--facts-out on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from exgate.plugin.hosts import Hosts
from exgate.plugin.redacting import redaction_of

if TYPE_CHECKING:
    from exgate.plugin.saving import Saving


def saving(config: pytest.Config, hosts: Hosts) -> Saving | None:
    """Give who saves, None without --facts-out.

    Raises:
        pytest.UsageError: The folder cannot be made, or two hosts' folders would be the same one.
    """
    folder = config.getoption("--facts-out")
    if folder is None or config.option.collectonly:
        return None
    from exgate.plugin.saving import Saving
    from exgate.sources.withheld import without_secrets

    return Saving(Path(folder), hosts, lambda seen: without_secrets(seen, redaction_of(config)))
