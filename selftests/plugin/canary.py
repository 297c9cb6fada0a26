"""Marked secrets, what is written into a user's own files to let them out, and the search for them in what is left."""

import base64
import json
import re
import sys
from pathlib import Path

WAYS = ("env", "keyring", "command", "prompt", "plaintext", "mailbox", "lab")
"""How a secret is given; ``lab`` is the password of the lab's account, the only one that is accepted."""
_HEAD, _TAIL = "zqjxCanary", "canaryXjqz"
"""Letters alone, which no escape changes: a secret is found in whatever form, and also when it is cut off."""
_USER = "UqvzUser"
ACCOUNT = "LAB\\" + _USER + "@/#?% ü"
"""A user name that nobody knows."""


def secret(way):
    """Give the secret of a way: what escapes, URLs, TOML, YAML, shells and markup stumble over, and blanks."""
    return f"{_HEAD}{way} ü@/#?%\\&<'\"> {way}{_TAIL}"


def _in_base64(mark):
    for page in ("utf-8", "utf-16-le"):
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + mark.encode(page)).rstrip(b"=")
            yield encoded[(before * 8 + 5) // 6 : -1]


def _traces(*marks):
    plain = [mark.lower().encode() for mark in marks]
    encoded = [piece for mark in marks for piece in _in_base64(mark)]
    escaped = [mark.encode().hex().encode() for mark in marks]
    return re.compile(b"|".join(map(re.escape, (*plain, *escaped)))), re.compile(b"|".join(map(re.escape, encoded)))


_NTLM_ANSWER = "TlRMTVNTUAADAAAA"
"""How NTLM's last message begins in Base64: a password can be guessed from it."""
SECRETS, USERS = _traces(_HEAD, _TAIL, _NTLM_ANSWER), _traces(_USER)
_COLOURS = re.compile(rb"\x1b\[[0-9;]*m")


def found(traces, data):
    """Give the pieces around every trace: in any case, in UTF-16, in Base64, in hexadecimal digits, in colours."""
    plain, encoded = traces
    views = [data, _COLOURS.sub(b"", data), data.replace(b"\0", b"")]
    hits = [(view, match) for view in views for match in plain.finditer(view.lower())]
    hits += [(view, match) for view in views for match in encoded.finditer(view)]
    return [view[max(0, match.start() - 60) : match.end() + 60] for view, match in hits]


_KEYRING = """
import os
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return os.environ["GIVEN_KEYRING"]

    def set_password(self, service, username, password):
        raise NotImplementedError
"""
_VARIABLES = {way: f"GIVEN_{way.upper()}" for way in WAYS} | {"lab": "EXGATE_LAB_PASSWORD"}
_PRINT = "import os; print(os.environ['GIVEN_COMMAND'])"


def environment():
    """Give the environment that holds the secrets."""
    return {_VARIABLES[way]: secret(way) for way in WAYS} | {"PYTHON_KEYRING_BACKEND": "canary_keyring.Keyring"}


def inventory(*, prompt=False, hanging=None):
    """Give an inventory with every way of giving a password, and every way in which a server can fail."""
    ways = {
        "by-env": {"password": {"env": "GIVEN_ENV"}},
        "by-keyring": {"password": {"keyring": "exgate"}},
        "by-command": {"password": {"command": [sys.executable, "-c", _PRINT]}},
        "by-plaintext": {"password": secret("plaintext"), "allow_plaintext": True},
        "by-basic": {"password": {"env": "GIVEN_ENV"}, "transport": "basic", "scheme": "https"},
        "by-nobody": {"password": {"env": "GIVEN_ENV"}, "user": ACCOUNT},
    }
    failures = {"locked": "locked-out", "closed": "dead", "odd": "garbage", "gone": "drops", "trickling": "trickle"}
    failures |= {"other": "not-wsman", "blind": "half-blind", "no-web": "no-web"}
    hosts = {name: {"lab_server": "be01"} | more for name, more in ways.items()}
    hosts |= {name: {"lab_server": server} for name, server in failures.items()}
    hosts["good"] = {"lab_server": "be01"}
    hosts["basic-right"] = {"lab_server": "be02", "transport": "basic", "scheme": "https"}
    hosts["mailbox"] = {"lab_server": "be03", "test_user": ACCOUNT, "test_password": {"env": "GIVEN_MAILBOX"}}
    if prompt:
        hosts = {"by-prompt": {"lab_server": "be01", "password": {"prompt": True}, "user": "LAB\\somebody"}}
        hosts["good"] = {"lab_server": "be01"}
    if hanging:
        hosts = {"hanging": {"address": "127.0.0.1", "port": hanging}}
    common = {
        "role": "back-end",
        "organization": "Lab",
        "user": "LAB\\exgate",
        "password": {"env": "EXGATE_LAB_PASSWORD"},
        "test_mailbox": "exgate",
    }
    return json.dumps({"all": {"vars": common, "hosts": hosts}})


OWN_TESTS = """
import base64
import json
import logging
import os
import sys
import time
import warnings

import pytest

from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, http_status, requirement

GIVEN = {name: os.environ[name] for name in ("EXGATE_LAB_PASSWORD", "GIVEN_MAILBOX", "GIVEN_PLAINTEXT") if name in os.environ}
PASSWORD = GIVEN["EXGATE_LAB_PASSWORD"]

@pytest.fixture
def crashes():
    password = PASSWORD
    raise RuntimeError("fixture " + password)

@pytest.fixture
def crashes_late():
    yield
    raise RuntimeError("teardown " + PASSWORD)

@requirement(
    "KB817379-91", title="Title", severity=Severity.HIGH, roles=ALL_ROLES, passage="It must.",
    symptoms=(http_status("403.4"),), fix="Fix it.", rollback="Undo it.", risk="None.", references=("KB 817379",)
)
def test_requirement(host):
    'Because.'
    raise RuntimeError("requirement " + PASSWORD)

def test_raises(host):
    password = PASSWORD
    token = "NTLM " + base64.b64encode(b"NTLMSSP" + bytes([0, 3, 0, 0, 0]) + bytes(range(64))).decode()
    headers = {"Authorization": "Basic " + base64.b64encode(("LAB:" + password).encode()).decode()}
    print(headers, token)
    print("printed", password, json.dumps(GIVEN))
    print("to stderr", ascii(password), password.encode("utf-16-le"), file=sys.stderr)
    logging.getLogger("own").warning("logged %s", password, exc_info=ValueError(password))
    raise RuntimeError("raised " + password)

def test_chained(host):
    try:
        raise KeyError(PASSWORD)
    except KeyError as error:
        raise ValueError([PASSWORD]) from error

def test_asserts(host):
    assert PASSWORD == "no " + PASSWORD[::-1].upper() and PASSWORD, "expected " + PASSWORD

def test_asserts_on_much(host):
    long = "x" * 200 + PASSWORD + "y" * 200
    split = "words " * 20 + PASSWORD + " words" * 20
    assert {"long": long, "split": split} == {"long": "", "split": ""}

def test_objects(host):
    run = host.backend.exgate
    session = run.hosts.session("good")
    transport, protocol = vars(session._transport), vars(session._protocol)
    endpoint = session._endpoint
    endpoint_password = endpoint.password
    command = host.run("no_such_command")
    raise RuntimeError(f"{transport} {protocol} {endpoint_password} {command}")

def test_crash_within_a_command(host, monkeypatch):
    from exgate.wsman import messages
    def broken(*_):
        raise RuntimeError("message")
    monkeypatch.setattr(messages, "create_shell", broken)
    monkeypatch.setattr("exgate.wsman.guard.classify", lambda error, _: error)
    monkeypatch.setattr("exgate.plugin.judge.judge_own_test", lambda *_: None)
    host.run("ver")

def test_fixture(host, crashes):
    pass

def test_teardown(host, crashes_late):
    pass

def test_records(host, record_property, record_testsuite_property, extras):
    import pytest_html
    record_property("own", PASSWORD)
    record_testsuite_property("suite", PASSWORD)
    extras.append(pytest_html.extras.text(PASSWORD, name="text"))
    extras.append(pytest_html.extras.html("<p>" + PASSWORD + "</p>"))
    warnings.warn("warned " + PASSWORD, stacklevel=1)

def test_skips(host):
    pytest.skip("skipped " + PASSWORD)

def test_fails(host):
    pytest.fail("failed " + PASSWORD)

@pytest.mark.xfail(reason="expected " + PASSWORD)
def test_expected(host):
    raise RuntimeError(PASSWORD)

def test_takes_long(host):
    password = PASSWORD
    time.sleep(1.2)
"""
BROKEN_FILE = """
import os
password = os.environ["EXGATE_LAB_PASSWORD"]
raise RuntimeError("import " + password)
"""
INTERRUPTED = """
import os
import signal

def test_prints(host):
    print("printed", os.environ["EXGATE_LAB_PASSWORD"], flush=True)

def test_is_interrupted(host):
    password = os.environ["EXGATE_LAB_PASSWORD"]
    os.kill(os.getpid(), signal.SIGINT)
    raise RuntimeError(password)
"""
INTERNAL_ERROR = """
import os

def pytest_runtest_call(item):
    password = os.environ["EXGATE_LAB_PASSWORD"]
    print("printed", password, flush=True)

def pytest_runtest_logfinish(nodeid):
    password = os.environ["EXGATE_LAB_PASSWORD"]
    raise RuntimeError("hook " + password)
"""
USAGE_ERROR = """
import os
import pytest

def pytest_collection_modifyitems():
    raise pytest.UsageError("refused " + os.environ["EXGATE_LAB_PASSWORD"])
"""
IN_AN_ID = """
import os
import pytest

@pytest.mark.parametrize("password", [os.environ["EXGATE_LAB_PASSWORD"]])
def test_with(host, password):
    pass
"""
NO_WALL = """
def pytest_configure(config):
    from exgate.inventory.redaction import Redaction
    Redaction.text = lambda self, text: text
    Redaction.error = lambda self, error: None
"""
PASSES = """
def test_name(host):
    assert host.name
"""


def prepare(folder: Path, files, text):
    """Write what is given to a run: an inventory, a keyring, files of tests."""
    folder.mkdir()
    (folder / "hosts.yml").write_text(text, encoding="utf-8")
    (folder / "canary_keyring.py").write_text(_KEYRING, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
