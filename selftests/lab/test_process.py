"""The process: it reports itself in one line, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from exgate.lab.__main__ import main

LAB = [sys.executable, "-m", "exgate.lab"]


@pytest.fixture
def environment(temporary_directory):
    return os.environ | {"EXGATE_LAB_PASSWORD": "secret-word"}


@pytest.fixture
def spawn(environment):
    """Start a lab by hand, with text pipes, in a process group of its own so that Ctrl-C can be sent to it alone."""
    processes = []

    def start(*arguments, **options):
        flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        settings = {"stdin": subprocess.PIPE, "env": environment, "creationflags": flags} | options
        process = subprocess.Popen(
            [*LAB, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **settings,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait(30)
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def left_behind(directory: Path) -> list[Path]:
    return list(directory.glob("exgate-lab-*"))


def test_one_line_says_where_everything_is(spawn):
    process = spawn("--json", "--servers", "be01,dead", "--https")
    info = json.loads(process.stdout.readline())
    assert set(info) == {"control", "ca", "user", "servers"}
    assert info["user"] == "LAB\\exgate"
    assert Path(info["ca"]).read_text(encoding="ascii").startswith("-----BEGIN CERTIFICATE-----")
    be01 = info["servers"]["be01"]
    assert set(be01) == {
        *("address", "port", "https_port", "site_port", "site_https_port"),
        *("definition", "role", "computer_name", "dns_name", "failure"),
    }
    assert be01["address"].startswith("127.")
    dead = info["servers"]["dead"]
    assert (dead["site_port"], dead["site_https_port"]) == (None, None)
    rest, errors = process.communicate("")
    assert (rest, errors, process.returncode) == ("", "", 0)


@pytest.mark.parametrize("how", ("end of standard input", "SIGINT", "SIGTERM"))
def test_nothing_is_left_behind(spawn, temporary_directory, how):
    process = spawn("--json", "--servers", "be01", "--https")
    server = json.loads(process.stdout.readline())["servers"]["be01"]
    assert len(left_behind(temporary_directory)) == 1
    # A connection is open all the while: it must not keep the lab alive.
    with socket.create_connection((server["address"], server["port"]), timeout=10):
        if how == "end of standard input":
            process.stdin.close()
        elif sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.send_signal(getattr(signal, how))
        assert process.wait(30) == 0
    assert process.stderr.read() == ""
    assert left_behind(temporary_directory) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server["address"], server["port"]), timeout=10)


def test_a_person_gets_a_table_and_no_password(spawn):
    process = spawn("--servers", "be01,dead")
    lines = [process.stdout.readline().rstrip() for _ in range(10 if sys.platform != "win32" else 9)]
    assert lines[0].split() == ["server", "WS-Management", "https", "web", "site", "https"]
    assert lines[1].startswith("be01    http://127.")
    assert lines[2].startswith("dead    http://127.")
    assert lines[1].split()[2:] == ["-", lines[1].split()[3], "-"]
    assert lines[2].split()[2:] == ["-", "(down)", "-"]
    assert lines[4:6] == ["user      LAB\\exgate", "password  as in the environment variable EXGATE_LAB_PASSWORD"]
    assert lines[-1] == "Everything here is synthetic. Ctrl-C stops it."
    process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGINT)
    assert process.wait(30) == 0
    assert process.stderr.read() == ""


def test_a_person_without_a_password_gets_one_made_up(spawn, environment):
    del environment["EXGATE_LAB_PASSWORD"]
    process = spawn("--servers", "be01")
    line = [process.stdout.readline().rstrip() for _ in range(5)][4]
    assert line.startswith("password  ")
    assert line.endswith("   (made up for this run, good for this lab only)")


def test_an_inventory_is_written(spawn, tmp_path):
    path = tmp_path / "lab.yml"
    servers = "be01,fe01,sa01,sbs01,drift-02-ssl-on-root,unknown-31"
    process = spawn("--json", "--servers", servers, "--inventory-out", str(path))
    info = json.loads(process.stdout.readline())
    inventory = yaml.safe_load(path.read_text(encoding="utf-8"))["all"]
    assert inventory["vars"] == {
        "user": "LAB\\exgate",
        "password": {"env": "EXGATE_LAB_PASSWORD"},
        "transport": "ntlm",
        "test_mailbox": "exgate",
    }
    groups = {group: list(content["hosts"]) for group, content in inventory["children"].items()}
    assert groups == {
        "backends": ["be01"],
        "frontends": ["fe01"],
        "standalones": ["sa01"],
        "sbs": ["sbs01"],
        "drifted": ["drift-02-ssl-on-root"],
        "undecided": ["unknown-31"],
    }
    assert inventory["children"]["backends"]["hosts"]["be01"] == {
        "address": info["servers"]["be01"]["address"],
        "port": info["servers"]["be01"]["port"],
        "role": "back-end",
        "organization": "lab",
        "web_port": info["servers"]["be01"]["site_port"],
    }
    assert "secret-word" not in path.read_text(encoding="utf-8")


def test_an_inventory_names_the_https_port_and_the_authority(spawn, tmp_path):
    path = tmp_path / "lab.yml"
    process = spawn("--json", "--servers", "fe02", "--https", "--inventory-out", str(path))
    info = json.loads(process.stdout.readline())
    inventory = yaml.safe_load(path.read_text(encoding="utf-8"))["all"]
    assert inventory["vars"]["ca_file"] == info["ca"]
    host = inventory["children"]["frontends"]["hosts"]["fe02"]
    assert host["web_https_port"] == info["servers"]["fe02"]["site_https_port"]


def test_copies_of_be01(spawn):
    process = spawn("--json", "--copies", "3")
    servers = json.loads(process.stdout.readline())["servers"]
    assert list(servers) == ["load0001", "load0002", "load0003"]
    assert len({(server["address"], server["port"]) for server in servers.values()}) == 3
    assert {server["role"] for server in servers.values()} == {"back-end"}


def test_two_labs_at_once_have_other_ports(lab, open_lab):
    one, other = lab.server("be01"), open_lab.server("be01")
    assert (one["address"], one["port"]) != (other["address"], other["port"])
    assert (one["address"], one["site_port"]) != (other["address"], other["site_port"])


@pytest.mark.parametrize(
    ("arguments", "password", "error"),
    (
        pytest.param(["--servers", "be99"], "x", "error: no such server: be99; there are be01, be02", id="unknown"),
        pytest.param(["--servers", ","], "x", "error: no servers", id="none"),
        pytest.param(["--json"], None, "error: --json needs the environment variable EXGATE_LAB_PASSWORD", id="unset"),
        pytest.param([], "a:b", "error: the lab's password must be one line without a colon", id="colon"),
    ),
)
def test_usage_errors(monkeypatch, capsys, arguments, password, error):
    monkeypatch.delenv("EXGATE_LAB_PASSWORD", raising=False)
    if password:
        monkeypatch.setenv("EXGATE_LAB_PASSWORD", password)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert error in capsys.readouterr().err


def test_help_names_the_servers(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "drift-15-loopback-only" in capsys.readouterr().out.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    (
        pytest.param("GET", "/servers", 200, id="servers"),
        pytest.param("POST", "/reset", 200, id="reset"),
        pytest.param("GET", "/reset", 404, id="reset-needs-post"),
        pytest.param("GET", "/", 404, id="else"),
    ),
)
def test_the_control_endpoint(lab, http, method, path, status):
    assert http.request(method, lab.info["control"] + path, timeout=10).status_code == status


def test_the_control_endpoint_tells_the_same_servers(lab, http):
    assert http.get(f"{lab.info['control']}/servers", timeout=10).json() == lab.info["servers"]
