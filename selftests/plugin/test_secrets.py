"""A password is used, and shown nowhere: not on the terminal, in a report, a log or a cache, nor when all goes wrong."""

import pytest

PASSWORD = "K@nárek/ge#heim? 100%ü & <x>"
INVENTORY = """
all:
  vars: {{role: back-end, user: 'LAB\\exgate', password: {{env: CANARY}}, transport: {transport}, scheme: {scheme}}}
  hosts:
    good: {{lab_server: be01}}
    rejected: {{lab_server: locked-out}}
    closed: {{lab_server: dead}}
    odd: {{lab_server: garbage}}
    gone: {{lab_server: drops}}
"""
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


@pytest.mark.parametrize("wrong", (False, True), ids=("right", "wrong"))
def test_a_password_shows_nowhere(run_pytest, inventory, tmp_path, wrong):
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
        environment={"CANARY": used, "EXGATE_LAB_PASSWORD": PASSWORD},
        folder=scratch,
    )
    good = {verdict for (host, _), verdict in outcome.verdicts.items() if host == "good"}
    assert good == ({"unreachable"} if wrong else {"pass", "not applicable"}), outcome.stdout
    left = dict(everything(outcome))
    assert {"stdout", "junit.xml", "report.html", "debug.log"} <= set(left)
    assert b"NTLM step" not in left["debug.log"]
    assert [name for name, data in left.items() if any(trace in data for trace in traces(used))] == []
