"""The collector, run by Wine's script host: as it is, with a MetaBase.xml, and with a server under it."""

import csv
import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from peers.fake_server import on_a_fake_server
from sources.folder.collected_writer import queries_of, rows_of

from exgate.collector import collector_script
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.registry import MASSYNC_PARAMETERS
from exgate.facts.unknown import Unknown
from exgate.lab.servers import SERVERS
from exgate.sources.folder.collected import read_collected

HERE = "collected"
SECRETS = ("49634462500000004a0b", "4c0000000200", "s3cret-of-a-custom", "s3cret-of-a-comment", "s3cret-text")


@pytest.fixture(scope="module")
def inetsrv(wine):
    """The folder of IIS's MetaBase.xml."""
    folder = wine.c / "windows" / "system32" / "inetsrv"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def run(wine):
    """Run the script in a folder of its own."""
    folder = wine.c / "collector"
    folder.mkdir()

    def run(*arguments, script=None):
        text = script or collector_script()
        (folder / "exgate-collect.vbs").write_bytes(text.encode("ascii"))
        done = wine.run(("cscript", "//nologo", "exgate-collect.vbs", *arguments), folder)
        return done.returncode, done.stdout.decode("cp1252").splitlines(), folder

    yield run
    shutil.rmtree(folder)


@pytest.fixture
def metabase(inetsrv):
    """Put a MetaBase.xml there."""
    file = inetsrv / "MetaBase.xml"
    yield file.write_bytes
    file.unlink(missing_ok=True)


def rows_in(folder):
    text = (folder / HERE / "collected.csv").read_bytes().decode("utf-16")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]


def in_its_own_words(unknown):
    return unknown.reason.partition(": error ")[0]


def test_what_wine_does_not_have_is_told_and_costs_nothing_else(run):
    code, screen, folder = run(HERE)
    assert code == 1
    told = [line.removeprefix("could not read: ").partition(": ")[0] for line in screen[:-1]]
    assert told == [
        "Win32_ComputerSystem",
        "Win32_NetworkAdapterConfiguration",
        "Win32_PingStatus",
        "IIsWebInfo",
        rf"HKLM\{MASSYNC_PARAMETERS}",
        r"HKLM\SYSTEM\CurrentControlSet\Services\MasSync",
        r"HKLM\SOFTWARE\Microsoft\Exchange\Setup",
        r"HKLM\SOFTWARE\Microsoft\InetStp",
        r"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions",
        r"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\Ports",
        "/LM/W3SVC",
        "MetaBase.xml",
    ]
    assert screen[-1].endswith(rf"; could not be read: 12; written to: C:\collector\{HERE}")
    assert sorted(path.name for path in (folder / HERE).iterdir()) == ["collected.csv", "host.yml"]
    assert [row[1] or row[2] for row in rows_in(folder)[1:] if row[5]] == told

    facts = read_collected((folder / HERE / "collected.csv").read_bytes())
    unknown = {
        "metabase": facts.metabase,
        "metabase_file": facts.metabase_file,
        "parameters": facts.registry.keys[MASSYNC_PARAMETERS.lower()],
        "network": facts.network,
        "iis": facts.iis,
        "exchange": facts.exchange,
        "sharepoint": facts.sharepoint,
    }
    assert {name: in_its_own_words(reason) for name, reason in unknown.items()} == {
        "metabase": "the collector could not read the metabase",
        "metabase_file": r"the collector could not read MetaBase.xml: there is no C:\windows\system32\inetsrv\MetaBase.xml",
        "parameters": rf"the collector could not read HKLM\{MASSYNC_PARAMETERS}",
        "network": "the collector could not read Win32_ComputerSystem",
        "iis": "the collector could not read IIsWebInfo",
        "exchange": r"the collector could not read HKLM\SOFTWARE\Microsoft\Exchange\Setup",
        "sharepoint": r"the collector could not read HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions",
    }
    assert not isinstance(facts.operating_system, Unknown)
    host = (folder / HERE / "host.yml").read_bytes().decode("ascii")
    assert host == (
        "# What this server is for. Take the # of the next line away and leave one of the four words:\r\n"
        "# role: back-end | standalone | sbs | front-end\r\n"
        f"collected: {facts.collected_at:%Y-%m-%dT%H:%M:%SZ}\r\n"
    )


def with_secrets(text):
    """Plant secrets wherever MetaBase.xml has some, and a property that we read as a Custom element."""
    planted = (
        ' AnonymousUserPass="49634462500000004a0b" WAMUserPass="4c0000000200"><Custom Name="Unknown_1" ID="61110" '
        'Value="s3cret-of-a-custom" Type="STRING" UserType="IIS_MD_UT_WAM" Attributes="INHERIT | SECURE"/><Custom '
        'Name="HttpRedirect" ID="6011" Value="https://x" Type="STRING" UserType="ASP_MD_UT_APP" Attributes="INHERIT" '
        'Secret="s3cret-of-a-custom"/>'
    )
    head, name, rest = text.partition("ROOT/exchange-oma")
    before, bracket, after = rest.partition("\n\t>")
    assert name
    assert bracket
    text = f"{head}{name}{before}\n\t{planted}{after}"
    return text.replace("<MBProperty>", "<!-- s3cret-of-a-comment --><MBProperty>s3cret-text", 1)


def test_the_copy_of_the_metabase_holds_what_is_read_and_no_secret(run, metabase):
    original = b"\xef\xbb\xbf" + with_secrets(SERVERS["sa01"].metabase_xml).replace("\n", "\r\n").encode()
    for secret in SECRETS:
        assert secret.encode() in original
    metabase(original)
    _, screen, folder = run(HERE)
    assert not [line for line in screen if "MetaBase" in line]
    copy = (folder / HERE / "MetaBase.xml").read_bytes()
    assert read_metabase(copy) == read_metabase(original)
    vdir = read_metabase(copy).keys["/lm/w3svc/1/root/exchange-oma"]
    assert vdir.properties["HttpRedirect"].value == "https://x"
    for file in (folder / HERE).iterdir():
        written = file.read_bytes()
        for secret in (*SECRETS, "SessionKey", "AnonymousUserPass", "WAMUserPass", "61110"):
            assert secret.encode() not in written
            assert secret.encode("utf-16-le") not in written
    assert read_collected((folder / HERE / "collected.csv").read_bytes()).metabase_file is None


def test_a_real_metabase(run, metabase, samples):
    original = (samples / "MetaBase.xml").read_bytes()
    metabase(original)
    _, _, folder = run(HERE)
    assert read_metabase((folder / HERE / "MetaBase.xml").read_bytes()) == read_metabase(original)


@pytest.mark.parametrize(
    "text",
    (
        pytest.param('<configuration a="s3cret"', id="cut-off"),
        pytest.param("", id="empty"),
        pytest.param('<a x="s3cret"><b></a>', id="not-well-formed"),
    ),
)
def test_a_metabase_that_cannot_be_read_is_told_and_not_quoted(run, metabase, text):
    metabase(text.encode())
    code, screen, folder = run(HERE)
    assert code == 1
    assert [line for line in screen if line.startswith("could not read: MetaBase.xml: error ")]
    assert not (folder / HERE / "MetaBase.xml").exists()
    facts = read_collected((folder / HERE / "collected.csv").read_bytes())
    assert in_its_own_words(facts.metabase_file) == "the collector could not read MetaBase.xml"
    assert "s3cret" not in "".join(screen) + str(rows_in(folder))


USAGE = "cscript //nologo exgate-collect.vbs [OUTPUT_FOLDER]"


@pytest.mark.parametrize(
    ("arguments", "told"),
    (
        pytest.param(("/?",), USAGE, id="help"),
        pytest.param(("-h",), USAGE, id="an-option"),
        pytest.param(("a", "b"), USAGE, id="two-folders"),
        pytest.param(("full",), r"the folder is not empty; name another one: C:\collector\full", id="not-empty"),
        pytest.param(("file",), r"there is a file of this name: C:\collector\file", id="a-file"),
        pytest.param((r"Q:\x",), r"the folder cannot be written: Q:\x: error 4C", id="no-such-drive"),
        pytest.param(("a|b?",), "the folder cannot be written: C:\\c", id="no-name-of-a-folder"),
    ),
)
def test_where_nothing_is_written(run, wine, arguments, told):
    folder = wine.c / "collector"
    (folder / "full").mkdir()
    (folder / "full" / "collected.csv").write_bytes(b"mine")
    (folder / "file").write_bytes(b"mine")
    code, screen, _ = run(*arguments)
    assert (code, screen[0][: len(told)]) == (2, told)
    assert (len(screen) == 1) == (told != USAGE)
    assert sorted(path.name for path in folder.iterdir()) == ["exgate-collect.vbs", "file", "full"]
    assert (folder / "full" / "collected.csv").read_bytes() == (folder / "file").read_bytes() == b"mine"


def test_an_empty_folder_is_taken_and_the_computers_name_is_the_default(run):
    _, screen, folder = run()
    computer = next(row[4] for row in rows_in_default(folder) if row[2] == "computer")
    assert screen[-1].endswith(rf"written to: C:\collector\{computer}")
    (folder / HERE).mkdir()
    assert run(HERE)[0] == 1


def rows_in_default(folder):
    (made,) = [path for path in folder.iterdir() if path.is_dir()]
    text = (made / "collected.csv").read_bytes().decode("utf-16")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]


OLD = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
SYNTHETIC = {
    **{name: SERVERS[name] for name in ("be01", "sa01", "drift-52-event-3029", "drift-52-event-1805")},
    "started-long-ago": replace(SERVERS["sa01"], started=OLD),
    "no-iis-admin": replace(SERVERS["sa01"], services={**SERVERS["sa01"].services, "IISADMIN": "Stopped"}),
}


def on_fake(definition, rows):
    return on_a_fake_server(collector_script().replace("\r\n", "\n"), rows, queries_of(definition))


def without_what_is_wines(rows):
    """The computer's name in the environment, and MetaBase.xml."""
    return sorted(row for row in rows if row[:3] != ("about", "", "computer") and row[:2] != ("about", "MetaBase.xml"))


@pytest.mark.parametrize("definition", SYNTHETIC.values(), ids=SYNTHETIC)
def test_on_a_server_the_script_writes_the_rows_that_the_reader_is_tested_with(run, metabase, definition):
    metabase(definition.metabase_xml.encode())
    rows = rows_of(definition)
    code, screen, folder = run(HERE, script=on_fake(definition, rows))
    written = rows_in(folder)
    assert without_what_is_wines(written[1:]) == without_what_is_wines(rows)
    assert (code, len(screen), screen[0].partition(";")[2]) == (
        0,
        1,
        rf" could not be read: 0; written to: C:\collector\{HERE}",
    )
    assert written[-1][2] == "end"


VDIR, OMA = "/LM/W3SVC/1/ROOT/Exchange", "/LM/W3SVC/1/ROOT/exchange-oma"
LISTS_OF_RESTRICTIONS = ("IPDeny", "IPGrant", "DomainDeny", "DomainGrant")
REFUSED = ("adsi", OMA, "IPDeny", "IIsWebVirtualDir", "", "refused")
PARAMETERS = f"HKLM\\{MASSYNC_PARAMETERS}"


@pytest.mark.parametrize(
    ("removed", "added", "told"),
    (
        pytest.param(
            ("adsi", VDIR, "AuthFlags"),
            [("adsi", VDIR, "AuthFlags", "IIsWebVirtualDir", "", "error 1B6, no AuthFlags")],
            f"could not read: {VDIR} AuthFlags: error 1B6, no AuthFlags",
            id="a-property",
        ),
        pytest.param(
            ("adsi", OMA, "IPGrant"),
            [("adsi", OMA, "IPGrant", "IIsWebVirtualDir", "", "error 11, refused")],
            f"could not read: {OMA} IPGrant: error 11, refused",
            id="a-list-that-counts",
        ),
        pytest.param(
            ("adsi", OMA, "IPDeny"),
            [("adsi", OMA, "IPDeny", "IIsWebVirtualDir#", "0", "")],
            "",
            id="a-list-that-does-not-count",
        ),
        pytest.param(
            ("adsi", OMA, "GrantByDefault"),
            [("adsi", OMA, "IPSecurity", "IIsWebVirtualDir", "", "error")],
            f"could not read: {OMA} IPSecurity: error",
            id="the-restrictions",
        ),
        pytest.param(
            ("registry", PARAMETERS),
            [("registry", PARAMETERS, "", "values#", "", "StdRegProv answered 5")],
            f"could not read: {PARAMETERS}: StdRegProv answered 5",
            id="a-key-that-is-denied",
        ),
        pytest.param(
            ("registry", PARAMETERS, "ExchangeVDir"),
            [("registry", PARAMETERS, "ExchangeVDir", "1", "", "StdRegProv answered 5")],
            f"could not read: {PARAMETERS} ExchangeVDir: StdRegProv answered 5",
            id="a-value-that-is-denied",
        ),
        pytest.param(
            ("registry", PARAMETERS), [("registry", PARAMETERS, "", "values#", "", "not found")], "", id="no-such-key"
        ),
        pytest.param(
            ("registry", PARAMETERS),
            [
                *[("registry", PARAMETERS, "exchangevdir ", "7", text, "") for text in ("/a", "")],
                ("registry", PARAMETERS, "exchangevdir ", "7#", "2", ""),
                ("registry", PARAMETERS, "EXCHANGEVDIR", "4", "5", ""),
                ("registry", PARAMETERS, 'a "b", c', "1", "", "not asked for"),
                ("registry", PARAMETERS, "ExchangeVDir", "3", "", ""),
                ("registry", PARAMETERS, "", "values#", "4", ""),
            ],
            "",
            id="near-misses-of-all-types",
        ),
    ),
)
def test_what_fails_alone_costs_nothing_else(run, metabase, removed, added, told):
    definition = SERVERS["sa01"]
    metabase(definition.metabase_xml.encode())
    kept = [row for row in rows_of(definition) if row[: len(removed)] != removed]
    expected = [*kept, *added]
    # The fake server refuses a list of restrictions that has an error, and has none at all without one of them.
    served = {"IPGrant": expected, "IPDeny": [*kept, REFUSED]}.get(removed[-1], kept)
    if removed[0] == "registry":
        served = expected
    if removed[-1] == "GrantByDefault":
        expected = [row for row in expected if row[1] != OMA or row[2] not in LISTS_OF_RESTRICTIONS]
    code, screen, folder = run(HERE, script=on_fake(definition, served))
    # How an error in a property comes through differs between Wine's versions.
    written = [(*row[:5], "error") if row[2] == "IPSecurity" else row for row in rows_in(folder)[1:]]
    assert without_what_is_wines(written) == without_what_is_wines(expected)
    assert (code, [line[: len(told)] for line in screen[:-1]]) == ((1, [told]) if told else (0, []))
