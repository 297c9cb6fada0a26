"""What several remedies say alike, the backup and the restart, is done once for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from exgate.texts import (
    BACK_UP_METABASE,
    BACK_UP_REGISTRY,
    LOOK_AGAIN,
    MASSYNC,
    RESTART_IIS_ADMIN,
)

METABASE_BACKUP = "cscript %windir%\\system32\\iisback.vbs /backup /b {name}"
METABASE_RESTORE = "cscript %windir%\\system32\\iisback.vbs /restore /b {name}"
REGISTRY_BACKUP = f"reg export {MASSYNC} {{name}}.reg"
_CHANGES_REGISTRY = re.compile(rf"^(?:reg (?:add|delete|import) |.*{re.escape(MASSYNC)})", re.MULTILINE)
_LAST_RESTART = re.compile(
    rf"(?:{re.escape(RESTART_IIS_ADMIN)}|^Restart the IIS Admin service\.)"
    rf"(?P<rest>\s*(?:{re.escape(LOOK_AGAIN.strip())})?\s*)\Z",
    re.MULTILINE,
)


def backup_name(started: datetime) -> str:
    """Name the backups of a plan after the run that it is of: an earlier plan's are not overwritten."""
    return f"before-fix-{started.astimezone(UTC):%Y%m%d-%H%M%S}"


def touches_registry(texts: Iterable[str]) -> bool:
    """Whether one of the remedies' texts changes the registry keys that the article names."""
    return any(_CHANGES_REGISTRY.search(text) for text in texts)


def without_backup(text: str, identifier: str, step: int) -> str:
    """Point a fix to the one backup instead of telling it how to make its own."""
    text = text.replace(BACK_UP_METABASE.format(id=identifier), f"(The metabase's backup: step {step}.)\n")
    return text.replace(BACK_UP_REGISTRY.format(id=identifier), f"(The registry's backup: step {step}.)\n")


def with_backup(text: str, identifier: str, name: str) -> str:
    """Have a rollback take the one backup, whose name is another one than its own."""
    text = re.sub(rf"(?<= /b )before-{re.escape(identifier)}(?!\S)", lambda _: name, text)
    return text.replace(f"MasSync-{identifier}.reg", f"{name}.reg")


def ends_with_restart(text: str) -> bool:
    """Whether the last thing that a text says to do is to restart the IIS Admin service."""
    return _LAST_RESTART.search(text) is not None


def without_restart(text: str, where: str) -> str:
    """Point to the one restart; one with something to do behind it stays, for it cannot wait."""
    return _LAST_RESTART.sub(lambda match: f"(Restart the IIS Admin service: {where}.){match['rest']}", text)
