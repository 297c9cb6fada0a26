from __future__ import annotations

import base64

import pytest
from defusedxml import ElementTree as SafeElementTree
from winrm.exceptions import WSManFaultError

from exgate.facts.metabase_xml import read_metabase
from exgate.lab.commands import run
from exgate.lab.definition import ServerDefinition
from exgate.lab.metabase_template import Key, metabase_xml
from exgate.lab.namespaces import CMD_SHELL, CREATE, SHELL, WSMAN
from exgate.lab.servers import SERVERS
from exgate.lab.shell import Shells
from exgate.lab.soap import SERVER_ENVELOPE_LIMIT, Request

METABASE = r"%windir%\system32\inetsrv\MetaBase.xml"
NOT_RECOGNIZED = (
    b"'whoami' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        pytest.param("hostname", (b"be01\r\n", b"", 0), id="hostname"),
        pytest.param("ver", (b"\r\nMicrosoft Windows [Version 5.2.3790]\r\n", b"", 0), id="ver"),
        pytest.param("echo %X% %y% %Z%", (b"1 two %Z%\r\n", b"", 0), id="echo-expands-variables"),
        pytest.param("whoami", (b"", NOT_RECOGNIZED, 1), id="unknown-command"),
        pytest.param(
            r"type C:\nope.txt", (b"", b"The system cannot find the file specified.\r\n", 1), id="no-such-file"
        ),
    ),
)
def test_commands(line, expected):
    output = run(SERVERS["be01"], line, {"x": "1", "Y": "two"})
    assert (output.stdout, output.stderr, output.exit_code) == expected


def test_set_shows_the_environment():
    assert b"Y=two\r\n" in run(SERVERS["be01"], "set", {"Y": "two"}).stdout


@pytest.mark.parametrize(
    "line",
    (
        pytest.param(f"type {METABASE}", id="variable"),
        pytest.param(f'TYPE "{METABASE.upper()}"', id="quoted-upper-case"),
        pytest.param(r"type c:\windows\system32\inetsrv\metabase.xml", id="plain-lower-case"),
    ),
)
def test_metabase_xml_comes_as_iis_wrote_it(line):
    output = run(SERVERS["be01"], line, {})
    assert output.stdout.startswith(b'\xef\xbb\xbf<?xml version ="1.0"?>\r\n')
    assert b"\n" not in output.stdout.replace(b"\r\n", b"")
    assert read_metabase(output.stdout) == read_metabase(SERVERS["be01"].metabase_xml)


def message(action, body, shell=None):
    return Request(
        action=action,
        message_id="uuid:1",
        resource_uri=CMD_SHELL,
        selectors={"ShellId": shell} if shell else {},
        options={},
        max_envelope_size=SERVER_ENVELOPE_LIMIT,
        body=SafeElementTree.fromstring(f'<r:{body} xmlns:r="{SHELL}"/>' if "<" not in body else body),
    )


def test_a_long_file_comes_in_pieces_that_fit_the_envelope():
    keys = [Key(f"/LM/W3SVC/1/ROOT/{number}", "IIsWebVirtualDir", {"Path": "x" * 900}) for number in range(200)]
    definition = ServerDefinition(
        name="long",
        computer_name="LONG",
        dns_domain="lab.example",
        addresses=("10.81.7.99",),
        role="back-end",
        metabase_xml=metabase_xml(keys),
    )
    shells = Shells(definition, "http://127.81.7.99:5985/wsman")
    created = SafeElementTree.fromstring(shells.handle(message(CREATE, "Shell")))
    shell = created.findtext(f".//{{{WSMAN}}}Selector")
    line = f'<r:CommandLine xmlns:r="{SHELL}"><r:Command>type {METABASE}</r:Command></r:CommandLine>'
    answer = SafeElementTree.fromstring(shells.handle(message(f"{SHELL}/Command", line, shell)))
    command = answer.findtext(f".//{{{SHELL}}}CommandId")
    receive = (
        f'<r:Receive xmlns:r="{SHELL}"><r:DesiredStream CommandId="{command}">stdout</r:DesiredStream></r:Receive>'
    )
    received, states = b"", []
    while not states or states[-1] == "Running":
        data = shells.handle(message(f"{SHELL}/Receive", receive, shell))
        assert len(data) < SERVER_ENVELOPE_LIMIT
        answer = SafeElementTree.fromstring(data)
        received += b"".join(base64.b64decode(stream.text or "") for stream in answer.iter(f"{{{SHELL}}}Stream"))
        states.append(answer.find(f".//{{{SHELL}}}CommandState").get("State").rpartition("/")[2])
    assert received == run(definition, f"type {METABASE}", {}).stdout
    assert states == ["Running"] * 4 + ["Done"]


def test_a_command_over_the_wire(lab, client):
    protocol = client.protocol
    shell = protocol.open_shell(env_vars={"A": "b c"})
    command = protocol.run_command(shell, "echo", ["%A%", "d"])
    assert protocol.get_command_output(shell, command) == (b"b c d\r\n", b"", 0)
    protocol.send_command_input(shell, command, "input", end=True)
    protocol.cleanup_command(shell, command)
    assert lab.record("be01")["open_shells"] == 1
    protocol.close_shell(shell, close_session=False)
    assert lab.record("be01")["open_shells"] == 0


def test_a_sixth_shell_is_over_the_quota_and_delete_frees_one(client):
    protocol = client.protocol
    shells = [protocol.open_shell() for _ in range(5)]
    with pytest.raises(WSManFaultError) as caught:
        protocol.open_shell()
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (2150859173, "w:QuotaLimit")
    assert "maximum number of 5 concurrent shells" in str(caught.value)
    protocol.close_shell(shells.pop(), close_session=False)
    shells.append(protocol.open_shell())
    for shell in shells:
        protocol.close_shell(shell, close_session=False)


@pytest.mark.parametrize(
    ("server", "code"),
    (pytest.param("no-shell", 5, id="not-offered"), pytest.param("shell-quota", 2150859173, id="quota-used-up")),
)
def test_servers_without_a_shell(connect, server, code):
    with pytest.raises(WSManFaultError) as caught:
        connect(server).protocol.open_shell()
    assert caught.value.wsman_fault_code == code


def test_a_shell_that_is_gone(client):
    protocol = client.protocol
    shell = protocol.open_shell()
    protocol.close_shell(shell, close_session=False)
    with pytest.raises(WSManFaultError) as caught:
        protocol.run_command(shell, "ver")
    assert (caught.value.wsman_fault_code, caught.value.fault_subcode) == (0x8033805B, "w:InvalidSelectors")


def test_a_command_that_is_gone(client):
    protocol = client.protocol
    shell = protocol.open_shell()
    with pytest.raises(WSManFaultError) as caught:
        protocol.get_command_output(shell, "11111111-1111-1111-1111-111111111111")
    assert caught.value.fault_subcode == "w:InvalidParameter"
    protocol.close_shell(shell, close_session=False)
