"""The lab as a real process, and small clients of other people's making to drive it."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import requests
import xmltodict
from defusedxml import ElementTree as SafeElementTree
from winrm.protocol import Protocol

PASSWORD = "p@ss/w#rd? 100%ü"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"


def local(element) -> str:
    return element.tag.rpartition("}")[2]


@dataclass
class RunningLab:
    """A started lab process."""

    process: subprocess.Popen
    info: dict[str, Any]

    def server(self, name: str) -> dict[str, Any]:
        return self.info["servers"][name]

    def url(self, name: str, *, https: bool = False) -> str:
        server = self.server(name)
        if https:
            return f"https://{server['address']}:{server['https_port']}/wsman"
        return f"http://{server['address']}:{server['port']}/wsman"

    def site(self, name: str, path: str) -> str:
        server = self.server(name)
        return f"http://{server['address']}:{server['site_port']}{path}"

    def record(self, name: str) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.info['control']}/record", timeout=10).json()[name]

    def reset(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.post(f"{self.info['control']}/reset", timeout=10).raise_for_status()


class Client:
    """pywinrm's Protocol with the envelopes that it has no methods for."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def send(self, action: str, resource_uri: str, body: dict[str, Any] | None = None, **header: Any):
        envelope = self.protocol.build_wsman_header(action, resource_uri)
        envelope["env:Header"] |= header
        envelope["env:Body"] = body or {}
        answer = self.protocol.send_message(xmltodict.unparse({"env:Envelope": envelope}))
        return SafeElementTree.fromstring(answer)

    def enumerate(self, query: str, *, namespace="root/cimv2", optimize=True, max_elements=None, dialect=WQL, **header):
        body: dict[str, Any] = {"w:Filter": {"@Dialect": dialect, "#text": query}}
        if optimize:
            body["w:OptimizeEnumeration"] = None
        if max_elements:
            body["w:MaxElements"] = str(max_elements)
        uri = f"{WMI}/{namespace}/*"
        return self.send(f"{ENUMERATION}/Enumerate", uri, {"n:Enumerate": body}, **header)

    def pull(self, context: str, *, namespace="root/cimv2", max_elements=None):
        body = {"n:EnumerationContext": context}
        if max_elements:
            body["n:MaxElements"] = str(max_elements)
        return self.send(f"{ENUMERATION}/Pull", f"{WMI}/{namespace}/*", {"n:Pull": body})

    def release(self, context: str):
        body = {"n:Release": {"n:EnumerationContext": context}}
        return self.send(f"{ENUMERATION}/Release", f"{WMI}/root/cimv2/*", body)

    def items(self, query: str, **options: Any) -> list:
        """Give every item of a query that fits into one answer."""
        answer = self.enumerate(query, max_elements=32000, **options)
        (items,) = answer.iter(f"{{{WSMAN}}}Items")
        assert answer.find(f".//{{{WSMAN}}}EndOfSequence") is not None
        return list(items)

    def registry(self, method: str, path: str, *, name: str | None = None, hive: int = 0x80000002):
        uri = f"{WMI}/root/default/StdRegProv"
        parameters = {"@xmlns:r": uri, "r:hDefKey": str(hive), "r:sSubKeyName": path}
        if name is not None:
            parameters["r:sValueName"] = name
        answer = self.send(f"{uri}/{method}", uri, {f"r:{method}_INPUT": parameters})
        (output,) = answer.iter(f"{{{uri}}}{method}_OUTPUT")
        return [(local(element), element.text) for element in output]


def start(*arguments: str, password: str = PASSWORD) -> RunningLab:
    process = subprocess.Popen(
        [sys.executable, "-m", "exgate.lab", "--json", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"EXGATE_LAB_PASSWORD": password},
    )
    return RunningLab(process, json.loads(process.stdout.readline()))


def stop(lab: RunningLab) -> None:
    lab.process.stdin.close()
    try:
        assert lab.process.wait(30) == 0
    finally:
        lab.process.kill()
        lab.process.stdout.close()


@contextmanager
def running(*arguments: str, **options: Any):
    lab = start(*arguments, **options)
    try:
        yield lab
    finally:
        stop(lab)


@pytest.fixture(scope="session")
def lab():
    """Every server, http and https, as WinRM's defaults are: nothing unencrypted over http."""
    with running("--servers", "all", "--https") as started:
        yield started


@pytest.fixture(scope="session")
def open_lab(lab):
    """A second lab beside the first one with AllowUnencrypted: its ports are taken, so it has others."""
    with running("--servers", "be01,sa01,no-shell", "--allow-unencrypted") as started:
        yield started


@pytest.fixture(scope="session")
def farm():
    """Ten copies of one server, nine of which fail, each in a way of its own."""
    kinds = ("refused", "dead", "silent", "reset", "rejected", "denied", "garbage", "slow", "http-503")
    rates = ",".join(f"{kind}=0.1" for kind in kinds)
    with running("--copies", "10", "--fail-rate", rates, "--slow", "0.4", "--seed", "7") as started:
        yield started


@pytest.fixture(autouse=True)
def _fresh_record(request):
    for fixture in ("lab", "open_lab", "farm"):
        if fixture in request.fixturenames:
            request.getfixturevalue(fixture).reset()


@pytest.fixture
def connect(lab):
    """Connect to a server: sealed NTLM over http, unless something else is asked."""
    protocols = []

    def connect(name="be01", *, https=False, started=lab, password=PASSWORD, **options) -> Client:
        settings = {
            "transport": "ntlm",
            "username": started.info["user"],
            "password": password,
            "proxy": None,
            "ca_trust_path": started.info["ca"] if https else None,
        }
        if https:
            settings["message_encryption"] = "never"
        elif "message_encryption" not in options:
            settings["message_encryption"] = "always"
        protocol = Protocol(started.url(name, https=https), **(settings | options))
        protocols.append(protocol)
        return Client(protocol)

    yield connect
    for protocol in protocols:
        protocol.transport.close_session()


@pytest.fixture
def client(connect):
    return connect()


@pytest.fixture
def http():
    """A plain HTTP client that takes nothing from the environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def ask(lab):
    """Ask a web site with http.client, which follows nothing, logs on to nothing and can choose its own address."""

    def ask(
        server, path="/", *, method="GET", host=None, source=None, https=False, headers=None, body=None, started=lab
    ):
        place = started.server(server)
        if source and place["address"] == "127.0.0.1":
            pytest.skip("this system has no loopback address but 127.0.0.1")
        options = {"timeout": 10, "source_address": (source, 0) if source else None}
        if https:
            context = ssl.create_default_context(cafile=started.info["ca"])
            connection = HTTPSConnection(place["address"], place["site_https_port"], context=context, **options)
        else:
            connection = HTTPConnection(place["address"], place["site_port"], **options)
        try:
            connection.request(method, path, body, ({"Host": host} if host else {}) | (headers or {}))
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    return ask


@pytest.fixture
def basic(lab, password):
    """The headers that log on with Basic."""
    credentials = base64.b64encode(f"{lab.info['user']}:{password}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}


@pytest.fixture
def own_lab(started):
    """A lab of one's own to change."""
    with started("--servers", "be01,sa01,dead", "--https") as running_lab:
        yield running_lab


@pytest.fixture
def started():
    """Start labs of one's own: ``with started("--servers", "be01") as lab``."""
    return running


@pytest.fixture
def password():
    return PASSWORD


@pytest.fixture
def temporary_directory(tmp_path, monkeypatch) -> Path:
    """A directory that the lab's temporary files go to."""
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path
