"""What the last wall takes out of a text, and what it leaves alone."""

import base64
import dataclasses
import enum
import hashlib
import html
import json
import re
import shlex
import subprocess
import traceback
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest

from exgate.inventory import Secret, secret_search
from exgate.inventory.redaction import Redaction
from exgate.inventory.secret_search import SHORTEST, SecretSearch

SECRET = "cAnArY-üser pass@/#?%\\ 'w0rd\" <&>"
OTHER = "s3cond secret"
USER = "LAB\\exgate"


@pytest.fixture
def redaction():
    return Redaction([Secret(SECRET), Secret(OTHER)])


def in_base64(text):
    return base64.b64encode(text).decode("ascii")


@pytest.mark.parametrize(
    "form",
    (
        pytest.param(SECRET, id="plain"),
        pytest.param(repr(SECRET)[1:-1], id="repr"),
        pytest.param(ascii(SECRET)[1:-1], id="ascii"),
        pytest.param(SECRET.encode("unicode_escape").decode(), id="as-in-a-test-id"),
        pytest.param(SECRET.encode("ascii", "backslashreplace").decode(), id="as-on-a-plain-terminal"),
        pytest.param(repr([SECRET])[2:-2], id="repr-in-a-list"),
        pytest.param(repr(repr(SECRET)[1:-1])[1:-1], id="repr-of-a-repr"),
        pytest.param(json.dumps(SECRET)[1:-1], id="json"),
        pytest.param(json.dumps(SECRET, ensure_ascii=False)[1:-1], id="json-utf-8"),
        pytest.param(json.dumps(json.dumps(SECRET)[1:-1])[1:-1], id="json-in-json"),
        pytest.param(repr(json.dumps(SECRET)[1:-1])[1:-1], id="repr-of-json"),
        pytest.param(html.escape(SECRET), id="html"),
        pytest.param(html.escape(json.dumps(SECRET)[1:-1]), id="json-in-html"),
        pytest.param(escape(SECRET), id="xml"),
        pytest.param(quoteattr(SECRET)[1:-1], id="xml-attribute"),
        pytest.param(escape(SECRET, {"'": "&apos;", '"': "&quot;"}), id="xml-all-quotes"),
        pytest.param(html.escape(SECRET).replace("&#x27;", "&#39;"), id="html-of-jinja"),
        pytest.param(quote(SECRET), id="url"),
        pytest.param(quote(SECRET, safe=""), id="url-all"),
        pytest.param(quote(SECRET, safe="/:@"), id="url-path"),
        pytest.param(quote_plus(SECRET), id="url-form"),
        pytest.param(re.sub("%..", lambda octet: octet[0].lower(), quote(SECRET)), id="url-lower-case"),
        pytest.param(repr(SECRET.encode())[2:-1], id="repr-of-utf-8"),
        pytest.param(repr(SECRET.encode("windows-1252"))[2:-1], id="repr-of-windows-1252"),
        pytest.param(repr(SECRET.encode("utf-16-le"))[2:-1], id="repr-of-utf-16"),
        *(
            pytest.param(in_base64(f"{before}{SECRET}{after}".encode(page)), id=f"base64-{page}-{before}-{after}")
            for page in ("utf-8", "windows-1252", "utf-16-le")
            for before in ("", "u:", "LAB\\exgate:", "ab")
            for after in ("", "x", "yz")
        ),
        pytest.param(SECRET.encode("windows-1252").hex(), id="hexadecimal-windows-1252"),
        pytest.param(SECRET.encode().hex(), id="hexadecimal"),
        pytest.param(SECRET.encode().hex().upper(), id="hexadecimal-upper-case"),
        pytest.param(SECRET.encode("utf-16-le").hex(","), id="hexadecimal-in-a-reg-file"),
        pytest.param(quote(SECRET, encoding="windows-1252"), id="url-windows-1252"),
        pytest.param(html.escape(SECRET).encode("ascii", "xmlcharrefreplace").decode(), id="html-of-ascii"),
        pytest.param(
            html.escape(SECRET).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"), id="html-of-markupsafe"
        ),
        pytest.param(json.dumps(SECRET)[1:-1].replace("/", "\\/"), id="json-with-escaped-slashes"),
        pytest.param(shlex.quote(SECRET)[1:-1], id="in-a-shell's-command"),
        pytest.param(repr(shlex.quote(SECRET)[1:-1])[1:-1], id="repr-of-a-shell's-command"),
        pytest.param(subprocess.list2cmdline([SECRET])[1:-1], id="in-windows'-command-line"),
        pytest.param(SECRET.replace('"', '""'), id="csv"),
        pytest.param(base64.urlsafe_b64encode(f"u:{SECRET}".encode()).decode(), id="base64-urlsafe"),
    ),
)
def test_every_form_is_masked(redaction, form):
    assert redaction.text(f"({form})") == "(<secret>)"


@pytest.mark.parametrize("secret", ('four\\"', "four \\\\", "four\\", 'fo"u\\\\"r'))
def test_backslashes_in_windows_command_lines(secret):
    assert re.fullmatch('"?<secret>"?', Redaction([Secret(secret)]).text(subprocess.list2cmdline([secret])))


def test_base64_goes_as_a_whole_for_its_edges_hold_bits_of_the_secret(redaction):
    token = in_base64(f"{USER}:{SECRET}!".encode())
    assert redaction.text(f"Authorization: Basic {token}\r\n") == "Authorization: Basic <secret>\r\n"


@pytest.mark.parametrize(
    ("text", "clean"),
    (
        pytest.param(f"{SECRET}{OTHER}", "<secret>", id="side-by-side"),
        pytest.param(f"{OTHER}, {SECRET}, {OTHER}", "<secret>, <secret>, <secret>", id="several"),
        pytest.param(f"{SECRET[:20]}...{SECRET[-9:]}'", "<secret>...<secret>'", id="cut-in-the-middle"),
        pytest.param(f"'{'x' * 99}{SECRET[:8]}...", f"'{'x' * 99}<secret>...", id="cut-off"),
        pytest.param(f"{SECRET[:8]}\N{HORIZONTAL ELLIPSIS}", "<secret>\N{HORIZONTAL ELLIPSIS}", id="ellipsis"),
        pytest.param(f"{SECRET[:3]}...", f"{SECRET[:3]}...", id="so-little-that-it-says-nothing"),
        pytest.param("'s3cond '\nE     'secret'", "'<secret>'", id="broken-by-the-pretty-printer"),
        pytest.param("'s3cond '\nE   -  'secret'", "'<secret>'", id="broken-in-a-difference"),
        pytest.param("""['-  s3cond \\'', "+  'secret'"]""", """['-  <secret>'"]""", id="broken-in-a-list-of-lines"),
        pytest.param("s3cond\nsecret", "<secret>", id="wrapped"),
        pytest.param("s3cond\\nsecret", "<secret>", id="wrapped-and-escaped"),
        pytest.param("\x1b[33ms3cond\x1b[0m secret\x1b[90m", "<secret>", id="coloured-within"),
        pytest.param(f"\x1b[31m{OTHER}\x1b[0m", "\x1b[31m<secret>\x1b[0m", id="coloured-around"),
        pytest.param("nothing \x1b[31mhere\x1b[0m", "nothing \x1b[31mhere\x1b[0m", id="coloured-without"),
        pytest.param("s3cond", "s3cond", id="a-part"),
        pytest.param("", "", id="empty"),
    ),
)
def test_text_is_masked(redaction, text, clean):
    assert redaction.text(text) == clean


def test_overlapping_secrets_are_both_masked():
    assert Redaction([Secret("abcdef"), Secret("defghi")]).text("-abcdefghi-") == "-<secret>-"


TYPE_3 = in_base64(b"NTLMSSP\0\3\0\0\0" + bytes(range(64)))
TICKET = in_base64(b"\x60\x82\x05\x00" + bytes(range(64)))
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("text", "clean"),
    (
        pytest.param(
            f"{{'Authorization': 'Negotiate {TICKET}'}}", "{'Authorization': 'Negotiate <secret>'}", id="spnego"
        ),
        pytest.param(f"{{'Authorization': b'NTLM {TYPE_3}'}}", "{'Authorization': b'NTLM <secret>'}", id="ntlm"),
        pytest.param(f"token: {TYPE_3}.", "token: <secret>.", id="ntlm-alone"),
        pytest.param(f"Kerberos {TICKET}", "Kerberos <secret>", id="kerberos"),
        pytest.param(f"Basic {in_base64(bytes(range(32)))}", "Basic <secret>", id="basic"),
        pytest.param(
            f"x\n{KEY}y", "x\n-----BEGIN PRIVATE KEY-----<secret>-----END PRIVATE KEY-----\ny", id="private-key"
        ),
        pytest.param(KEY[:40], "-----BEGIN PRIVATE KEY-----<secret>", id="private-key-cut-off"),
        pytest.param(
            KEY.replace("PRIVATE", "RSA PRIVATE"),
            "-----BEGIN RSA PRIVATE KEY-----<secret>-----END RSA PRIVATE KEY-----\n",
            id="rsa-private-key",
        ),
        pytest.param("401 (Negotiate, NTLM, Basic)", "401 (Negotiate, NTLM, Basic)", id="schemes"),
        pytest.param(
            "NTAuthenticationProviders = Negotiate NTLM", "NTAuthenticationProviders = Negotiate NTLM", id="a-setting"
        ),
    ),
)
def test_tokens_and_keys_are_known_by_their_looks(text, clean):
    assert Redaction(()).text(text) == clean


@pytest.mark.parametrize(
    ("secret", "text", "clean"),
    (
        pytest.param("abc", "abc", "abc", id="shorter-than-the-minimum"),
        pytest.param("abcd", "abcde", "<secret>e", id="the-minimum"),
        pytest.param("be01", "be01: pass", "be01: pass", id="a-host-name"),
        pytest.param("Exchange", "/Exchange", "/Exchange", id="within-a-public-text"),
    ),
)
def test_secrets_that_a_mask_would_tell_are_left_alone(secret, text, clean):
    assert SHORTEST == 4
    assert Redaction([Secret(secret)], public=["be01", "W3SVC/1/ROOT/Exchange"]).text(text) == clean


class Word(enum.StrEnum):
    SECOND = OTHER


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    text: str
    inner: object = None
    word: Word = Word.SECOND


@pytest.mark.parametrize(
    ("value", "clean"),
    (
        pytest.param(OTHER, "<secret>", id="text"),
        pytest.param([OTHER, 1, None, 2.5, True], ["<secret>", 1, None, 2.5, True], id="list"),
        pytest.param((OTHER, ("x", OTHER)), ("<secret>", ("x", "<secret>")), id="tuple"),
        pytest.param({OTHER: OTHER}, {OTHER: "<secret>"}, id="mapping-whose-keys-stay"),
        pytest.param(MappingProxyType({"a": OTHER}), {"a": "<secret>"}, id="view-of-a-mapping"),
        pytest.param(Word.SECOND, Word.SECOND, id="enumeration"),
        pytest.param(Record(OTHER), Record("<secret>"), id="record"),
        pytest.param(Record("x", Record(OTHER)), Record("x", Record("<secret>")), id="record-in-a-record"),
        pytest.param(Record, Record, id="class"),
    ),
)
def test_values_are_masked(redaction, value, clean):
    assert redaction.value(value) == clean
    assert type(redaction.value(value)) is type(clean)


@pytest.mark.parametrize("value", ("x", ["x"], ("x", 1), {"x": "y"}, Record("x", ["y"]), None, Path("x")), ids=repr)
def test_values_without_secrets_stay_the_same_objects(redaction, value):
    assert redaction.value(value) is value


def test_exceptions_and_those_behind_them_are_masked(redaction):
    def fail():
        try:
            {}[OTHER]
        except KeyError as error:
            raise ValueError(f"no {OTHER}", 7) from error

    with pytest.raises(ValueError, match="no") as raised:
        fail()
    redaction.error(raised.value)
    assert raised.value.args == ("no <secret>", 7)
    assert raised.value.__cause__.args == ("<secret>",)


def noted(error, note):
    error.add_note(note)
    return error


@pytest.mark.parametrize(
    "error",
    (
        pytest.param(OSError(2, "x", OTHER), id="a-file's-name"),
        pytest.param(OSError(2, "x", "y", None, OTHER), id="another-file's-name"),
        pytest.param(OSError(2, OTHER, "x"), id="an-operating-system's-words"),
        pytest.param(subprocess.CalledProcessError(1, ["x", OTHER]), id="a-command"),
        pytest.param(noted(ValueError("x"), OTHER), id="a-note"),
        pytest.param(ExceptionGroup("x", [ValueError(OTHER)]), id="a-group's-member"),
        pytest.param(SyntaxError("x", ("file", 1, 1, OTHER)), id="a-line"),
        pytest.param(ImportError(OTHER), id="an-import"),
        pytest.param(SystemExit(OTHER), id="an-exit"),
    ),
)
def test_texts_of_exceptions_are_masked(redaction, error):
    assert OTHER in "".join(traceback.format_exception(error))
    redaction.error(error)
    told = "".join(traceback.format_exception(error))
    assert OTHER not in told
    assert "<secret>" in told


def test_what_a_command_has_said_is_masked(redaction):
    error = subprocess.CalledProcessError(1, "x", output=OTHER, stderr=f"no {OTHER}")
    redaction.error(error)
    assert (error.output, error.stderr) == ("<secret>", "no <secret>")


def test_exceptions_that_are_their_own_context_end(redaction):
    one, other = ValueError(OTHER), ValueError(OTHER)
    one.__context__, other.__context__ = other, one
    redaction.error(one)
    assert (one.args, other.args) == (("<secret>",), ("<secret>",))


@pytest.mark.parametrize("shown", (repr, str, vars), ids=("repr", "str", "vars"))
def test_redaction_shows_no_secret_itself(redaction, shown):
    search = SecretSearch([OTHER])
    assert OTHER not in str(shown(redaction))
    assert OTHER not in (str(shown(search)) if shown is not vars else "")


def test_thousands_of_secrets_are_found_as_one_is():
    texts = [base64.b85encode(hashlib.sha256(b"%d" % number).digest()).decode()[:14] for number in range(2000)]
    redaction = Redaction(map(Secret, texts))
    assert redaction.text(f"{texts[0]}, {texts[999]}; {texts[-1]}") == "<secret>, <secret>; <secret>"


def test_what_is_learnt_later_is_found_in_texts_that_were_clean_before():
    redaction = Redaction([Secret(OTHER)])
    assert redaction.value([SECRET, OTHER]) == [SECRET, "<secret>"]
    redaction.learn([Secret(OTHER), Secret(SECRET)])
    assert redaction.value([SECRET, OTHER]) == ["<secret>", "<secret>"]


def test_what_is_written_while_a_secret_is_learnt_is_redacted(monkeypatch):
    redaction, secrets, written = Redaction(), [Secret(OTHER)], []
    forms = secret_search.written_forms

    def writing(text):
        monkeypatch.setattr(secret_search, "written_forms", forms)
        redaction.learn(secrets)
        written.append(redaction.text(OTHER))
        return forms(text)

    monkeypatch.setattr(secret_search, "written_forms", writing)
    redaction.learn(secrets)
    assert [*written, redaction.text(OTHER)] == ["<secret>", "<secret>"]


def test_what_is_public_later_is_left_alone():
    redaction = Redaction([Secret(OTHER), Secret(SECRET)])
    redaction.make_public([f"the {OTHER} of a requirement"])
    redaction.learn([Secret(OTHER)])
    assert redaction.value([SECRET, OTHER]) == ["<secret>", OTHER]
