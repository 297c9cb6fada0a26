"""Command lines for cmd.exe and sh."""

import shutil
import subprocess

import pytest

from exgate.reports.command_line import command_lines, typeable


@pytest.mark.parametrize(
    ("argument", "lines"),
    (
        pytest.param("--hosts=be01", ["--hosts=be01"], id="plain"),
        pytest.param("a b", ['"a b"'], id="a-space"),
        pytest.param("C:\\inv\\lab.yml", ['"C:\\inv\\lab.yml"'], id="a-windows-path"),
        pytest.param("a;b&c|d>e<f(g)", ['"a;b&c|d>e<f(g)"'], id="what-both-obey-outside-quotes"),
        pytest.param("it's *", ['"it\'s *"'], id="what-sh-obeys"),
        pytest.param("büro", ['"büro"'], id="not-ascii"),
        pytest.param("", ['""'], id="empty"),
        pytest.param("\\\\srv\\x", ["'\\\\srv\\x'", "\\\\srv\\x"], id="sh-halves-backslashes"),
        pytest.param("C:\\inv\\", ["'C:\\inv\\'", "C:\\inv\\"], id="sh-takes-the-last-one-for-the-quote"),
        pytest.param("50%", ["50%", "50^%"], id="a-percent-sign"),
        pytest.param("%PATH% x", ["'%PATH% x'", '^"^%PATH^% x^"'], id="a-variable-of-cmd"),
        pytest.param("$HOME `id`", ["'$HOME `id`'", '^"$HOME `id`^"'], id="substitutions-of-sh"),
        pytest.param('a"&calc', ["'a\"&calc'", 'a\\^"^&calc'], id="a-quote"),
        pytest.param("wow!", ["'wow!'", "wow^!"], id="history-of-bash"),
    ),
)
def test_quoting(argument, lines):
    found = command_lines(["pytest", argument])
    assert [line for _, line in found] == [f"pytest {line}" if line else "pytest" for line in lines]
    assert [shell for shell, _ in found] == ([""] if len(lines) == 1 else ["sh", "cmd.exe"])
    # The first is for sh, and sh is asked what it makes of it.
    line = found[0][1].replace("pytest", "printf '%s'", 1)
    assert subprocess.run([shutil.which("sh"), "-c", line], capture_output=True, check=True).stdout == argument.encode()


@pytest.mark.parametrize(
    ("text", "can"), (("be01 'x'", True), ("a\nb", False), ("a\u202eb", False), ("\ud800", False), ("a\tb", False))
)
def test_what_can_be_typed(text, can):
    assert typeable(text) is can
