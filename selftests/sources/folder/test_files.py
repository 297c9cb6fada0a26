"""The files of a folder, each by what it is."""

import os
from datetime import UTC, datetime

import pytest

from exgate.facts.unknown import Unknown
from exgate.lab.servers import SERVERS
from exgate.sources.folder import event_log, files
from exgate.sources.folder.event_dates import DateReading
from exgate.sources.folder.files import FolderFiles
from exgate.sources.folder.ipconfig import is_ipconfig, read_ipconfig
from exgate.sources.folder.ping import is_ping, read_ping
from exgate.sources.folder.sc_query import is_sc_query, read_sc_query
from exgate.sources.folder.sources import Damaged
from exgate.sources.folder.wmic_process import is_wmic_process, read_wmic_process
from exgate.sources.unreadable import UnreadableFile

from .by_hand import eventquery, evt, inetinfo, ipconfig, ping, sc_query

SA01 = SERVERS["sa01"]
PROGRAMS = {
    "ipconfig": (is_ipconfig, read_ipconfig),
    "sc_query": (is_sc_query, read_sc_query),
    "inetinfo": (is_wmic_process, read_wmic_process),
    "ping": (is_ping, read_ping),
}
FRENCH_SERVICE = (
    "\r\nNOM_SERVICE: W3SVC\r\nNOM_COMPLET: Publication\r\n        TYPE               : 20  WIN32_SHARE_PROCESS \r\n"
    "        ÉTAT              : 4  RUNNING \r\n"
)
OUTPUTS = {
    "ipconfig": (ipconfig(SA01), ipconfig(SA01, german=True)),
    "sc_query": (sc_query(SA01), sc_query(SA01, german=True), sc_query(SA01).replace("\r\n", "\r\r\n"), FRENCH_SERVICE),
    "inetinfo": (inetinfo(SA01),),
    "ping": (ping(SA01), ping(SA01, german=True)),
}
SINCE = datetime(2026, 3, 2, 4, 30, 12, tzinfo=UTC)
AN_OFFSET = "say in host.yml how far the server's clock is from UTC, for example utc_offset: '+01:00'"


@pytest.fixture
def folder(tmp_path):
    """Make a folder of files; None is a directory of that name."""

    def make(**named):
        for name, data in named.items():
            path = tmp_path / name.replace("_dot_", ".")
            path.mkdir() if data is None else path.write_bytes(data.encode() if isinstance(data, str) else data)
        return FolderFiles(tmp_path)

    return make


@pytest.mark.parametrize("program", OUTPUTS)
def test_an_output_is_known_by_its_text_and_taken_for_no_other(folder, program):
    for text in OUTPUTS[program]:
        assert [name for name, (is_it, _) in PROGRAMS.items() if is_it(text)] == [program]


@pytest.mark.parametrize("text", ("", "notes", eventquery(SA01), 'a,b\r\n"c","d"\r\n', "\0" * 100))
def test_other_texts_are_no_output(text):
    assert [name for name, (is_it, _) in PROGRAMS.items() if is_it(text)] == []


def test_two_outputs_of_one_kind(folder):
    found = folder(a_dot_txt=ping(SA01), b_dot_TXT=ping(SA01, german=True), c_dot_txt="notes")
    assert [each.source for each in found.console(is_ping, read_ping)] == ["a.txt", "b.TXT"]
    assert found.taken == {"a.txt", "b.TXT"}


def test_an_output_that_is_damaged(folder):
    (shown,) = folder(a_dot_txt=ipconfig(SA01)[:-2]).console(is_ipconfig, read_ipconfig)
    assert shown.value == Damaged(
        "a.txt: no output of ipconfig /all: it ends in the middle of a line",
        "make it anew on the server: ipconfig /all > ipconfig.txt",
    )


def test_an_output_that_is_too_large(folder, monkeypatch):
    monkeypatch.setattr(files, "_LARGEST", 2**20)
    (shown,) = folder(a_dot_txt=sc_query(SA01) + "\r\n" * 2**20).console(is_sc_query, read_sc_query)
    assert shown.value == Damaged("a.txt: it is larger than 1 MB", "make the file anew")


def test_a_collection_that_is_too_large(folder, monkeypatch):
    monkeypatch.setattr(files, "_LARGEST", 2**20)
    assert folder(collected_dot_csv="x" * (2**20 + 1)).collected() == Damaged(
        "collected.csv: it is larger than 1 MB", "make the file anew"
    )


def test_what_is_hidden_unknown_or_a_folder_is_no_file_of_facts(folder, tmp_path):
    (tmp_path / "loop.reg").symlink_to(tmp_path / "loop.reg")
    found = folder(_dot_hidden_dot_reg="x", host_dot_yml="x", a_dot_reg=None, MetaBase_dot_xml=None, notes_dot_doc="x")
    assert (found.collected(), found.exports()) == (None, None)
    assert found.metabase().metabase.reason == "the folder holds no MetaBase.xml"
    assert found.event_log(SINCE, "x", DateReading()).reason == "the folder holds no event log"
    assert found.taken == set()
    assert found.oldest is None


def test_exports_of_the_registry_that_are_damaged(folder):
    found = folder(a_dot_REG="REGEDIT4\r\n\r\n", b_dot_reg="x\r\n")
    assert found.exports() == Unknown(
        'b.reg: line 1: no .reg file: the first line is not "Windows Registry Editor Version 5.00" or "REGEDIT4"',
        "make the file anew",
    )
    assert found.taken == {"a.REG", "b.reg"}


def test_an_event_log_is_taken_though_it_cannot_be_read(folder):
    found = folder(log_dot_csv=eventquery(SA01, german=True), other_dot_csv="a,b\r\n")
    assert found.event_log(SINCE, "x", DateReading()) == Unknown(
        "log.csv: its times are the server's local ones, and their offset from UTC is not known", AN_OFFSET
    )
    assert found.taken == {"log.csv"}


def test_an_event_log_beside_the_collector_s_file(folder):
    found = folder(collected_dot_csv=eventquery(SA01), Application_dot_evt=evt(SA01))
    assert isinstance(found.event_log(SINCE, "x", DateReading()), event_log.SavedEventLog)
    assert found.taken == {"Application.evt"}


def refuse(monkeypatch, *names):
    """Let files of these names be ones that may not be opened; root may open all."""
    real = files.Path.open

    def open_unless(self, *arguments, **more):
        if self.name in names:
            raise PermissionError(13, "Permission denied")
        return real(self, *arguments, **more)

    monkeypatch.setattr("pathlib.Path.open", open_unless)


def test_files_that_may_not_be_opened(folder, tmp_path, monkeypatch):
    for name in ("a.txt", "collected.csv", "b.reg", "c.evt"):
        (tmp_path / name).write_text("x")
    refuse(monkeypatch, "a.txt", "collected.csv", "b.reg", "c.evt")
    found = folder(ping_dot_txt=ping(SA01))
    allow = "let this account read it"
    refused = Unknown("a.txt cannot be read: Permission denied", allow)
    assert [each.value for each in found.console(is_sc_query, read_sc_query)] == [refused]
    assert [each.source for each in found.console(is_ping, read_ping)] == ["a.txt", "ping.txt"]
    assert found.collected() == Unknown("collected.csv cannot be read: Permission denied", allow)
    assert found.exports().reason == "b.reg: it cannot be read: Permission denied"
    assert found.event_log(SINCE, "x", DateReading()) == Unknown(
        "c.evt cannot be read: Permission denied", "look at the file's permissions"
    )


def test_a_folder_that_cannot_be_read(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UnreadableFile, match=r"^the folder cannot be read: Not a directory$"):
        FolderFiles(tmp_path / "file")


def test_the_oldest_file_of_facts(folder, tmp_path):
    found = folder(a_dot_txt=ping(SA01), b_dot_txt=ipconfig(SA01), notes_dot_txt="x")
    for name, when in (("a.txt", 2000), ("b.txt", 1000), ("notes.txt", 1)):
        os.utime(tmp_path / name, (when, when))
    found = FolderFiles(tmp_path)
    found.console(is_ping, read_ping)
    assert found.oldest == datetime.fromtimestamp(2000, UTC)
    found.console(is_ipconfig, read_ipconfig)
    assert found.oldest == datetime.fromtimestamp(1000, UTC)


def test_a_time_that_is_none(folder):
    found = folder(a_dot_txt=ping(SA01))
    found._times = dict.fromkeys(found._times, 1e20)
    found.console(is_ping, read_ping)
    with pytest.raises(
        UnreadableFile, match=r"^the time of a file is none; next step: write collected: into host.yml$"
    ):
        _ = found.oldest
