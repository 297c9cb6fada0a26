"""The folder of fix plans: plans of an earlier run go, a person's own files stay."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from exgate.reports.files import write_file
from exgate.reports.fix_folder import is_own, remove_plans
from exgate.reports.fix_plan import plans
from exgate.reports.results import Results


def write_plans(folder: Path, results: Results) -> list[Path]:
    """Write every host's plan, each at once, and remove what exgate wrote there earlier.

    Only regular files whose first line says that they are exgate's are removed or replaced. Lines end in CR LF, for the
    Notepad of Windows Server 2003 knows nothing else. Nothing to fix and no folder leave no folder.

    Args:
        folder: Where they go, ``HOST.txt``; it is made where it is missing.
        results: The run.

    Returns:
        The plans' files, in the run's order.

    Raises:
        FileExistsError: A person's own file has a plan's name; nothing was changed.
        OSError: A plan cannot be written or removed.
    """
    texts = {folder / name: text for name, text in plans(results)}
    for path in texts:
        if os.path.lexists(path) and not is_own(path):
            raise FileExistsError(errno.EEXIST, "this is no fix plan of exgate's, and is not replaced", str(path))
    remove_plans(folder, but=texts)
    if texts:
        folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        write_file(path, text.replace("\n", "\r\n").encode())
    return list(texts)
