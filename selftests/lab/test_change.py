"""What is written and what runs: a change under way, and a restart of IIS Admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from requests_ntlm import HttpNtlmAuth

from exgate.facts.registry import MASSYNC_PARAMETERS
from exgate.lab.change import changed, restarted
from exgate.lab.servers import SERVERS

IIS = "root/MicrosoftIISv2"


@pytest.fixture
def control(own_lab, http):
    def post(path, body, *, status=200):
        answer = http.post(own_lab.info["control"] + path, json=body, timeout=10)
        assert answer.status_code == status
        return answer.json()

    return post


@pytest.fixture
def view(own_lab, connect):
    """What WS-Management shows of a server of the own lab."""

    def view(server):
        client = connect(server, started=own_lab)
        vdirs = client.items("select Name,AccessSSLFlags from IIsWebVirtualDirSetting", namespace=IIS)
        flags = {item.findtext("Name").rpartition("/")[2]: item.findtext("AccessSSLFlags") for item in vdirs}
        values = client.registry("EnumValues", MASSYNC_PARAMETERS)
        return flags, [text for name, text in values if name == "sNames"]

    return view


@pytest.fixture
def inetinfo(own_lab, connect):
    """The process of IIS Admin: identifier and start."""

    def inetinfo(server="be01"):
        client = connect(server, started=own_lab)
        (service,) = client.items("select ProcessId from Win32_Service where Name='IISADMIN'")
        number = service.findtext("ProcessId")
        query = f"select CreationDate from Win32_Process where ProcessId={number}"  # noqa: S608 - WQL of our own
        (process,) = client.items(query)
        return number, datetime.fromisoformat(process.findtext("CreationDate/Datetime"))

    return inetinfo


def test_a_change_is_written_and_a_restart_loads_it(own_lab, ask, control, view):
    assert ask("be01", "/Exchange/", started=own_lab)[0].status == 401
    control("/change", {"server": "be01", "to": "drift-02-ssl-on-root"})
    assert view("be01")[0]["Exchange"] == "8"
    assert ask("be01", "/Exchange/", started=own_lab)[0].status == 401
    answer = control("/restart", {"server": "be01"})
    assert answer == {"be01": own_lab.server("be01")}
    assert ask("be01", "/Exchange/", started=own_lab)[0].status == 403
    control("/change", {"server": "be01", "to": "be01"})
    assert view("be01")[0]["Exchange"] == "0"
    assert ask("be01", "/Exchange/", started=own_lab)[0].status == 403
    control("/restart", {"server": "be01"})
    assert ask("be01", "/Exchange/", started=own_lab)[0].status == 401


def test_a_restart_is_a_new_process(control, inetinfo):
    before, started = inetinfo()
    assert started == datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC)
    control("/change", {"server": "be01", "to": "drift-02-ssl-on-root"})
    assert inetinfo() == (before, started)
    earliest = datetime.now(UTC)
    control("/restart", {"server": "be01"})
    after, restarted = inetinfo()
    assert after != before
    assert earliest <= restarted <= datetime.now(UTC)


def test_metabase_xml_and_registry_change_with_it(own_lab, connect, control, view):
    client = connect("be01", started=own_lab)
    control("/change", {"server": "be01", "to": "drift-11-lower-case"})
    assert view("be01") == (view("be01")[0], ["exchangevdir", "SMTPProxy"])
    protocol = client.protocol
    shell = protocol.open_shell()
    command = protocol.run_command(shell, r"type C:\WINDOWS\system32\inetsrv\MetaBase.xml")
    output, _, _ = protocol.get_command_output(shell, command)
    protocol.cleanup_command(shell, command)
    protocol.close_shell(shell)
    assert b"/LM/W3SVC/1/ROOT/exchange-oma" in output


def test_itself_stays_itself(own_lab, ask, connect, control):
    control("/change", {"server": "sa01", "to": "drift-14-anonymous"})
    control("/restart", {"server": "sa01"})
    query = "select IPGrant from IIsIPSecuritySetting where Name='W3SVC/1/ROOT/exchange-oma'"
    (item,) = connect("sa01", started=own_lab).items(query, namespace=IIS)
    assert item.findtext("IPGrant") == "10.81.7.21, 255.255.255.255"
    assert ask("sa01", "/exchange-oma/", started=own_lab, source="127.81.7.21")[0].status == 401
    assert ask("sa01", "/exchange-oma/", started=own_lab)[0].status == 403


def test_port_80_comes_and_goes_with_its_bindings(own_lab, ask, control):
    control("/change", {"server": "be01", "to": "drift-05-port-8080"})
    assert ask("be01", "/", started=own_lab)[0].status == 200
    control("/restart", {"server": "be01"})
    with pytest.raises(ConnectionRefusedError):
        ask("be01", "/", started=own_lab)
    assert ask("be01", "/", started=own_lab, https=True)[0].status == 200
    control("/change", {"server": "be01", "to": "be01"})
    answer = control("/restart", {"server": "be01"})
    own_lab.info["servers"] |= answer
    assert ask("be01", "/", started=own_lab)[0].status == 200


def test_a_restart_logs_everybody_off(own_lab, http, control, password):
    url = own_lab.site("be01", "/Exchange/exgate/")
    auth = HttpNtlmAuth(own_lab.info["user"], password)
    assert http.request("PROPFIND", url, headers={"Depth": "0"}, auth=auth, timeout=10).status_code == 207
    assert http.request("PROPFIND", url, headers={"Depth": "0"}, timeout=10).status_code == 207
    control("/restart", {"server": "be01"})
    assert http.request("PROPFIND", url, headers={"Depth": "0"}, timeout=10).status_code == 401


def test_the_other_address_becomes_its_own():
    to = SERVERS["drift-15-denies-itself"]
    bound = replace(
        to, metabase_xml=to.metabase_xml.replace('ServerBindings=":80:"', 'ServerBindings="10.81.7.46:80:"')
    )
    definition = changed(SERVERS["sa01"], bound)
    assert 'ServerBindings="10.81.7.21:80:"' in definition.metabase_xml
    (restrictions,) = definition.ip_restrictions.values()
    assert str(restrictions) == "GrantByDefault TRUE, IPDeny 10.81.7.21"
    assert (definition.addresses, definition.name) == (("10.81.7.21",), "sa01")


def test_two_changes_before_a_restart_leave_what_runs():
    first = changed(SERVERS["be01"], SERVERS["drift-02-ssl-on-root"])
    second = changed(first, SERVERS["drift-04-ntlm-only"])
    assert second.running.metabase_xml == SERVERS["be01"].metabase_xml
    assert second.metabase_xml == SERVERS["drift-04-ntlm-only"].metabase_xml
    moment = datetime(2026, 3, 5, tzinfo=UTC)
    after = restarted(second, moment)
    assert (after.running, after.iis_admin_start) == (None, moment)


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    (
        pytest.param("/change", {"server": "no", "to": "be01"}, 404, "no such server: no", id="server"),
        pytest.param("/change", {"server": "be01", "to": "no"}, 404, "no such definition: no", id="definition"),
        pytest.param("/restart", {"server": "no"}, 404, "no such server: no", id="restart"),
        pytest.param("/restart", {"server": "dead"}, 400, "dead is down", id="down"),
        pytest.param("/change", {"server": "dead", "to": "be01"}, 400, "dead is down", id="change-down"),
        pytest.param(
            "/change", {"server": "be01"}, 400, 'a JSON object is expected: {"server": "...", "to": "..."}', id="key"
        ),
        pytest.param("/restart", [], 400, 'a JSON object is expected: {"server": "..."}', id="list"),
        pytest.param("/restart", {"server": 1}, 400, 'a JSON object is expected: {"server": "..."}', id="number"),
        pytest.param("/nothing", {}, 404, "no POST /nothing", id="path"),
    ),
)
def test_errors_are_told(lab, http, *, path, body, status, error):
    answer = http.post(lab.info["control"] + path, json=body, timeout=10)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_body_that_is_no_json(lab, http):
    answer = http.post(lab.info["control"] + "/restart", data=b"{", timeout=10)
    assert (answer.status_code, answer.json()) == (400, {"error": 'a JSON object is expected: {"server": "..."}'})
