"""The file of waivers: what is read, and what is refused with its line."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exgate.inventory import document
from exgate.plugin.options import whole_id
from exgate.waivers import WaiverError, read_waivers

from .conftest import NOW, waiver

GOOD = {
    "requirement": "KB817379-02",
    "hosts": "be01",
    "reason": "Phones use the new gateway until spring",
    "owner": "jane.doe@example.com",
    "approved_by": "cio@example.com",
    "ticket": "CHG-1234",
    "granted": "2026-11-01",
    "expires": "2026-12-31",
}
LINES = {name: number for number, name in enumerate(GOOD, 2)}
FIELDS = ", ".join(GOOD)
NO_DATE = "expected a date, for example 2026-12-31"


def text(without=(), **changes):
    """A file with one waiver; requirement is in line 2, the other fields in the lines below."""
    fields = {name: value for name, value in (GOOD | changes).items() if name not in without}
    first, *others = [f"{name.replace('_AND_', '-')}: {value}" for name, value in fields.items()]
    return "\n    ".join([f"waivers:\n  - {first}", *others]) + "\n"


def test_a_waiver(load):
    file = load(text())
    assert file.waivers == (waiver(),)
    assert (file.path, dict(file.named)) == (Path("waivers.yml"), {"KB817379-02": 2})


@pytest.mark.parametrize(
    ("field", "written", "read"),
    (
        pytest.param("requirement", '"02"', ("KB817379-02",), id="short-form"),
        pytest.param("requirement", "'2'", ("KB817379-02",), id="shorter-form"),
        pytest.param("requirement", "kb817379-02", ("KB817379-02",), id="lower-case"),
        pytest.param("requirement", "['02', KB817379-15, '2']", ("KB817379-02", "KB817379-15"), id="list"),
        pytest.param("hosts", "prague:&backends:!be07", "prague:&backends:!be07", id="pattern"),
        pytest.param("hosts", "'*'", "*", id="quoted-pattern"),
        pytest.param("hosts", "~be0[12]", "~be0[12]", id="regular-expression"),
        pytest.param("ticket", "0815", "0815", id="number-as-ticket"),
        pytest.param("ticket", "'2026-11-01'", "2026-11-01", id="quoted-date-as-ticket"),
        pytest.param("reason", '"two\\nlines\\r\\n and\\ttabs "', "two lines and tabs", id="line-breaks"),
        pytest.param("reason", '"\\x00\\x1b[31m\\u202e\\u2028x"', "\ufffd\ufffd[31m\ufffd x", id="control-characters"),
        pytest.param("reason", "'\"><script>]]>&amp;'", '"><script>]]>&amp;', id="markup"),
        pytest.param("reason", "{{{{ x }}}}".replace("{{{{", "'{{").replace("}}}}", "}}'"), "{{ x }}", id="template"),
        pytest.param("reason", "x" * 1000, "x" * 1000, id="longest"),
        pytest.param("granted", "'2026-11-20'", date(2026, 11, 20), id="quoted-date"),
        pytest.param("granted", '"2026-11-20"', date(2026, 11, 20), id="date-of-today"),
        pytest.param("expires", "2026-11-01", date(2026, 11, 1), id="one-day"),
        pytest.param("expires", "9999-12-31", date(9999, 12, 31), id="last-date"),
        pytest.param("expires", "!!str 2026-12-31", date(2026, 12, 31), id="tagged-as-text"),
    ),
)
def test_a_field(load, field, written, read):
    name = "requirements" if field == "requirement" else field
    assert getattr(load(text(**{field: written})).waivers[0], name) == read


@pytest.mark.parametrize(
    ("field", "written", "problem"),
    (
        *(
            pytest.param("expires", written, f"{problem}; {NO_DATE}", id=name)
            for name, written, problem in (
                ("german", "31.12.2026", 'expires is "31.12.2026"'),
                ("american", "12/31/2026", 'expires is "12/31/2026"'),
                ("one-digit", "2026-1-5", 'expires is "2026-1-5"'),
                ("with-a-time", "2026-12-31 10:00", 'expires is "2026-12-31 10:00"'),
                ("timestamp", "2026-12-31 10:00:00", 'expires is "2026-12-31 10:00:00"'),
                ("timestamp-with-zone", "2026-12-31T10:00:00Z", 'expires is "2026-12-31T10:00:00Z"'),
                ("compact", "20261231", 'expires is a whole number ("20261231")'),
                ("quoted-compact", "'20261231'", 'expires is "20261231"'),
                ("week", "2026-W53-4", 'expires is "2026-W53-4"'),
                ("year", "2026", 'expires is a whole number ("2026")'),
                ("year-and-month", "2026-12", 'expires is "2026-12"'),
                ("underscores", "2026_12_31", 'expires is a whole number ("2026_12_31")'),
                ("sexagesimal", "20:26:12", 'expires is a whole number ("20:26:12")'),
                ("sexagesimal-float", "20:26.12", 'expires is a decimal number ("20:26.12")'),
                ("octal", "0o17", 'expires is "0o17"'),
                ("float", "2026.12", 'expires is a decimal number ("2026.12")'),
                ("boolean", "on", 'expires is a boolean ("on")'),
                ("infinity", ".inf", 'expires is a decimal number (".inf")'),
                ("null", "~", "expires is null"),
                ("nothing", "", "expires is null"),
                ("empty", "''", 'expires is ""'),
                ("list", "[2026-12-31]", "expires is a list"),
                ("mapping", "{a: 1}", "expires is a mapping"),
                ("tag", "!date 2026-12-31", 'expires is a value with the tag !date ("2026-12-31")'),
                ("spaces", "' 2026-12-31'", 'expires is "2026-12-31"'),
                ("arabic-digits", "٢٠٢٦-١٢-٣١", 'expires is "٢٠٢٦-١٢-٣١"'),
                ("long", "x" * 100, f'expires is "{"x" * 60}..."'),
                ("escape", '"\\x1b[31m"', 'expires is "\ufffd[31m"'),
            )
        ),
        pytest.param("expires", "2026-13-01", "expires is 2026-13-01, and there is no such day", id="month-13"),
        pytest.param("expires", "2026-02-29", "expires is 2026-02-29, and there is no such day", id="leap-day"),
        pytest.param("granted", "0000-01-01", "granted is 0000-01-01, and there is no such day", id="year-0"),
        pytest.param("expires", "2026-10-31", "expires is 2026-10-31, before granted, 2026-11-01", id="before-granted"),
        pytest.param(
            "granted", "2026-11-21", "granted is 2026-11-21, in the future: today is 2026-11-20 (UTC)", id="tomorrow"
        ),
        pytest.param(
            "requirement", "02", "requirement is a whole number; expected a text (put it in quotes)", id="unquoted-02"
        ),
        pytest.param(
            "requirement",
            "[02]",
            "requirement is a whole number; expected a text (put it in quotes)",
            id="02-in-a-list",
        ),
        pytest.param("requirement", "[]", "requirement is an empty list", id="no-requirement"),
        pytest.param("requirement", "~", "requirement is null; expected a text", id="null-requirement"),
        pytest.param("requirement", "[[x]]", "requirement is a list; expected a text", id="nested-list"),
        pytest.param(
            "requirement", "'02, 15'", 'requirement is "02, 15"; for several ids give a list: [ID, ID]', id="two-in-one"
        ),
        pytest.param("hosts", "[be01, be02]", "hosts is a list; expected a text", id="hosts-as-a-list"),
        pytest.param(
            "hosts",
            "!be07",
            "hosts is a value with the tag !be07; expected a text (put it in quotes)",
            id="exclamation",
        ),
        pytest.param(
            "hosts", "7", "hosts is a whole number; expected a text (put it in quotes)", id="hosts-as-a-number"
        ),
        pytest.param("hosts", "~", "hosts is null; expected a text", id="hosts-null"),
        pytest.param("reason", "", "reason is null; expected a text", id="no-reason"),
        pytest.param("reason", "''", "reason is empty", id="empty-reason"),
        pytest.param("reason", '" \\n "', "reason is empty", id="blank-reason"),
        pytest.param("reason", "yes", "reason is a boolean; expected a text (put it in quotes)", id="boolean-reason"),
        pytest.param("reason", "x" * 1001, "reason is longer than 1000 characters", id="too-long"),
        pytest.param("owner", "7", "owner is a whole number; expected a text (put it in quotes)", id="number-as-owner"),
        pytest.param(
            "ticket", "2026-11-01", "ticket is a date; expected a text (put it in quotes)", id="date-as-ticket"
        ),
        pytest.param(
            "ticket", "7.50", "ticket is a decimal number; expected a text (put it in quotes)", id="float-as-ticket"
        ),
        pytest.param("approved_by", "{{ cio }}", "approved_by is a mapping; expected a text", id="template"),
    ),
)
def test_a_wrong_field(load, field, written, problem):
    with pytest.raises(WaiverError) as raised:
        load(text(**{field: written}))
    assert str(raised.value) == f"waivers.yml:{LINES[field]}: {problem}"


@pytest.mark.parametrize(
    ("content", "message"),
    (
        *(
            pytest.param(text(without=(name,)), f"waivers.yml:2: the waiver has no {name}", id=f"no-{name}")
            for name in GOOD
        ),
        pytest.param(
            text(without=("owner", "ticket")), "waivers.yml:2: the waiver has no owner, no ticket", id="two-missing"
        ),
        *(
            pytest.param(
                text(**{wrong: "x"}),
                f'waivers.yml:10: "{wrong.replace("_AND_", "-")}" is not known; did you mean {meant}?',
                id=wrong,
            )
            for wrong, meant in (
                ("expire", "expires"),
                ("Expires", "expires"),
                ("requirements", "requirement"),
                ("host", "hosts"),
                ("reasons", "reason"),
                ("approved_AND_by", "approved_by"),
                ("approvedby", "approved_by"),
                ("grant", "granted"),
                ("tickets", "ticket"),
                ("ovner", "owner"),
            )
        ),
        pytest.param(
            text(comment="x"), f'waivers.yml:10: "comment" is not known; a waiver has {FIELDS}', id="strange-key"
        ),
        pytest.param(
            text(**{'"\\e[1m"': "x"}), f'waivers.yml:10: "\ufffd[1m" is not known; a waiver has {FIELDS}', id="escape"
        ),
        pytest.param(
            text() + "    owner: x\n",
            'waivers.yml:10: "owner" is given twice in one mapping, first in line 5',
            id="twice",
        ),
        pytest.param(
            '"a\\n\\e": 1\n"a\\n\\e": 2\n',
            'waivers.yml:2: "a\ufffd\ufffd" is given twice in one mapping, first in line 1',
            id="escapes-twice",
        ),
        pytest.param("waiver: []\n", 'waivers.yml:1: "waiver" is not known; did you mean waivers?', id="root-key"),
        pytest.param(
            "x: 1\nwaivers: []\n", 'waivers.yml:1: "x" is not known; the file has waivers', id="another-root-key"
        ),
        pytest.param(
            "- requirement: '02'\n",
            'waivers.yml:1: the file is a list; expected a mapping with "waivers", a list',
            id="list",
        ),
        pytest.param(
            "[backends]\nbe01\n", "waivers.yml:2: not valid YAML: did not find expected <document start>", id="not-ini"
        ),
        pytest.param(
            "waivers: {a: 1}\n",
            'waivers.yml:1: "waivers" is a mapping; expected a list (each waiver begins with "-")',
            id="mapping",
        ),
        pytest.param(
            "waivers: [x]\n",
            f"waivers.yml:1: a waiver is a text; expected a mapping with {FIELDS}",
            id="text-as-waiver",
        ),
        pytest.param(
            "waivers:\n  -\n", f"waivers.yml:2: a waiver is null; expected a mapping with {FIELDS}", id="null"
        ),
        pytest.param(
            "", 'waivers.yml:1: the file is empty; expected a mapping with "waivers", a list', id="empty-file"
        ),
        pytest.param("waivers: [{? [a] : b}]\n", "waivers.yml:1: a key is a list; expected a text", id="list-as-key"),
        pytest.param(
            "waivers:\n  - &a\n    <<: *a\n", "waivers.yml:3: a mapping is merged into itself", id="merged-into-itself"
        ),
        pytest.param("waivers: [*a]\n", "waivers.yml:1: not valid YAML: found undefined alias", id="undefined-alias"),
        pytest.param("a: \x07\n", "waivers.yml:1: the character U+0007 is not allowed in YAML", id="control-character"),
        pytest.param(b"\xff\xfe\x00", "waivers.yml:1: the file is not UTF-8; save it as UTF-8", id="utf-16"),
        pytest.param(
            "$ANSIBLE_VAULT;1.1\n",
            "waivers.yml:1: the file is encrypted with Ansible Vault; it is needed in clear",
            id="vault",
        ),
        pytest.param(b"#" * (2**20 + 1), "waivers.yml: is larger than a MiB", id="huge"),
    ),
)
def test_a_wrong_file(load, content, message):
    with pytest.raises(WaiverError) as raised:
        load(content)
    assert str(raised.value) == message


@pytest.mark.parametrize("content", ("waivers:\n", "waivers: []\n", "{}\n", "waivers: # none yet\n"))
def test_no_waivers(load, content):
    assert load(content).waivers == ()


def test_a_second_waiver_is_judged_at_its_own_line(load):
    with pytest.raises(WaiverError, match=re.escape("waivers.yml:17: expires is")):
        load(text() + text(expires="soon").removeprefix("waivers:\n"))


def test_merge_keys_repeat_what_another_waiver_says(load):
    content = text().replace("- requirement", "- &first\n    requirement") + (
        "  - <<: *first\n    requirement: '15'\n    expires: 2027-01-31\n"
    )
    first, second = load(content).waivers
    assert first == waiver()
    assert second == waiver(source="waivers.yml:11", requirements=("KB817379-15",), expires=date(2027, 1, 31))


def test_an_error_in_what_is_merged_has_the_line_where_it_stands(load):
    content = text(expires="soon").replace("- requirement", "- &first\n    requirement")
    with pytest.raises(WaiverError, match=r"waivers\.yml:10: expires is"):
        load(content + "  - <<: *first\n    requirement: '15'\n")


@pytest.mark.parametrize(
    ("now", "is_fine"),
    (
        pytest.param("2026-10-31T23:59:59+00:00", False, id="the-day-before"),
        pytest.param("2026-11-01T00:00:00+00:00", True, id="midnight"),
        pytest.param("2026-11-01T08:00:00+13:00", False, id="auckland-is-ahead"),
    ),
)
def test_granted_counts_in_utc(load, now, is_fine):
    if is_fine:
        assert load(text(), datetime.fromisoformat(now)).waivers
        return
    with pytest.raises(WaiverError, match="in the future: today is 2026-10-31 "):
        load(text(), datetime.fromisoformat(now))


def test_an_unknown_requirement_has_its_line(load):
    file = load(text(requirement="\n      - '02'\n      - KB817379-99"))
    file.refuse_unknown({"KB817379-02", "KB817379-99"})
    with pytest.raises(WaiverError) as raised:
        file.refuse_unknown({"KB817379-15", "KB817379-02"})
    assert str(raised.value) == (
        'waivers.yml:4: there is no requirement "KB817379-99"; known are KB817379-02, KB817379-15'
    )


def test_what_is_no_file(tmp_path):
    with pytest.raises(WaiverError) as missing:
        read_waivers(tmp_path / "gone.yml", NOW, whole_id)
    assert str(missing.value) == f"{tmp_path / 'gone.yml'}: the file does not exist"
    with pytest.raises(WaiverError) as folder:
        read_waivers(tmp_path, NOW, whole_id)
    assert str(folder.value) == f"{tmp_path}: is a directory; name a file in it"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="devices are POSIX's")
def test_a_device_is_not_read():
    with pytest.raises(WaiverError) as raised:
        read_waivers(Path("/dev/zero"), NOW, whole_id)
    assert str(raised.value) == "/dev/zero: is not a file"


def test_windows_line_ends_and_a_byte_order_mark(load):
    assert load(b"\xef\xbb\xbf" + text().replace("\n", "\r\n").encode()).waivers == (waiver(),)


@pytest.mark.parametrize("loader", ("CSafeLoader", "SafeLoader"))
def test_deep_nesting_is_refused(load, monkeypatch, loader):
    monkeypatch.setattr(document, "_LOADER", getattr(yaml, loader, yaml.SafeLoader))
    with pytest.raises(WaiverError, match=r"^waivers\.yml:1: "):
        load("[" * 100_000)


def test_aliases_that_double_are_no_trouble(load):
    lists = "".join(f"a{link}: &a{link} [{f'*a{link - 1}, ' * 2}]\n" for link in range(1, 64))
    with pytest.raises(WaiverError, match='"a0" is not known'):
        load(f"a0: &a0 [x]\n{lists}")


def refusal(load, content):
    """What reading says: "read", or the error."""
    try:
        load(content)
    except WaiverError as error:
        return str(error) if str(error).isprintable() else repr(error)
    return "read"


PIECES = st.sampled_from(
    [
        *GOOD,
        "waivers",
        ":",
        " ",
        "\n",
        "\n  - ",
        "\n    ",
        "<<",
        "&a ",
        "*a",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "\\",
        "!x ",
        "02",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda p: "".join(p).encode())))
def test_whatever_is_in_it_the_file_is_read_or_refused_in_one_line(load, content):
    assert re.fullmatch(r"read|waivers\.yml:\d+: .+", refusal(load, content))
