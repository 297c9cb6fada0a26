"""The command shell: what a command wrote, and a shell that is deleted whatever happens."""

import base64

import pytest

from exgate.lab.faults import FaultDetail
from exgate.lab.soap import envelope, fault_envelope
from exgate.wsman import names, shell
from exgate.wsman.errors import ConnectError, FaultError, ProtocolError, TimeOutError, WsmanError
from exgate.wsman.shell import CommandOutput

TIMED_OUT = FaultDetail(2150858793, "w:TimedOut", "The WS-Management service cannot complete the operation in time.")
BROKEN = FaultDetail(1, "w:InternalError", "broken")


def answer(body):
    return ("200 OK", envelope("action", "", body))


def fault(detail):
    return ("500 Error", fault_envelope(detail, "", "BE01"))


def received(*streams, exit_code=None, state=None):
    """Write a ReceiveResponse; a command with an exit code is done."""
    written = "".join(f'<rsp:Stream Name="{name}" CommandId="C1">{text}</rsp:Stream>' for name, text in streams)
    code = "" if exit_code is None else f"<rsp:ExitCode>{exit_code}</rsp:ExitCode>"
    state = state or ("Running" if exit_code is None else "Done")
    return answer(
        f'<rsp:ReceiveResponse>{written}<rsp:CommandState CommandId="C1" State="{names.SHELL}/CommandState/{state}">'
        f"{code}</rsp:CommandState></rsp:ReceiveResponse>"
    )


def text(data):
    return base64.b64encode(data).decode()


CREATED = answer(
    '<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name="ShellId">S1</w:Selector>'
    "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
)
CREATED_BY_NEWER = answer("<rsp:Shell><rsp:ShellId>S1</rsp:ShellId></rsp:Shell>")
STARTED = answer("<rsp:CommandResponse><rsp:CommandId>C1</rsp:CommandId></rsp:CommandResponse>")
DONE = answer("")
ALL = ["Create", "Command", "Receive", "Signal", "Delete"]


def actions(server):
    """Give the verbs a peer was asked, in order."""
    verbs = (*ALL, "Get")
    return [next(v for v in verbs if f"/{v}</a:Action>".encode() in request) for request in server.requests]


@pytest.mark.parametrize(
    ("command", "output"),
    (
        pytest.param("hostname", CommandOutput(b"be01\r\n", b"", 0), id="hostname"),
        pytest.param('echo "a & b" <x>', CommandOutput(b'"a & b" <x>\r\n', b"", 0), id="quoted"),
        pytest.param(
            "type nothing", CommandOutput(b"", b"The system cannot find the file specified.\r\n", 1), id="no-file"
        ),
        pytest.param(
            "reboot",
            CommandOutput(
                b"",
                b"'reboot' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
                1,
            ),
            id="no-command",
        ),
    ),
)
def test_a_command(live_lab, session, command, output):
    assert shell.run(session(live_lab.endpoint("be01")), command) == output
    record = live_lab.record("be01")
    assert (record["open_shells"], record["connections"]) == (0, 1)
    assert [action.rpartition("/")[2] for action in record["actions"]] == ALL


def test_a_long_output_comes_in_pieces(live_lab, session):
    asked = session(live_lab.endpoint("be01"))
    output = shell.run(asked, r"type %windir%\system32\inetsrv\MetaBase.xml")
    assert output.stdout.startswith(b"\xef\xbb\xbf<?xml")
    assert output.stdout.rstrip().endswith(b"</configuration>")


@pytest.mark.parametrize("created", (CREATED, CREATED_BY_NEWER), ids=("2003", "newer"))
def test_pieces_are_put_together(peer, session, created):
    pieces = [
        received(("stdout", text(b"a\xff"))),
        received(("stdout", text(b"b")), ("stderr", text(b"1")), ("stdout", text(b"c"))),
        received(("stderr", text(b"2")), ("stdout", ""), ("other", text(b"?")), exit_code=3),
    ]
    server = peer(created, STARTED, *pieces, DONE)
    assert shell.run(session(server.url), "x") == CommandOutput(b"a\xffbc", b"12", 3)
    assert actions(server) == ["Create", "Command", "Receive", "Receive", "Receive", "Signal", "Delete"]
    assert all(b'Name="ShellId">S1<' in request for request in server.requests[1:])
    assert all(b'CommandId="C1"' in request for request in server.requests[2:-1])


def test_a_command_that_says_nothing_for_long_is_asked_again(peer, session):
    server = peer(CREATED, STARTED, fault(TIMED_OUT), received(("stdout", text(b"a")), exit_code=0), DONE)
    assert shell.run(session(server.url), "x") == CommandOutput(b"a", b"", 0)
    assert actions(server) == ["Create", "Command", "Receive", "Receive", "Signal", "Delete"]


@pytest.mark.parametrize(
    ("answers", "expected", "asked"),
    (
        pytest.param([fault(BROKEN)], (FaultError, "InternalError (code 1): broken"), ["Create"], id="no-shell"),
        pytest.param([DONE], (ProtocolError, "the answer holds no ShellId"), ["Create"], id="no-shell-id"),
        pytest.param(
            [CREATED, fault(BROKEN), DONE],
            (FaultError, "InternalError (code 1): broken"),
            ["Create", "Command", "Delete"],
            id="no-command",
        ),
        pytest.param(
            [CREATED, DONE],
            (ProtocolError, "the answer holds no CommandId"),
            ["Create", "Command", "Delete"],
            id="no-command-id",
        ),
        pytest.param(
            [CREATED, STARTED, fault(BROKEN), DONE],
            (FaultError, "InternalError (code 1): broken"),
            ALL,
            id="no-output",
        ),
        pytest.param(
            [CREATED, STARTED, received(("stdout", "not base64!")), DONE],
            (ProtocolError, "a command's output is not Base64"),
            ALL,
            id="not-base64",
        ),
        pytest.param(
            [CREATED, STARTED, received(state="Done"), DONE],
            (ProtocolError, "a command ended without an exit code"),
            ALL,
            id="no-exit-code",
        ),
        pytest.param(
            [CREATED, STARTED, received(exit_code="--1"), DONE],
            (ProtocolError, "a command ended without an exit code"),
            ALL,
            id="exit-code-of-two-signs",
        ),
        pytest.param(
            [CREATED, STARTED, received(exit_code="9" * 5000), DONE],
            (ProtocolError, "a command ended without an exit code"),
            ALL,
            id="exit-code-too-long",
        ),
        pytest.param([CREATED, STARTED, b""], (ConnectError, "the server closed the connection"), ALL[:3], id="closed"),
        pytest.param(
            [CREATED, STARTED, fault(BROKEN), fault(BROKEN), fault(BROKEN)],
            (FaultError, "InternalError (code 1): broken"),
            ALL,
            id="nothing-but-faults",
        ),
    ),
)
def test_a_shell_is_deleted_whatever_happens(peer, session, answers, expected, asked):
    server = peer(*answers)
    with pytest.raises(WsmanError) as caught:
        shell.run(session(server.url), "x")
    assert (type(caught.value), str(caught.value)) == expected
    assert actions(server) == asked


@pytest.mark.parametrize("code", (-1, 0, 4294967295))
def test_exit_codes(peer, session, code):
    server = peer(CREATED, STARTED, received(exit_code=f" {code} "), DONE)
    assert shell.run(session(server.url), "x").exit_code == code


def test_a_command_that_never_ends_ends_with_the_deadline(peer, session):
    server = peer(CREATED, STARTED, "")
    with pytest.raises(TimeOutError, match="no answer in time"):
        shell.run(session(server.url, seconds=0.5), "x")
    assert actions(server) == ALL[:3]


@pytest.mark.parametrize(
    ("name", "denied", "quota"), (pytest.param("no-shell", True, False), pytest.param("shell-quota", False, True))
)
def test_a_shell_that_is_not_to_be_had(live_lab, session, name, denied, quota):
    with pytest.raises(FaultError) as caught:
        shell.run(session(live_lab.endpoint(name)), "hostname")
    assert (caught.value.fault.is_access_denied, caught.value.fault.is_quota) == (denied, quota)
