"""``exgate collector``: print the script, or write it into a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from exgate.collector import SCRIPT_NAME, collector_script

NAME = "collector"
SUMMARY = "print the script that reads a server without WinRM"
DESCRIPTION = f"""\
Print {SCRIPT_NAME}, the collector for servers without WinRM. It runs on
Windows Server 2003 as it is, and needs nothing that is not there:

  1. exgate collector --output {SCRIPT_NAME}
  2. copy it to the server, and run it there as an administrator:
     cscript //nologo {SCRIPT_NAME}
  3. copy the folder that it has written (it has the server's name) back, and
     judge it here: pytest --facts-from=FOLDER

The folder holds collected.csv (what WMI, ADSI and the registry showed),
MetaBase.xml (pruned: without passwords and keys), and host.yml, in which you
name the server's role. The script changes nothing on the server but that
folder, reads no password, and tells on the screen what it could not read.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be asked for."""
    parser.add_argument("--output", metavar="FILE", type=Path, help="write it there; without this it is printed")


def run(options: argparse.Namespace) -> int:
    """Write the script byte for byte, for a console would turn its line ends; give the exit status."""
    script = collector_script().encode("ascii")
    if options.output is None:
        sys.stdout.buffer.write(script)
        sys.stdout.buffer.flush()
        return 0
    try:
        options.output.write_bytes(script)
    except OSError as error:
        sys.stderr.write(f"exgate collector: {options.output} cannot be written: {error.strerror or error}\n")
        return 1
    return 0
