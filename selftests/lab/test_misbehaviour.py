"""Servers that misbehave do it on the wire, where a client meets it."""

from __future__ import annotations

import socket

import pytest
import requests
from winrm.exceptions import WinRMTransportError

from exgate.lab.__main__ import _definitions, _parser

QUERY = "select Name from Win32_OperatingSystem"


def test_nothing_listens_where_the_dead_server_is(lab):
    server = lab.server("dead")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((server["address"], server["port"]), timeout=10)


def test_what_is_no_winrm_answers_with_a_page(connect):
    with pytest.raises(WinRMTransportError, match="Code 404"):
        connect("not-wsman").enumerate(QUERY)


def test_garbage_is_no_xml(connect):
    answer = connect("garbage").protocol
    assert answer.transport.send_message("<x/>") == b"\x00garbage"


def test_the_connection_is_dropped_after_the_first_message(connect):
    client = connect("drops")
    client.enumerate(QUERY)
    with pytest.raises(requests.ConnectionError):
        client.enumerate(QUERY)


def test_a_trickling_answer_outlasts_a_read_time_out(lab, http):
    response = http.post(lab.url("trickle"), headers={"WSMANIDENTIFY": "unauthenticated"}, stream=True, timeout=10)
    assert response.raw.read(1) == b"<"
    response.close()


def test_latency_can_be_asked_for():
    parser = _parser()
    definitions = _definitions(parser, parser.parse_args(["--servers", "be01,slow", "--latency", "0.01"]))
    assert [definition.behaviour.latency for definition in definitions] == [0.01, 0.01]
