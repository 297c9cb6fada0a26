"""The XML files of a folder: the whole metabase, exports, and what ADSI showed the collector."""

import pytest

from exgate.facts.metabase import MetabaseFile
from exgate.facts.metabase_exports import MetabaseExports
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.lab.servers import SERVERS
from exgate.sources.folder import metabase
from exgate.sources.folder.metabase import NO_FILE, read_metabase_files

from .by_hand import metabase_exports, metabase_xml

SA01 = SERVERS["sa01"]
WHOLE = metabase_xml(SA01, "utf-8-sig")
EXPORTS = metabase_exports(SA01, "Exchange", "exchange-oma")
EXCHANGE, OMA = "/LM/W3SVC/1/ROOT/Exchange", "/LM/W3SVC/1/ROOT/exchange-oma"
WITHOUT_INHERITED = EXPORTS["Exchange.xml"][: EXPORTS["Exchange.xml"].index(b"<IIsInherited")] + b"</MBProperty></configuration>"  # fmt: skip
VIEW = MetabaseView({})
NOT_READ = Unknown("the collector was denied", "ask")
KEEP_ONE = "keep one of them"
ANEW = "copy or export it anew, or take it out of the folder"


@pytest.fixture
def read(tmp_path):
    def read_files(**files):
        for name, data in files.items():
            (tmp_path / f"{name}.xml").write_bytes(data)
        return read_metabase_files(sorted(tmp_path.iterdir()))

    return read_files


@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16"))
def test_whole(read, encoding):
    found = read(MetaBase=metabase_xml(SA01, encoding))
    assert isinstance(found.metabase, MetabaseFile)
    assert (found.files, found.no_file) == (("MetaBase.xml",), None)
    assert found.metabase.stored_location(OMA.lower()) == OMA


def test_exports(read):
    found = read(a=EXPORTS["Exchange.xml"], b=EXPORTS["exchange-oma.xml"])
    assert isinstance(found.metabase, MetabaseExports)
    assert (found.files, found.no_file) == (("a.xml", "b.xml"), NO_FILE)
    setting = found.metabase.effective(OMA, "AuthFlags")
    assert (str(setting.value), setting.where) == ("6 (AuthBasic | AuthNTLM)", f"set on {OMA}")


def test_an_export_with_inherited_properties(read):
    setting = read(a=EXPORTS["exchange-oma.xml"]).metabase.effective(OMA, "AccessSSLFlags")
    assert (setting.value, setting.where) == (0, "not set, the schema's default")


def test_an_export_without_them(read):
    with pytest.raises(UnknownFact, match=f"^the export of {EXCHANGE} does not hold inherited properties, so HttpRed"):
        read(a=WITHOUT_INHERITED).metabase.effective(EXCHANGE, "HttpRedirect")


@pytest.mark.parametrize(
    ("files", "unknown"),
    (
        pytest.param({}, NO_FILE, id="none"),
        pytest.param(
            {"a": WHOLE, "b": WHOLE}, Unknown("the folder holds several metabases: a.xml, b.xml", KEEP_ONE), id="two"
        ),
        pytest.param(
            {"MetaBase": WHOLE, "b": EXPORTS["Exchange.xml"]},
            Unknown("the folder holds several metabases: MetaBase.xml, b.xml", KEEP_ONE),
            id="whole-beside-an-export",
        ),
        pytest.param({"a": b""}, Unknown("a.xml: not a well-formed MetaBase.xml: no element found: line 1, column 0", ANEW), id="empty"),
        pytest.param({"a": b"<a/>"}, Unknown("a.xml: no metabase key in this file: not a MetaBase.xml", ANEW), id="other-xml"),
        pytest.param(
            {"MetaBase": WHOLE, "notes": b"<a/>"},
            Unknown("notes.xml: no metabase key in this file: not a MetaBase.xml", ANEW),
            id="other-xml-beside-it",
        ),
        pytest.param(
            {"a": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
            Unknown("a.xml: not a well-formed MetaBase.xml: it has a document type definition", ANEW),
            id="entity",
        ),
    ),
)  # fmt: skip
def test_what_is_unknown(read, files, unknown):
    found = read(**files)
    assert (found.metabase, found.no_file) == (unknown, unknown)


def test_a_cut_file_is_unknown(read):
    found = read(MetaBase=WHOLE[:-20]).metabase
    assert found.reason.startswith("MetaBase.xml: not a well-formed MetaBase.xml: ")


def test_a_file_that_is_too_large(read, monkeypatch):
    monkeypatch.setattr(metabase, "MAX_SIZE", 1 << 20)
    assert read(MetaBase=WHOLE + b" " * (1 << 20)).metabase.reason == "MetaBase.xml is larger than 1 MB"


def test_a_file_that_cannot_be_opened(tmp_path):
    (tmp_path / "MetaBase.xml").mkdir()
    found = read_metabase_files([tmp_path / "MetaBase.xml"]).metabase
    assert found == Unknown("MetaBase.xml cannot be read: Is a directory", "let this account read it")


@pytest.mark.parametrize(
    ("files", "view", "found"),
    (
        pytest.param({}, None, NO_FILE, id="nothing"),
        pytest.param({}, VIEW, VIEW, id="the-collector-alone"),
        pytest.param({}, NOT_READ, NOT_READ, id="the-collector-could-not"),
        pytest.param(
            {"a": b"<a/>"}, NOT_READ, Unknown("a.xml: no metabase key in this file: not a MetaBase.xml", ANEW), id="neither"
        ),
        pytest.param({"a": b"<a/>"}, VIEW, VIEW, id="the-collector-beside-a-damaged-file"),
        pytest.param(
            {"a": EXPORTS["Exchange.xml"]},
            VIEW,
            Unknown("the folder holds exports (a.xml) beside all that the collector read", KEEP_ONE),
            id="exports-beside-the-collector",
        ),
    ),
)  # fmt: skip
def test_beside_the_collector(read, files, view, found):
    assert read(**files).beside(view) == found


def test_both_are_held_against_each_other(read):
    files = read(MetaBase=WHOLE)
    assert files.beside(VIEW) == MetabaseViewAndFile(VIEW, files.metabase)
    assert files.beside(NOT_READ) == files.beside(None) == files.metabase
