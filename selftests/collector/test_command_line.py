"""``exgate`` on the command line."""

import os
import subprocess
import sys

import pytest

from exgate.__main__ import main
from exgate.collector import collector_script

SCRIPT = collector_script().encode("ascii")


def run(*arguments, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "exgate", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_script_is_printed_byte_for_byte():
    assert run("collector") == (0, SCRIPT, b"")


def test_the_script_is_written_byte_for_byte(tmp_path):
    file = tmp_path / "c.vbs"
    assert main(["collector", "--output", str(file)]) == 0
    assert file.read_bytes() == SCRIPT


def test_a_file_that_cannot_be_written(tmp_path, capsys):
    file = tmp_path / "gone" / "c.vbs"
    assert main(["collector", "--output", str(file)]) == 1
    assert capsys.readouterr() == ("", f"exgate collector: {file} cannot be written: No such file or directory\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    (
        pytest.param([], "exgate: the following arguments are required: SUBCOMMAND; see exgate --help\n", id="nothing"),
        pytest.param(
            ["collect"],
            "exgate: argument SUBCOMMAND: invalid choice: 'collect' (choose from 'collector', 'report'); see exgate --help\n",
            id="unknown",
        ),
        pytest.param(["collector", "x"], "exgate: unrecognized arguments: x; see exgate --help\n", id="too-much"),
        pytest.param(
            ["collector", "--output"],
            "exgate collector: argument --output: expected one argument; see exgate collector --help\n",
            id="no-file",
        ),
    ),
)
def test_a_command_line_that_is_not_understood(capsys, arguments, told):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    # Python 3.12 and later leave the quotes of the choices out.
    out, err = capsys.readouterr()
    assert (caught.value.code, out, err.replace("from collector)", "from 'collector')")) == (2, "", told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    (
        (["--help"], ("collector", "print the script that reads a server without WinRM")),
        (
            ["collector", "--help"],
            ("cscript //nologo exgate-collect.vbs", "changes nothing on the server", "--facts-from"),
        ),
    ),
)
def test_the_help_tells_how(capsys, arguments, words):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    told = capsys.readouterr().out
    assert caught.value.code == 0
    assert [word for word in words if word not in told] == []
