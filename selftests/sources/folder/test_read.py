"""A whole folder: each fact with and without its file, when it was made, and whose it is."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest

from exgate.facts.events import EventLog
from exgate.facts.network import Network
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC_PARAMETERS
from exgate.facts.sharepoint import PORTS, WEB_SERVER_EXTENSIONS, SharePoint
from exgate.facts.software import ExchangeVersion, IisVersion
from exgate.facts.unknown import Unknown
from exgate.inventory import DeclaredHost, HostFile, Role
from exgate.lab.servers import SERVERS
from exgate.sources.folder import ipconfig, read
from exgate.sources.folder.metabase import NO_FILE
from exgate.sources.folder.network import NO_NETWORK
from exgate.sources.folder.read import read_folder
from exgate.sources.folder.reg_export import CURRENT_VERSION, INET_STP, PRODUCT_OPTIONS
from exgate.sources.folder.reg_files import not_shown
from exgate.sources.unreadable import UnreadableFile

from .by_hand import HABITS, evt, files_of, ping, reg_files, sc_query
from .by_hand import ipconfig as ipconfig_of
from .collected_writer import as_file, rows_of

SA01, SP01, WS01 = SERVERS["sa01"], SERVERS["sp01"], SERVERS["ws01"]
HOST = HostFile(declared=DeclaredHost(name="sa01", role=Role.STANDALONE))
STARTED = datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC)
MADE = datetime(2026, 3, 30, 8, 0, 0, tzinfo=UTC)
OUT_OF_DATE = "remove what is out of date"
COLLECTED = as_file(rows_of(SA01))


@pytest.fixture
def facts(tmp_path):
    """Read a folder: a whole one of a server with some files replaced, or left out (None)."""

    def facts_of(definition=SA01, said=HOST, since=None, habit=HABITS[0], files=None, **changes):
        named = {name.replace("_dot_", "."): data for name, data in changes.items()}
        for name, data in ((files_of(definition, habit) if files is None else files) | named).items():
            if data is not None:
                (tmp_path / name).write_bytes(data)
        return read_folder(tmp_path, said, since)

    return facts_of


@pytest.mark.parametrize("habit", HABITS)
def test_everything_is_there(facts, habit):
    found = facts(habit=habit)
    assert found.registry.exchange_vdir == "/exchange-oma"
    assert found.metabase_file is None
    assert found.network == Network(
        computer_name="SA01",
        dns_names=("sa01", "sa01.lab.example"),
        addresses=(IPv4Address("10.81.7.21"),),
        own_name_resolves_to=(IPv4Address("10.81.7.21"),),
    )
    assert found.services.service("w3svc").runs
    assert (found.iis, found.exchange) == (IisVersion(6, 0), ExchangeVersion(65, 7638))
    assert found.operating_system.product_suite == 16
    assert found.sharepoint == SharePoint(installed=False)
    assert found.iis_admin_started == STARTED
    assert found.event_log == EventLog(
        since=STARTED, because="the last start of IIS Admin", events=(), reaches_back=True
    )
    assert found.wire == read.NO_WIRE


@pytest.mark.parametrize(
    ("missing", "fact", "unknown"),
    (
        pytest.param("MetaBase.xml", "metabase", NO_FILE, id="metabase"),
        pytest.param("MetaBase.xml", "metabase_file", NO_FILE, id="metabase-file"),
        pytest.param("ipconfig.txt", "network", NO_NETWORK, id="ipconfig"),
        pytest.param("sc_query.txt", "services", read.NO_SERVICES, id="services"),
        pytest.param("inetinfo.txt", "iis_admin_started", read.NO_START, id="start"),
        pytest.param("inetinfo.txt", "event_log", read.NO_START, id="log-without-the-start"),
        pytest.param("Setup.reg", "exchange", not_shown(EXCHANGE_SETUP), id="exchange"),
        pytest.param("InetStp.reg", "iis", not_shown(INET_STP), id="iis"),
        pytest.param("ProductOptions.reg", "operating_system", not_shown(PRODUCT_OPTIONS), id="product-options"),
        pytest.param("CurrentVersion.reg", "operating_system", not_shown(CURRENT_VERSION), id="windows"),
        pytest.param("SharedTools.reg", "sharepoint", not_shown(rf"{WEB_SERVER_EXTENSIONS}\6.0"), id="sharepoint"),
        pytest.param(
            "Application.evt",
            "event_log",
            Unknown(
                "the folder holds no event log",
                "save the Application log as a .evt file (Event Viewer, Application, Save Log File As), or run on the "
                r"server: cscript //nologo %windir%\system32\eventquery.vbs /l application /v /fo csv > eventlog.csv (without /fi, /r and "
                "/nh)",
            ),
            id="log",
        ),
    ),
)
def test_one_file_is_missing(facts, missing, fact, unknown):
    assert getattr(facts(**{missing.replace(".", "_dot_"): None}), fact) == unknown


def test_no_export_of_the_mobile_key(facts):
    found = facts(MasSync_dot_reg=None).registry.keys[MASSYNC_PARAMETERS.lower()]
    assert found == Unknown(
        f"no .reg file shows HKLM\\{MASSYNC_PARAMETERS}",
        f'run reg export "HKLM\\{MASSYNC_PARAMETERS}" Parameters.reg on the server (where there is no such key: of the '
        "key above it), and put the file into the host's folder",
    )


def test_no_ping(facts):
    assert facts(ping_dot_txt=None).network.own_name_resolves_to == Unknown(
        "no file shows what the server's own name resolves to",
        "run ping -n 1 %COMPUTERNAME% > ping.txt on the server, and put the file into the host's folder",
    )


@pytest.mark.parametrize(
    ("missing", "step"),
    (
        (NO_FILE, r"run cscript //nologo %windir%\system32\iiscnfg.vbs /save on the server, and copy %windir%\system32\inetsrv\MetaBase.xml into the host's folder; or run the collector there (exgate collector)"),
        (NO_NETWORK, "run ipconfig /all > ipconfig.txt on the server, and put the file into the host's folder; or write computer_name: and addresses: into host.yml"),
        (read.NO_SERVICES, "run sc query state= all bufsize= 250000 > sc_query.txt on the server, and put the file into the host's folder"),
        (read.NO_START, "run wmic process where \"name='inetinfo.exe'\" get CreationDate /value > inetinfo.txt on the server, and put the file into the host's folder; or write iis_admin_started: into host.yml"),
        (read.NO_WIRE, "ask the server over WinRM, or its web site with a browser"),
    ),
)  # fmt: skip
def test_the_command_is_in_the_next_step(missing, step):
    assert missing.next_step == step


def services(**states):
    return sc_query(replace(SA01, services=dict(SA01.services) | states)).encode()


@pytest.mark.parametrize(
    ("changes", "fact", "unknown"),
    (
        pytest.param(
            {"b_dot_txt": services(W3SVC="Stopped")},
            "services",
            Unknown("b.txt and sc_query.txt do not show the same services' states", OUT_OF_DATE),
            id="services",
        ),
        pytest.param(
            {"b_dot_txt": b"CreationDate=20260302043013.000000+000\r\n"},
            "iis_admin_started",
            Unknown("b.txt and inetinfo.txt do not show the same start of IIS Admin", OUT_OF_DATE),
            id="start",
        ),
        pytest.param(
            {"said": replace(HOST, iis_admin_started=STARTED + timedelta(seconds=1))},
            "iis_admin_started",
            Unknown("host.yml and inetinfo.txt do not show the same start of IIS Admin", OUT_OF_DATE),
            id="start-by-hand",
        ),
        pytest.param(
            {"collected_dot_csv": as_file(rows_of(replace(SA01, registry=SERVERS["drift-42-exchange-2000"].registry)))},
            "exchange",
            Unknown("collected.csv and the .reg files do not show the same version of Exchange", OUT_OF_DATE),
            id="exchange",
        ),
        pytest.param(
            {"collected_dot_csv": as_file(rows_of(replace(SA01, product_suite=32)))},
            "operating_system",
            Unknown("collected.csv and the .reg files do not show the same version of Windows", OUT_OF_DATE),
            id="windows",
        ),
        pytest.param(
            {"collected_dot_csv": as_file(rows_of(replace(SA01, web_server_extensions=SP01.web_server_extensions)))},
            "sharepoint",
            Unknown("collected.csv and the .reg files do not show the same state of SharePoint Services", OUT_OF_DATE),
            id="sharepoint",
        ),
        pytest.param(
            {"collected_dot_csv": as_file(rows_of(replace(SA01, events=SERVERS["drift-52-event-3029"].events)))},
            "event_log",
            Unknown("collected.csv and Application.evt do not show the same records of the event log", OUT_OF_DATE),
            id="log",
        ),
        pytest.param(
            {"Application_dot_evt": evt(WS01)},
            "event_log",
            Unknown(
                "Application.evt: this is the log of WS01, and the server is SA01",
                "put its own event log into its folder",
            ),
            id="another-server-s-log",
        ),
        pytest.param(
            {"Application_dot_evt": evt(WS01), "ipconfig_dot_txt": None},
            "event_log",
            Unknown(
                "Application.evt: this is the log of WS01, and the server is SA01",
                "put its own event log into its folder",
            ),
            id="another-server-s-log-by-the-registry",
        ),
    ),
)
def test_files_that_contradict_each_other(facts, changes, fact, unknown):
    assert getattr(facts(**changes), fact) == unknown


def extending(*sites):
    return replace(SP01, web_server_extensions=replace(SP01.web_server_extensions, extends=sites))


@pytest.mark.parametrize(
    ("collected", "exported", "sites"),
    (
        pytest.param((1,), (1,), (1,), id="the-same"),
        pytest.param(
            (2,),
            (1,),
            Unknown("collected.csv and the .reg files do not show the same web sites that SharePoint Services extend", OUT_OF_DATE),
            id="others",
        ),
    ),
)  # fmt: skip
def test_the_sites_that_sharepoint_extends(facts, collected, exported, sites):
    found = facts(extending(*exported), collected_dot_csv=as_file(rows_of(extending(*collected))))
    assert found.sharepoint == SharePoint(installed=True, extended_sites=sites)


def test_the_sites_that_one_source_does_not_show(facts):
    text = f"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\{WEB_SERVER_EXTENSIONS}\\6.0]\r\n\r\n"
    found = facts(SP01, SharedTools_dot_reg=text.encode("utf-16"))
    assert found.sharepoint == SharePoint(installed=True, extended_sites=not_shown(PORTS))
    found = facts(SP01, SharedTools_dot_reg=text.encode("utf-16"), collected_dot_csv=as_file(rows_of(SP01)))
    assert found.sharepoint == SharePoint(installed=True, extended_sites=(1,))


def test_what_a_damaged_file_ought_to_show_is_unknown_whatever_another_shows(facts):
    damaged = facts(a_dot_txt=sc_query(SA01)[:900].encode())
    assert damaged.services.reason.startswith("a.txt: no output of sc query state= all: ")
    assert damaged.exchange == ExchangeVersion(65, 7638)


def test_the_log_since_a_moment_of_the_command_line(facts):
    since = datetime(2026, 3, 10, tzinfo=UTC)
    log = facts(since=since, inetinfo_dot_txt=None).event_log
    assert (log.since, log.because, log.reaches_back) == (since, "--events-since", True)


def test_one_log_that_reaches_back_is_enough(facts):
    short = as_file([row for row in rows_of(SA01) if row[1] not in ("older than the bound", "older than the start")])
    assert facts(collected_dot_csv=short).event_log.reaches_back


@pytest.mark.parametrize(
    ("changes", "problem"),
    (
        pytest.param({"ipconfig_dot_txt": ipconfig_of(WS01).encode()}, "the .reg files is of SA01, and ipconfig.txt of WS01", id="ipconfig"),
        pytest.param(reg_files(WS01) | {"x": None}, "the .reg files is of WS01, and ipconfig.txt of SA01", id="registry"),
        pytest.param({"collected_dot_csv": as_file(rows_of(WS01))}, "collected.csv is of WS01, and the .reg files of SA01", id="collector"),
        pytest.param({"said": replace(HOST, computer_name="WS01")}, "host.yml is of WS01, and the .reg files of SA01", id="host-yml"),
        pytest.param({"b_dot_txt": ipconfig_of(WS01).encode(), "ComputerName_dot_reg": None}, "b.txt is of WS01, and ipconfig.txt of SA01", id="two-ipconfigs"),
    ),
)  # fmt: skip
def test_files_of_two_servers_are_refused(facts, changes, problem):
    with pytest.raises(UnreadableFile) as caught:
        facts(**changes)
    assert str(caught.value) == (
        f"these are files of two servers: {problem}; next step: put the files of each server into a folder of its own"
    )


def test_a_name_in_another_case_or_cut_by_netbios_is_the_same(facts):
    assert facts(said=replace(HOST, computer_name="sa01")).network.computer_name == "SA01"
    longer = replace(SA01, computer_name="STANDALONE-SERVER-1")
    assert facts(longer, said=replace(HOST, computer_name="standalone-serv")).network.computer_name == "STANDALONE-SERV"


def test_a_ping_of_another_server(facts):
    assert facts(ping_dot_txt=ping(WS01).encode()).network.own_name_resolves_to == Unknown(
        "the ping was of ws01.lab.example, which is not the server's own name", ipconfig.NOT_PINGED.next_step
    )


NOON = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
NEWEST = datetime(2026, 3, 14, 7, 30, 12, tzinfo=UTC)
"""Of the records in the event log."""
MARCH = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("collected", "said", "mtime", "when", "by"),
    (
        pytest.param(False, None, MARCH, MARCH, "by the time of the oldest file", id="oldest-file"),
        pytest.param(True, None, NOON, NEWEST, "by the newest record of the event log", id="newest-record"),
        pytest.param(True, None, MARCH, MARCH, "by the time of the oldest file", id="a-file-older-than-the-collector"),
        pytest.param(True, NOON, MADE, NOON, "by host.yml", id="host-yml"),
        pytest.param(False, NOON, MADE, NOON, "by host.yml", id="host-yml-alone"),
    ),
)  # fmt: skip
def test_when_it_was_made(tmp_path, collected, said, mtime, when, by):
    for name, data in ({"collected.csv": COLLECTED} if collected else {}).items() | files_of(SA01, HABITS[0]).items():
        (tmp_path / name).write_bytes(data)
        os.utime(tmp_path / name, (NOON.timestamp(), NOON.timestamp()))
    os.utime(tmp_path / "MetaBase.xml", (mtime.timestamp(), mtime.timestamp()))
    (tmp_path / "notes.doc").write_text("old")
    os.utime(tmp_path / "notes.doc", (1, 1))
    found = read_folder(tmp_path, replace(HOST, collected=said), None)
    assert found.collected_at == when
    assert found.source.startswith("Application.evt, ComputerName.reg, CurrentVersion.reg, InetStp.reg, ")
    assert found.source.endswith(f" in {tmp_path}, {by}")


@pytest.mark.parametrize("files", ({}, {"notes.txt": b"x"}, {"photo.jpg": b"x", ".hidden.reg": b"x"}))
def test_nothing_that_shows_a_fact(facts, files):
    with pytest.raises(UnreadableFile) as caught:
        facts(files=files)
    assert str(caught.value) == (
        "it holds no file that shows a fact; next step: put MetaBase.xml and .reg files into it, or what the collector "
        "(exgate collector) writes"
    )


def test_one_file_of_facts_is_a_folder(facts):
    found = facts(files={"ping.txt": ping(SA01).encode()})
    assert found.network == NO_NETWORK
