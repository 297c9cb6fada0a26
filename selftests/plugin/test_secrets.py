"""A password is used, and shown nowhere: not on the terminal, in a report, a log or a cache, nor when all goes wrong."""

import pytest

PASSWORD = "K@nárek/ge#heim? 100%ü & <x>"
MAILBOX_PASSWORD = "P@pagei/still#schweigend? 7%ß & <y>"
INVENTORY = """
all:
  vars:
    role: standalone
    user: 'LAB\\exgate'
    password: {{env: CANARY}}
    transport: {transport}
    scheme: {scheme}
    test_mailbox: exgate
    test_user: 'LAB\\exgate'
    test_password: {{env: MAILBOX_CANARY}}
  hosts:
    good: {{lab_server: be01}}
    rejected: {{lab_server: locked-out}}
    closed: {{lab_server: dead}}
    odd: {{lab_server: garbage}}
    gone: {{lab_server: drops}}
    unavailable: {{lab_server: drift-61-service-unavailable}}
    no_web: {{lab_server: no-web}}
"""
GOOD = {PASSWORD: {"pass", "not applicable"}, MAILBOX_PASSWORD: {"pass", "fail", "unknown", "not applicable"}}
"""What is judged of a server that is no standalone one, with a mailbox whose password is right or wrong."""
OWN = """
def test_crash(host):
    session = host.backend.exgate.session(host.name)
    output = host.run("no_such_command")
    raise RuntimeError(f"crash on {host!r}: {output!r} {session!r} {host.backend.exgate.settings!r}")
"""


@pytest.fixture(params=("ntlm-http", "ntlm-https", "basic-https"))
def inventory(request, tmp_path):
    transport, scheme = request.param.split("-")
    file = tmp_path / "hosts.yml"
    file.write_text(INVENTORY.format(transport=transport, scheme=scheme), encoding="utf-8")
    return file


def everything(outcome):
    """Give every byte that a run has left."""
    yield "stdout", outcome.stdout.encode()
    yield "stderr", outcome.stderr.encode()
    for path in outcome.folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(outcome.folder)), path.read_bytes()


def traces(secret):
    """Give the forms in which a password could show: as it is, as a URL, in JSON, in Base64 after the user's name."""
    forms = [secret, secret.encode("unicode_escape").decode(), *secret.split()]
    return [form.encode() for form in forms if len(form) > 4]


@pytest.mark.parametrize(
    ("wrong", "mailbox"),
    (
        pytest.param(False, PASSWORD, id="right"),
        pytest.param(True, PASSWORD, id="wrong"),
        pytest.param(False, MAILBOX_PASSWORD, id="wrong-for-the-mailbox"),
    ),
)
def test_a_password_shows_nowhere(run_pytest, inventory, tmp_path, wrong, mailbox):
    own = tmp_path / "test_own.py"
    own.write_text(OWN, encoding="utf-8")
    used = PASSWORD + "-falsch" if wrong else PASSWORD
    scratch = tmp_path / "run"
    scratch.mkdir()
    outcome = run_pytest(
        "--hosts=all",
        f"--inventory={inventory}",
        "-vv",
        "--tb=long",
        "--showlocals",
        f"--log-file={scratch / 'debug.log'}",
        "--log-file-level=DEBUG",
        "-o",
        "junit_logging=all",
        "tests",
        str(own),
        environment={"CANARY": used, "EXGATE_LAB_PASSWORD": PASSWORD, "MAILBOX_CANARY": mailbox},
        folder=scratch,
    )
    good = {verdict for (host, _), verdict in outcome.verdicts.items() if host == "good"}
    assert good == ({"unreachable"} if wrong else GOOD[mailbox]), outcome.stdout
    left = dict(everything(outcome))
    assert {"stdout", "junit.xml", "report.html", "debug.log"} <= set(left)
    assert b"NTLM step" not in left["debug.log"]
    canaries = [*traces(used), *traces(mailbox)]
    assert [name for name, data in left.items() if any(trace in data for trace in canaries)] == []
