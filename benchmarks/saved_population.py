"""Saved facts of as many hosts as are wanted: copies of the folders that one run over the lab has saved."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab import PROJECT, running_lab
from product import COMPLIES, FAILS, command
from runs import run


def save_templates(servers: tuple[str, ...], folder: Path) -> Path:
    """Let the lab's servers be asked once and their facts be saved.

    Args:
        servers: Their names in the lab.
        folder: Where everything goes.

    Raises:
        BenchmarkError: They could not be asked.
    """
    saved = folder / "templates"
    with running_lab(0, 0.0, folder, "--servers", ",".join(servers)) as lab:
        options = ("--hosts=all", f"--inventory={lab.inventory}", f"--facts-out={saved}")
        run(command(*options, f"--report-dir={folder / 'first'}"), PROJECT, expected=(COMPLIES, FAILS))
    return saved


def copy_template(template: Path, hosts: int, to: Path) -> Path:
    """Write the facts of one host as those of many, each with a name of its own.

    Args:
        template: The folder of the host's saved facts.
        hosts: How many copies.
        to: The folder that is made for them.
    """
    own = template.name
    files = {path.name: path.read_bytes() for path in template.iterdir() if path.is_file()}
    renamed = {name: data for name, data in files.items() if own.encode() in data or own.upper().encode() in data}
    for number in range(hosts):
        name = f"host{number + 1:05}"
        folder = to / name
        folder.mkdir(parents=True)
        for file, data in files.items():
            if file in renamed:
                text = data.replace(own.encode(), name.encode()).replace(own.upper().encode(), name.upper().encode())
                (folder / file).write_bytes(text)
            else:
                shutil.copyfile(template / file, folder / file)
    return to
