"""Runs of the product with marked secrets in which everything goes wrong, and every octet that they leave."""

import contextlib
import functools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from . import canary
from .conftest import PROJECT, QUICK

TERMINAL, REPORTS, DEBUG, LOG, FACTS, CACHE, TEMPORARY, PROCESSES = ARTEFACTS = (
    "terminal",
    "reports",
    "`--debug`",
    "log file",
    "`--facts-out`",
    ".pytest_cache",
    "temporary files",
    "process list",
)
_LOUD = ("-vv", "--tb=long", "--showlocals", "--full-trace")
_EVERY_FILE = (
    "--debug=debug.log",
    "--log-file=log.txt",
    "--log-level=DEBUG",
    "--facts-out=facts",
    "-o",
    "junit_logging=all",
)
_WRITTEN = {DEBUG: "debug.log", LOG: "log.txt", FACTS: "facts", CACHE: "cache", REPORTS: "reports"}
_REQUIREMENTS = str(PROJECT / "tests" / "test_e_wire.py")
_SECONDS = 100


@dataclass(frozen=True, eq=False)
class Left:
    """What a run has left: of each artefact the pieces, by name."""

    status: int
    artefacts: dict[str, dict[str, bytes]] = field(repr=False)

    @property
    def terminal(self) -> str:
        return b"".join(self.artefacts[TERMINAL].values()).decode("utf-8", "replace")

    @functools.cache  # noqa: B019 - as long as the module's tests run
    def found(self, artefact, traces=canary.SECRETS):
        """Give the traces in an artefact, by the piece that they stand in."""
        pieces = self.artefacts.get(artefact, {})
        return {name: hits for name, data in pieces.items() if (hits := canary.found(traces, data))}

    @property
    def names(self):
        return [name for pieces in self.artefacts.values() for name in pieces]


class _Run:
    def __init__(self, folder: Path, arguments, *, files=None, inventory=None, environment=None):
        self.folder, given = folder / "left", folder / "given"
        canary.prepare(given, files or {}, inventory or canary.inventory())
        (self.folder / "tmp").mkdir(parents=True)
        reports = [f"--{option}=reports/{name}" for option, name in _REPORTS.items()]
        pytest_ini = ["-c", str(PROJECT / "pytest.ini"), "-o", f"cache_dir={self.folder / 'cache'}"]
        tests = [str(given / name) for name in files or {} if name.startswith("test_")]
        self.command = [sys.executable, "-m", "pytest", *QUICK, *pytest_ini, *reports]
        self.command += [f"--inventory={given / 'hosts.yml'}", *arguments, *tests]
        own = {"PYTHONPATH": f"{PROJECT}{os.pathsep}{given}", "TMPDIR": str(self.folder / "tmp"), "COLUMNS": "100"}
        self.environment = os.environ | canary.environment() | own | {"PYTHONDONTWRITEBYTECODE": "1"}
        self.environment |= environment or {}
        self.seen = defaultdict(dict)

    def start(self, **streams):
        return subprocess.Popen(self.command, cwd=self.folder, env=self.environment, start_new_session=True, **streams)

    def watched(self, act=None):
        """Run it to its end, and look at processes and temporary files meanwhile."""
        process = self.start(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with self.watching():
            if act:
                act(process)
            stdout, stderr = process.communicate(timeout=_SECONDS)
        return self.left(process.returncode, {"stdout": stdout, "stderr": stderr})

    @contextlib.contextmanager
    def watching(self):
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,))
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, over):
        while not over.wait(0.25):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    data = file.read_bytes()
                    self.seen[PROCESSES][f"{file.parent.name} {hash(data)}"] = data
            for name, data in _files(self.folder / "tmp"):
                self.seen[TEMPORARY][f"{name} {hash(data)}"] = data

    def left(self, status, terminal):
        artefacts = {TERMINAL: terminal, **self.seen}
        for artefact, name in _WRITTEN.items():
            pieces = dict(_files(self.folder / name))
            if pieces:
                artefacts[artefact] = pieces
        artefacts.setdefault(TEMPORARY, {}).update(_files(self.folder / "tmp"))
        known = {name for pieces in artefacts.values() for name in pieces}
        others = {name: data for name, data in _files(self.folder) if name.split("/")[0] not in _TOP}
        assert not others.keys() - known, others.keys()
        return Left(status, artefacts)


_REPORTS = {"html": "report.html", "junitxml": "junit.xml", "results": "results.json"}
_TOP = {*_WRITTEN.values(), "tmp"}


def _files(path: Path):
    """Give the files of a folder, or the file itself, their names included among what is searched."""
    for file in [path] if path.is_file() else path.rglob("*"):
        with contextlib.suppress(OSError):
            if file.is_file():
                yield str(file), str(file.name).encode() + b"\n" + file.read_bytes()


def everything(folder):
    """Every way of giving a secret, every failure of a server and of a user's own test, every file, and loudly."""
    return _Run(
        folder,
        (
            "--hosts=all",
            *_LOUD,
            *_EVERY_FILE,
            "--host-timeout=4",
            "-o",
            "faulthandler_timeout=1",
            "-k",
            "not test_own or good",
            _REQUIREMENTS,
        ),
        files={"test_own.py": canary.OWN_TESTS},
    ).watched()


def broken_file(folder):
    """A file of tests that crashes when it is imported."""
    files = {"test_own.py": canary.PASSES, "test_broken.py": canary.BROKEN_FILE}
    return _Run(folder, ("--hosts=good", *_LOUD, *_EVERY_FILE), files=files).watched()


def as_usual(folder):
    """A user's own tests with pytest's usual output, in colours, and a live log."""
    return _Run(
        folder,
        ("--hosts=good,by-plaintext,mailbox", "-k", "good", "--color=yes", "--showlocals", "-rA", "-o", "log_cli=true"),
        files={"test_own.py": canary.OWN_TESTS},
    ).watched()


def interrupted_while_asking(folder):
    """Ctrl-C as soon as a server that never answers was asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def interrupt(process):
            server.settimeout(_SECONDS)
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                process.wait(_SECONDS)

        run = _Run(
            folder,
            ("--hosts=all", *_LOUD, *_EVERY_FILE, _REQUIREMENTS),
            inventory=canary.inventory(hanging=port),
        )
        return run.watched(interrupt)


def interrupted_while_testing(folder):
    """Ctrl-C within a test, with nothing captured."""
    files = {"test_own.py": canary.INTERRUPTED}
    return _Run(folder, ("--hosts=good", "-s", *_LOUD, *_EVERY_FILE), files=files).watched()


def shown_at_once(folder):
    """What tests print goes to the terminal at once, and is captured too."""
    files = {"test_own.py": canary.OWN_TESTS}
    arguments = ("--hosts=good,by-plaintext,mailbox", "-k", "good", "--capture=tee-sys", *_LOUD, *_EVERY_FILE)
    return _Run(folder, arguments, files=files).watched()


def internal_error(folder):
    """A crash of a plugin, with nothing captured."""
    files = {"conftest.py": canary.INTERNAL_ERROR, "test_own.py": canary.PASSES}
    return _Run(folder, ("--hosts=good", "-s", *_LOUD, *_EVERY_FILE), files=files).watched()


def refused_by_a_plugin(folder):
    """A plugin's own words on the command line."""
    files = {"conftest.py": canary.USAGE_ERROR, "test_own.py": canary.PASSES}
    return _Run(folder, ("--hosts=good", *_LOUD, *_EVERY_FILE), files=files).watched()


def secret_in_an_id(folder):
    """A test that has a password for a parameter."""
    return _Run(folder, ("--hosts=good", *_LOUD, *_EVERY_FILE), files={"test_own.py": canary.IN_AN_ID}).watched()


def in_two_processes(folder):
    """pytest-xdist."""
    files = {"test_own.py": canary.OWN_TESTS}
    return _Run(
        folder, ("--hosts=good,by-plaintext,mailbox", "-k", "good", "-n", "2", *_LOUD, *_EVERY_FILE), files=files
    ).watched()


def lab_that_refuses(folder):
    """A password that the lab's account cannot have."""
    environment = {"EXGATE_LAB_PASSWORD": canary.secret("lab") + ":"}
    run = _Run(folder, ("--hosts=good", *_LOUD, _REQUIREMENTS), environment=environment)
    return run.watched()


def broken_inventory(folder):
    """A password in an inventory that is no YAML."""
    text = canary.inventory().replace(
        json_text(canary.secret("plaintext")), f"{json_text(canary.secret('plaintext'))} :"
    )
    return _Run(folder, ("--hosts=all", *_LOUD, _REQUIREMENTS), inventory=text).watched()


def json_text(text):
    """Give a text as the inventory has it."""
    return canary.json.dumps(text)


def prompted(folder):
    """Somebody types a password that is wrong, at a terminal that shows what is typed."""
    run = _Run(
        folder,
        ("--hosts=all", *_LOUD, *_EVERY_FILE, _REQUIREMENTS),
        inventory=canary.inventory(prompt=True),
    )
    own_end, other_end = os.openpty()
    shown = bytearray()
    with run.watching():
        process = run.start(stdin=other_end, stdout=other_end, stderr=other_end)
        os.close(other_end)
        typed = False
        with contextlib.suppress(OSError):  # the other end is closed: it is over
            while data := os.read(own_end, 65536):
                shown += data
                if not typed and b"Password of" in shown:
                    os.write(own_end, canary.secret("prompt").encode() + b"\n")
                    typed = True
        process.wait(_SECONDS)
    os.close(own_end)
    return run.left(process.returncode, {"terminal": bytes(shown)})


def without_the_wall(folder):
    """The same failures of a user's own test where nothing takes secrets out."""
    files = {"conftest.py": canary.NO_WALL, "test_own.py": canary.OWN_TESTS}
    return _Run(
        folder, ("--hosts=good,by-plaintext,mailbox", "-k", "good", "--showlocals", *_EVERY_FILE), files=files
    ).watched()
