"""Clients that nobody here wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import winrm.tests
from defusedxml import ElementTree as SafeElementTree
from pypsrp.exceptions import AuthenticationError, WSManFaultError
from pypsrp.shell import Process, SignalCode, WinRS
from pypsrp.wsman import NAMESPACES, SelectorSet, WSMan

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
METABASE = r"%windir%\system32\inetsrv\MetaBase.xml"

WINDOWS_COMMANDS_WITHOUT_POWERSHELL = (
    "test_open_shell_and_close_shell",
    "test_run_command_with_arguments_and_cleanup_command",
    "test_run_command_without_arguments_and_cleanup_command",
    "test_run_command_with_env",
    "test_get_command_output",
)


@pytest.fixture
def wsman(lab, password):
    """pypsrp's WSMan: SPNEGO-wrapped NTLM and sealed messages, unless something else is asked."""
    sessions = []

    def connect(name="be01", *, ssl=False, **options) -> WSMan:
        server = lab.server(name)
        settings = {
            "username": lab.info["user"],
            "password": password,
            "ssl": ssl,
            "port": server["https_port"] if ssl else server["port"],
            "cert_validation": lab.info["ca"] if ssl else False,
            "no_proxy": True,
        }
        session = WSMan(server["address"], **(settings | options))
        sessions.append(session)
        return session

    yield connect
    for session in sessions:
        session.close()


def operating_system(session: WSMan) -> str:
    uri = f"{WMI}/root/cimv2/Win32_Service"
    selectors = SelectorSet()
    selectors.add_option("Name", "IISADMIN")
    return session.get(uri, selector_set=selectors).findtext(f"{{{uri}}}Win32_Service/{{{uri}}}State")


@pytest.mark.parametrize(
    "options",
    (
        pytest.param({"auth": "negotiate"}, id="spnego-sealed"),
        pytest.param({"auth": "ntlm"}, id="ntlm-sealed"),
        pytest.param({"auth": "negotiate", "ssl": True}, id="spnego-https"),
        pytest.param({"auth": "negotiate", "ssl": True, "encryption": "always"}, id="spnego-https-sealed"),
        pytest.param({"auth": "basic", "ssl": True}, id="basic-https"),
    ),
)
def test_pypsrp_logs_on(lab, wsman, options):
    assert operating_system(wsman(**options)) == "Running"
    record = lab.record("be01")
    assert (record["logon_attempts"], record["logons_accepted"], record["messages"]) == (1, 1, 1)


@pytest.mark.parametrize("auth", ("negotiate", "ntlm"))
def test_pypsrp_is_rejected_once(lab, wsman, auth):
    with pytest.raises(AuthenticationError):
        operating_system(wsman(auth=auth, password="wrong"))
    record = lab.record("be01")
    assert (record["logon_attempts"], record["logons_accepted"], record["messages"]) == (1, 0, 0)


def test_pypsrp_runs_commands(lab, wsman):
    with WinRS(wsman(), environment={"A": "b"}) as shell:
        process = Process(shell, "echo", ["%A%", "c"])
        process.invoke()
        assert (process.stdout, process.stderr, process.rc) == (b"b c\r\n", b"", 0)
        process.signal(SignalCode.TERMINATE)
        metabase = Process(shell, "type", [METABASE])
        metabase.invoke()
        assert metabase.stdout.startswith(b'\xef\xbb\xbf<?xml version ="1.0"?>\r\n')
        assert lab.record("be01")["open_shells"] == 1
    assert lab.record("be01")["open_shells"] == 0


def test_pypsrp_reads_the_envelope_size(wsman):
    session = wsman()
    session.update_max_payload_size()
    assert session.max_envelope_size == 150 * 1024


def test_pypsrp_reads_faults(wsman):
    with pytest.raises(WSManFaultError) as caught:
        wsman().enumerate(f"{WMI}/root/cimv2/Nope", _element("Enumerate"))
    assert caught.value.code == 2150858778
    assert caught.value.provider == "WMIv1 plugin for Windows Remote Management "


def test_pypsrp_and_pywinrm_at_once(wsman, client):
    session = wsman()
    assert operating_system(session) == "Running"
    assert client.items("select Name from Win32_Service where Name='W3SVC'")
    assert operating_system(session) == "Running"


def _element(name: str):
    return SafeElementTree.fromstring(f'<n:{name} xmlns:n="{NAMESPACES["wsen"]}"/>')


@pytest.mark.parametrize(
    ("fixture", "transport", "removed"),
    (
        pytest.param("lab", "ntlm", (), id="ntlm"),
        pytest.param("lab", "ntlm", ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), id="ntlm-without-ca-bundle"),
        pytest.param("open_lab", "plaintext", (), id="basic"),
    ),
)
def test_pywinrm_own_integration_tests(request, password, fixture, transport, removed):
    """Run those of its tests that need no PowerShell."""
    lab = request.getfixturevalue(fixture)
    tests = Path(winrm.tests.__file__).parent / "test_integration_protocol.py"
    environment = os.environ | {
        "WINRM_ENDPOINT": lab.url("be01"),
        "WINRM_TRANSPORT": transport,
        "WINRM_USERNAME": lab.info["user"],
        "WINRM_PASSWORD": password,
    }
    for variable in removed:
        environment.pop(variable, None)
    result = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-c",
                os.devnull,
                "--rootdir",
                str(tests.parent),
                "--confcutdir",  # the environment may lie below a folder with a conftest.py of its own
                str(tests.parent),
                "-p",
                "no:cacheprovider",
            ),
            *("-q", "--import-mode=importlib", str(tests), "-k", " or ".join(WINDOWS_COMMANDS_WITHOUT_POWERSHELL)),
        ],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stdout
    assert "5 passed" in result.stdout
    assert lab.record("be01")["open_shells"] == 0


needs_wsl = pytest.mark.skipif(
    not all(map(shutil.which, ("wslid", "wslenum", "wslget", "curl", "xmllint", "uuidgen"))),
    reason="wsl, curl, libxml2-utils or uuid-runtime is not installed",
)


@pytest.fixture
def wsl(tmp_path):
    """Run one of wsl's shell scripts; they speak Basic over http and cannot quote every password."""

    def run(lab, *command: str) -> str:
        server = lab.server("be01")
        (tmp_path / ".wsl-config").write_text("WSNOSSL=true\nOUTLEVEL=1\n", encoding="ascii")
        result = subprocess.run(
            list(command),
            env=os.environ
            | {
                "HOME": str(tmp_path),
                "WSENDPOINT": f"{server['address']}:{server['port']}",
                "WSUSER": "exgate",
                "WSPASS": "lab-password",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        return result.stdout

    return run


@pytest.fixture
def wsl_lab(started):
    with started("--servers", "be01", "--allow-unencrypted", password="lab-password") as lab:
        yield lab


@needs_wsl
def test_wslid(wsl_lab, wsl):
    assert "<wsmid:ProductVersion>OS: 5.2.3790 SP: 2.0 Stack: 2.0</wsmid:ProductVersion>" in wsl(
        wsl_lab, "wslid", "check"
    )


@needs_wsl
@pytest.mark.parametrize(
    ("command", "expected", "count"),
    (
        pytest.param(["wslenum", f"{WMI}/root/cimv2/Win32_Service"], "<p:Name>", 10, id="one-item-a-pull"),
        pytest.param(["wslenum", f"{WMI}/root/cimv2/Win32_Service", "-opti", "4"], "<p:Name>", 10, id="optimized"),
        pytest.param(
            ["wslenum", "CIM_OperatingSystem", "-ns", "root/cimv2"], "<p:CSName>BE01<", 1, id="cim-superclass"
        ),
        pytest.param(
            ["wslenum", f"{WMI}/root/cimv2/Win32_Service", "-mode", "epr"],
            '<w:Selector Name="Name">',
            10,
            id="endpoint-references",
        ),
        pytest.param(
            [
                *(
                    "wslenum",
                    f"{WMI}/root/MicrosoftIISv2/*",
                    "-dialect",
                    "http://schemas.microsoft.com/wbem/wsman/1/WQL",
                ),
                *("-filter", "select Name from IIsWebVirtualDirSetting where AuthNTLM=TRUE"),
            ],
            "<Name>",
            3,
            id="wql",
        ),
        pytest.param(
            ["wslenum", f"{WMI}/root/cimv2/Win32_Service", "-filter", "x"],
            "FilterDialectRequestedUnavailable",
            1,
            id="cql",
        ),
        pytest.param(["wslget", f"{WMI}/root/cimv2/Win32_Service", "Name=W3SVC"], "<p:State>Running<", 1, id="get"),
    ),
)
def test_wsl(wsl_lab, wsl, command, expected, count):
    output = wsl(wsl_lab, *command)
    assert output.count(expected) == count, output
