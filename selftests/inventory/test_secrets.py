import copy
import dataclasses
import gc
import getpass
import inspect
import json
import logging
import pickle
import pprint
import reprlib
import sys
import threading
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template

import keyring
import keyring.backend
import keyring.errors
import pytest
from _pytest._io.saferepr import saferepr

from exgate.inventory import Secret, SecretError, SecretRef, SecretResolver, secret_origins
from exgate.inventory.secret_origins import Command, EnvironmentVariable, Failure, KeyringEntry, Plaintext, Prompt

PASSWORD = "p@ss/w#rd? 100% \u00fc"


@pytest.mark.parametrize(
    "show",
    (
        pytest.param(repr, id="repr"),
        pytest.param(str, id="str"),
        pytest.param(format, id="format"),
        pytest.param(lambda secret: f"{secret}", id="f-string"),
        pytest.param(lambda secret: f"{secret:>40}", id="f-string-with-a-width"),
        pytest.param(lambda secret: f"{secret!r}", id="f-string-repr"),
        pytest.param(lambda secret: "%s" % secret, id="percent"),  # noqa: UP031 - one way of many
        pytest.param(pprint.pformat, id="pprint"),
        pytest.param(ascii, id="ascii"),
        pytest.param(reprlib.repr, id="reprlib"),
        pytest.param(saferepr, id="saferepr"),
        pytest.param(lambda secret: f"{secret!r:>8}", id="f-string-repr-with-a-width"),
        pytest.param(lambda secret: f"{secret!a}", id="f-string-ascii"),
        pytest.param("{}".format, id="format-method"),
        pytest.param(lambda secret: Template("$it").substitute(it=secret), id="template"),
        pytest.param(lambda secret: json.loads(json.dumps(secret, default=str)), id="json-of-its-str"),
        pytest.param(lambda secret: logging.makeLogRecord({"msg": "%s", "args": (secret,)}).getMessage(), id="log"),
    ),
)
def test_secret_shows_a_mask(show):
    assert show(Secret(PASSWORD)) == "<secret>"


@pytest.mark.parametrize(
    "carry",
    (
        *(
            pytest.param(lambda secret, protocol=protocol: pickle.dumps(secret, protocol), id=f"pickle-{protocol}")
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda secret: secret.__getstate__(), id="getstate"),
        pytest.param(lambda secret: secret.__reduce__(), id="reduce"),
        pytest.param(lambda secret: object.__reduce_ex__(secret, 2), id="reduce-of-object"),
        pytest.param(json.dumps, id="json"),
        pytest.param(lambda secret: dataclasses.asdict(Holder(secret)), id="asdict"),
    ),
)
def test_secret_cannot_be_carried_away(carry):
    with pytest.raises(TypeError) as raised:
        carry(Secret(PASSWORD))
    assert PASSWORD not in str(raised.value)


@dataclasses.dataclass(frozen=True)
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "show",
    (
        pytest.param(inspect.getmembers, id="members"),
        pytest.param(lambda secret: [getattr(secret, name) for name in dir(secret)], id="dir"),
        pytest.param(gc.get_referents, id="referents"),
        pytest.param(lambda secret: [Holder(secret), (secret,), {"secret": secret}], id="containers"),
        pytest.param(lambda secret: pprint.pformat(Holder(secret)), id="pprint-of-a-record"),
        pytest.param(lambda secret: vars(Holder(secret)), id="vars-of-a-record"),
        pytest.param(ValueError, id="exception"),
    ),
)
def test_what_holds_a_secret_does_not_show_it(show):
    assert "p@ss" not in repr(show(Secret(PASSWORD)))


def test_traceback_with_variables_shows_a_mask():
    def fail(secret):
        raise RuntimeError(secret)

    with pytest.raises(RuntimeError) as raised:
        fail(Secret(PASSWORD))
    report = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    frame = report.stack[-1]
    assert frame.locals == {"secret": "<secret>"}
    assert list(report.format_exception_only()) == ["RuntimeError: <secret>\n"]


def test_secret_has_no_dict():
    with pytest.raises(TypeError):
        vars(Secret(PASSWORD))


def test_secrets_are_equal_by_identity():
    secret = Secret(PASSWORD)
    assert secret == secret  # noqa: PLR0124 - that is the question
    assert secret != Secret(PASSWORD)
    assert secret != PASSWORD
    assert len({secret, secret, Secret(PASSWORD)}) == 2


def test_secret_is_revealed():
    assert Secret(PASSWORD).reveal() == PASSWORD


def printing(text):
    """A command that prints a text's UTF-8."""
    return Command((sys.executable, "-c", f"import sys; sys.stdout.buffer.write({text.encode()!r})"))


def running(code):
    return Command((sys.executable, "-c", code))


class MemoryKeyring(keyring.backend.KeyringBackend):
    priority = -1

    def __init__(self):
        self.entries = {("svc", "EX\\u"): PASSWORD, ("svc", "empty"): ""}

    def get_password(self, service, username):
        if service == "locked":
            raise keyring.errors.KeyringLocked(PASSWORD)
        if service == "broken":
            raise OSError(PASSWORD)
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        self.entries[service, username] = password


@pytest.fixture(autouse=True)
def memory_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield
    keyring.set_keyring(before)


class Terminal:
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A terminal at which somebody enters what the returned list holds; it keeps the questions."""
    questions, answers = [], []

    def ask(question):
        questions.append(question)
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", ask)
    return questions, answers


@pytest.mark.parametrize(
    "origin",
    (
        pytest.param(EnvironmentVariable("EXGATE_TEST_PASSWORD"), id="env"),
        pytest.param(KeyringEntry("svc", "EX\\u"), id="keyring"),
        pytest.param(printing(PASSWORD), id="command"),
        pytest.param(printing(PASSWORD + "\n"), id="command-with-a-line-break"),
        pytest.param(printing(PASSWORD + "\r\n"), id="command-with-a-windows-line-break"),
        pytest.param(Plaintext(Secret(PASSWORD)), id="plain-text"),
    ),
)
def test_secret_comes_from(monkeypatch, origin):
    monkeypatch.setenv("EXGATE_TEST_PASSWORD", PASSWORD)
    assert SecretRef(origin, "inv.yml:7").resolve().reveal() == PASSWORD


def test_blanks_around_a_password_stay():
    assert SecretRef(printing(" x \n"), "inv.yml:7").resolve().reveal() == " x "


def test_command_as_a_text_runs_in_a_shell():
    assert SecretRef(Command("cd . && echo one"), "inv.yml:7").resolve().reveal() == "one"


def test_command_as_a_list_runs_without_a_shell():
    command = Command((sys.executable, "-c", "import sys; print(sys.argv[1])", "a; $HOME & b | c"))
    assert SecretRef(command, "inv.yml:7").resolve().reveal() == "a; $HOME & b | c"


def test_prompt_asks(terminal):
    questions, answers = terminal
    answers.append(PASSWORD)
    assert SecretRef(Prompt("EX\\u"), "inv.yml:7").resolve().reveal() == PASSWORD
    assert questions == ["Password of EX\\u: "]


BY_HAND = "run it by hand to see why"


@pytest.mark.parametrize(
    ("origin", "reason"),
    (
        pytest.param(
            EnvironmentVariable("EXGATE_TEST_PASSWORD"),
            "the environment variable EXGATE_TEST_PASSWORD is not set; set it before the tests start",
            id="env-unset",
        ),
        pytest.param(
            EnvironmentVariable("EXGATE_TEST_EMPTY"),
            "the environment variable EXGATE_TEST_EMPTY is empty; set it before the tests start",
            id="env-empty",
        ),
        pytest.param(
            KeyringEntry("svc", "nobody"),
            'the keyring entry svc of nobody does not exist; run: keyring set "svc" "nobody"',
            id="keyring-missing",
        ),
        pytest.param(
            KeyringEntry("svc", "empty"),
            'the keyring entry svc of empty does not exist; run: keyring set "svc" "empty"',
            id="keyring-empty",
        ),
        pytest.param(
            KeyringEntry("locked", "u"),
            "the keyring cannot be asked (KeyringLocked); run 'keyring diagnose', or use password: {env: NAME}",
            id="keyring-locked",
        ),
        pytest.param(
            KeyringEntry("broken", "u"),
            "the keyring cannot be asked (OSError); run 'keyring diagnose', or use password: {env: NAME}",
            id="keyring-broken",
        ),
        pytest.param(
            running(f"import sys; print({PASSWORD!r}); print({PASSWORD!r}, file=sys.stderr); sys.exit(3)"),
            f"the command ended with exit code 3; {BY_HAND}",
            id="command-fails",
        ),
        pytest.param(running("pass"), f"the command printed nothing; {BY_HAND}", id="command-prints-nothing"),
        pytest.param(running("print()"), f"the command printed nothing; {BY_HAND}", id="command-prints-a-line-break"),
        pytest.param(
            printing(f"{PASSWORD}\nurl: x\n"),
            "the command printed more than one line; let it print the password only",
            id="command-prints-two-lines",
        ),
        pytest.param(
            running("import sys; sys.stdout.buffer.write(bytes([255]))"),
            "the command's output is not UTF-8; let it print the password as UTF-8",
            id="command-prints-bytes",
        ),
        pytest.param(
            running(f"import time; print({PASSWORD!r}, flush=True); time.sleep(60)"),
            f"the command did not end within 3 seconds; {BY_HAND}",
            id="command-hangs",
        ),
        pytest.param(
            running("import sys; sys.exit(len(sys.stdin.read()) + 4)"),
            f"the command ended with exit code 4; {BY_HAND}",
            id="command-gets-no-input",
        ),
        pytest.param(
            Command((str(Path("no") / "such" / "program"),)),
            "the command cannot be run (FileNotFoundError); check the program's name and path",
            id="no-such-command",
        ),
        pytest.param(
            Command((sys.executable, "\0")),
            "the command cannot be run (ValueError); check the program's name and path",
            id="malformed-command",
        ),
        pytest.param(
            Prompt("u"),
            "there is no terminal to ask for the password; use password: {env: NAME}",
            id="prompt-without-terminal",
        ),
    ),
)
def test_secret_cannot_be_had(monkeypatch, origin, reason):
    monkeypatch.delenv("EXGATE_TEST_PASSWORD", raising=False)
    monkeypatch.setenv("EXGATE_TEST_EMPTY", "")
    monkeypatch.setattr(secret_origins, "COMMAND_TIMEOUT", 3.0)
    with pytest.raises(SecretError) as raised:
        SecretRef(origin, "inv.yml:7").resolve()
    assert str(raised.value) == f"inv.yml:7: password: {reason}"
    assert raised.value.__context__ is None
    report = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    frames = [frame for frame in report.stack if "selftests" not in frame.filename]
    assert PASSWORD not in "".join(traceback.StackSummary.from_list(frames).format())


@pytest.mark.parametrize(
    ("answer", "reason"),
    (
        pytest.param("", "no password was entered", id="empty"),
        pytest.param(EOFError(), "no password was entered", id="end-of-input"),
        pytest.param(
            getpass.GetPassWarning("x"),
            "this terminal would show the password; use password: {env: NAME}",
            id="terminal-that-echoes",
        ),
    ),
)
def test_nothing_is_entered(terminal, answer, reason):
    terminal[1].append(answer)
    with pytest.raises(SecretError) as raised:
        SecretRef(Prompt("u"), "inv.yml:7").resolve()
    assert str(raised.value) == f"inv.yml:7: password: {reason}"


def test_getpass_warning_is_an_error_even_where_warnings_are_silent(terminal, monkeypatch):
    def warn(question):
        warnings.warn(question, getpass.GetPassWarning, stacklevel=2)
        return PASSWORD

    monkeypatch.setattr(getpass, "getpass", warn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Prompt("u").read() == Failure("this terminal would show the password; use password: {env: NAME}")


def test_missing_standard_input_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert isinstance(Prompt("u").read(), Failure)


def test_no_repr_shows_a_command():
    assert "s3cr3t" not in repr(SecretRef(Command("echo s3cr3t"), "inv.yml:7"))
    assert str(SecretRef(Command("echo s3cr3t"), "inv.yml:7")) == "command (inv.yml:7)"


@pytest.mark.parametrize(
    ("origin", "text"),
    (
        pytest.param(EnvironmentVariable("P"), "environment variable P (inv.yml:7)", id="env"),
        pytest.param(KeyringEntry("svc", "u"), "keyring entry svc of u (inv.yml:7)", id="keyring"),
        pytest.param(Prompt("u"), "prompt (inv.yml:7)", id="prompt"),
        pytest.param(Plaintext(Secret(PASSWORD)), "plain text in the inventory (inv.yml:7)", id="plain-text"),
    ),
)
def test_reference_tells_where_the_secret_is(origin, text):
    assert str(SecretRef(origin, "inv.yml:7")) == text


def test_thousand_hosts_of_one_user_ask_once(terminal, load):
    questions, answers = terminal
    answers.extend([PASSWORD, "other"])
    inventory = load("""
        all:
          vars: {role: back-end, user: EX\\u, password: {prompt: true}}
          hosts:
            be[001:999]:
            own: {user: own}
        """)
    with ThreadPoolExecutor(16) as pool:
        secrets = list(pool.map(lambda name: inventory.settings(name).password.resolve(), inventory.select("be*")))
    own = inventory.settings("own").password.resolve()
    assert len(set(secrets)) == 1
    assert own not in secrets
    assert sorted(questions) == ["Password of EX\\u: ", "Password of own: "]


def test_failure_is_remembered_and_told_for_each_place(monkeypatch):
    resolver = SecretResolver()
    origin = EnvironmentVariable("EXGATE_TEST_PASSWORD")
    messages = []
    for source in ("inv.yml:7", "inv.yml:9"):
        with pytest.raises(SecretError) as raised:
            SecretRef(origin, source, resolver).resolve()
        messages.append(str(raised.value))
        monkeypatch.setenv("EXGATE_TEST_PASSWORD", PASSWORD)
    reason = "the environment variable EXGATE_TEST_PASSWORD is not set; set it before the tests start"
    assert messages == [f"inv.yml:7: password: {reason}", f"inv.yml:9: password: {reason}"]


def test_different_commands_run_side_by_side():
    # Each waits for the other, so that one after the other would fail.
    barrier = threading.Barrier(2, timeout=20)

    class Waiting:
        kind = None

        def read(self):
            barrier.wait()
            return Secret(PASSWORD)

    resolver = SecretResolver()
    with ThreadPoolExecutor(2) as pool:
        secrets = list(pool.map(resolver.read, [Waiting(), Waiting()]))
    assert [secret.reveal() for secret in secrets] == [PASSWORD, PASSWORD]


def test_copied_resolver_is_empty():
    resolver = SecretResolver()
    reference = SecretRef(Plaintext(Secret(PASSWORD)), "inv.yml:7", resolver)
    reference.resolve()
    assert pickle.loads(pickle.dumps(resolver))._outcomes == {}  # noqa: S301 - our own
    assert copy.deepcopy(resolver)._outcomes == {}
