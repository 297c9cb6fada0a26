from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exgate.lab.cimv2_processes import process_id, processes
from exgate.lab.servers import SERVERS


@pytest.mark.parametrize(
    ("server", "missing"),
    (
        pytest.param("be01", set(), id="back-end"),
        pytest.param("fe01", {"store.exe"}, id="front-end"),
        pytest.param("drift-51-store-stopped", {"store.exe"}, id="store-stopped"),
    ),
)
def test_the_processes(connect, server, missing):
    items = connect(server).items("select Name,ProcessId,CreationDate from Win32_Process")
    names = [item.findtext("Name") for item in items]
    assert {"System", "services.exe", "inetinfo.exe", "store.exe"} - set(names) == missing
    assert len({item.findtext("ProcessId") for item in items}) == len(names)


def test_services_live_in_processes(connect):
    client = connect("drift-51-store-stopped")
    processes = {
        item.findtext("ProcessId"): item.findtext("Name")
        for item in client.items("select Name,ProcessId from Win32_Process")
    }
    services = {
        item.findtext("Name"): item.findtext("ProcessId")
        for item in client.items("select Name,ProcessId from Win32_Service")
    }
    assert services["MSExchangeIS"] == "0"
    assert services["IISADMIN"] == services["SMTPSVC"]
    assert processes[services["IISADMIN"]] == "inetinfo.exe"
    assert all(number in processes for name, number in services.items() if name != "MSExchangeIS")


def test_iis_admin_starts_with_the_machine(client):
    (process,) = client.items("select CreationDate from Win32_Process where Name='inetinfo.exe'")
    (system,) = client.items("select LastBootUpTime from Win32_OperatingSystem")
    assert process.findtext("CreationDate/Datetime") == "2026-03-02T04:30:12Z"
    assert system.findtext("LastBootUpTime/Datetime") == "2026-03-02T04:30:12Z"


def test_the_system_process_has_no_start(client):
    (process,) = client.items("select Name,CreationDate from Win32_Process where ProcessId=4")
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    assert (process.findtext("Name"), process.find("CreationDate").get(nil)) == ("System", "true")


def test_a_process_has_every_property(client):
    (process,) = client.items("select * from Win32_Process where Name='store.exe'")
    uri = "{http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Process}"
    found = {element.tag.removeprefix(uri): element.text for element in process}
    assert (found["Handle"], found["ProcessId"]) == ("2104", "2104")
    assert found["ExecutablePath"] == r"C:\Program Files\Exchsrvr\bin\store.exe"
    assert {"CommandLine", "CreationDate", "ExecutablePath", "ParentProcessId", "ThreadCount"} <= set(found)


def test_a_later_start_of_iis_admin_is_another_process():
    definition = SERVERS["be01"]
    later = replace(definition, iis_admin_started=definition.started + timedelta(days=1))
    (process,) = [each for each in processes(later) if each.get("Name") == "inetinfo.exe"]
    assert process.get("CreationDate") == datetime(2026, 3, 3, 4, 30, 12, tzinfo=UTC)
    assert process.get("ProcessId") == process_id(later, "IISADMIN") != process_id(definition, "IISADMIN")
