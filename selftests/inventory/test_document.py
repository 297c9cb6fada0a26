import pytest
import yaml

from exgate.inventory import InventoryError, document, load_inventory

BROKEN = [
    pytest.param("", "1: the file is empty; expected a mapping of groups", id="empty"),
    pytest.param("# nothing\n", "1: the file is empty; expected a mapping of groups", id="comment-only"),
    pytest.param(
        "all:\n  hosts:\n    a:\n    b:\n    a:\n",
        '5: "a" is given twice in one mapping, first in line 3',
        id="host-twice",
    ),
    pytest.param(
        "all:\n  vars:\n    x: [{k: 1,\n    k: 2}]\n",
        '4: "k" is given twice in one mapping, first in line 3',
        id="key-twice-deep-in-an-unknown-variable",
    ),
    pytest.param(
        "all: {hosts: {a: }}\nall: {}\n", '2: "all" is given twice in one mapping, first in line 1', id="group-twice"
    ),
    pytest.param(
        "$ANSIBLE_VAULT;1.1;AES256\n3839\n",
        "1: the file is encrypted with Ansible Vault; it is needed in clear",
        id="vault",
    ),
    pytest.param(
        "; hosts\n[backends]\nbe01\n",
        "1: this is Ansible's INI layout; convert it with: ansible-inventory -i inv.yml --list --yaml",
        id="ini",
    ),
    pytest.param("all:\n  a: \x07\n", "2: the character U+0007 is not allowed in YAML", id="control-character"),
    pytest.param(
        "a: 1\n---\nb: 2\n",
        "2: not valid YAML: expected a single document in the stream that begins in line 1, but found another document",
        id="two-documents",
    ),
    pytest.param("a:\n  b: c: d\n", "2: not valid YAML: mapping values are not allowed ", id="colon-in-a-text"),
    pytest.param(
        "a: 'b\nc: d\n",
        "3: not valid YAML: while scanning a quoted scalar that begins in line 1, found unexpected end of stream",
        id="unclosed-quote",
    ),
    pytest.param("a: *nothing\n", "1: not valid YAML: found undefined alias", id="undefined-alias"),
]


@pytest.fixture(params=["libyaml", "python"])
def loader(request, monkeypatch):
    """PyYAML with and without libyaml, as not every installation has it."""
    name = {"libyaml": "CSafeLoader", "python": "SafeLoader"}[request.param]
    if not hasattr(yaml, name):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(document, "_LOADER", getattr(yaml, name))


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_broken_file_is_refused(write, text, message):
    path = write("")
    path.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(InventoryError) as raised:
        load_inventory(path)
    # libyaml and PyYAML end some sentences differently, the line and the beginning are the same.
    assert str(raised.value).startswith(f"inv.yml:{message}")


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    "line",
    (
        pytest.param("password: *hunter2hunter2", id="alias"),
        pytest.param("password: !hunter2hunter2!x y", id="tag"),
        pytest.param("password: 'hunter2hunter2", id="unclosed-quote"),
        pytest.param("password: hunter2hunter2: x", id="colon"),
        pytest.param("password: @hunter2hunter2", id="at-sign"),
        pytest.param("password: |hunter2hunter2", id="block"),
        pytest.param('password: "\\hunter2hunter2"', id="backslash"),
        pytest.param('password: {env: "a"hunter2hunter2}', id="after-a-quote"),
    ),
)
def test_syntax_error_does_not_show_the_file(load, line):
    with pytest.raises(InventoryError) as raised:
        load(f"all:\n  vars:\n    {line}\n")
    assert str(raised.value).startswith("inv.yml:3: not valid YAML: ") or "that begins in line 3" in str(raised.value)
    assert "unter2" not in str(raised.value)


def test_deep_nesting_is_refused(load, monkeypatch):
    # libyaml alone can compose this.
    monkeypatch.setattr(document, "_LOADER", yaml.SafeLoader)
    with pytest.raises(InventoryError) as raised:
        load("[" * 5000 + "]" * 5000)
    assert str(raised.value) == "inv.yml:1: nested too deeply"


def test_other_encoding_is_refused(write):
    path = write("")
    path.write_bytes("all:\n  hosts:\n    m\u00fcnchen:\n".encode("latin-1"))
    with pytest.raises(InventoryError) as raised:
        load_inventory(path)
    assert str(raised.value) == "inv.yml:3: the file is not UTF-8; save it as UTF-8"


def test_byte_order_mark_and_windows_line_ends_are_fine(write):
    path = write("")
    path.write_bytes("\ufeffall:\r\n  hosts:\r\n    b\u00fcro:\r\n".encode())
    assert dict(load_inventory(path).hosts) == {"b\u00fcro": "inv.yml:3"}


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InventoryError) as raised:
        load_inventory(tmp_path / "prod.yml")
    assert str(raised.value) == f"{tmp_path / 'prod.yml'}: the file does not exist"


def test_folder_is_refused(tmp_path):
    with pytest.raises(InventoryError) as raised:
        load_inventory(tmp_path)
    assert str(raised.value) == f"{tmp_path}: is a directory; name a file in it"


def test_merge_key_may_repeat(load):
    inventory = load("x: &x {hosts: {a: }}\ny: &y {vars: {}}\nz: {<<: *x, <<: *y}")
    assert inventory.groups["z"] == ("a",)


def test_many_empty_lines_are_fine(load):
    assert dict(load("#" + "\n" * 20_000 + "all: {hosts: {a: }}").hosts) == {"a": "inv.yml:20001"}


def chain(links, merged):
    """A mapping merged into the next, link for link."""
    return "a0: &a0 {}\n" + "".join(
        f"a{link}: &a{link} {{<<: {merged.format(link - 1)}}}\n" for link in range(1, links)
    )


def test_what_is_merged_in_two_places_does_not_double_with_each(load):
    assert len(load(chain(64, "[*a{0}, *a{0}]")).groups) == 66


def test_a_long_chain_of_merged_mappings_is_refused(load):
    with pytest.raises(InventoryError) as raised:
        load(chain(3000, "*a{0}"))
    assert str(raised.value).partition(": ")[2] == "mappings are merged into one another too deeply"
