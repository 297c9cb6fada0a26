import pytest

from exgate.inventory import InventoryError


@pytest.mark.parametrize(
    ("text", "groups"),
    (
        pytest.param("all: {hosts: , children: , vars: }", {"all": (), "ungrouped": ()}, id="nulls"),
        pytest.param("all:", {"all": (), "ungrouped": ()}, id="nothing-in-it"),
        pytest.param("all: {hosts: {a: , b: }}", {"all": ("a", "b"), "ungrouped": ("a", "b")}, id="hosts-of-all"),
        pytest.param(
            "web: {hosts: {a: }}\nmail: {hosts: {b: , a: }}",
            {"web": ("a",), "mail": ("a", "b"), "all": ("a", "b"), "ungrouped": ()},
            id="groups-at-the-top",
        ),
        pytest.param(
            "all: {hosts: {a: , b: }, children: {web: {hosts: {b: }}}}",
            {"all": ("a", "b"), "web": ("b",), "ungrouped": ("a",)},
            id="ungrouped-is-what-only-all-names",
        ),
        pytest.param(
            "web: {hosts: {a: }}\nall: {children: {web: }}",
            {"web": ("a",), "all": ("a",), "ungrouped": ()},
            id="child-defined-elsewhere",
        ),
        pytest.param(
            "all: {children: {x: {children: {y: {hosts: {a: }}}}, z: {children: {y: {hosts: {b: }}}}}}",
            {"all": ("a", "b"), "x": ("a", "b"), "y": ("a", "b"), "z": ("a", "b"), "ungrouped": ()},
            id="group-with-two-parents-merges",
        ),
        pytest.param(
            "x: &body {hosts: {a: }}\ny: *body",
            {"x": ("a",), "y": ("a",), "all": ("a",), "ungrouped": ()},
            id="alias",
        ),
        pytest.param(
            "x: &body {hosts: {a: }}\ny: {<<: *body, vars: {}}",
            {"x": ("a",), "y": ("a",), "all": ("a",), "ungrouped": ()},
            id="merge-key",
        ),
        pytest.param(
            "all: {hosts: {'h[1:2]': , h2: , h3: }}",
            {"all": ("h1", "h2", "h3"), "ungrouped": ("h1", "h2", "h3")},
            id="range-and-name-overlap",
        ),
    ),
)
def test_members(load, text, groups):
    assert dict(load(text).groups) == groups


def test_host_knows_where_it_is_first_named(load):
    inventory = load("""
        web:
          hosts:
            a:
            b[1:2]:
        mail:
          hosts:
            b1:
            c:
        """)
    assert dict(inventory.hosts) == {"a": "inv.yml:3", "b1": "inv.yml:4", "b2": "inv.yml:4", "c": "inv.yml:8"}


@pytest.mark.parametrize(
    ("text", "message"),
    (
        pytest.param("- be01", "1: the file is a list; expected a mapping of groups", id="list-at-the-top"),
        pytest.param("be01", "1: the file is a text; expected a mapping of groups", id="text-at-the-top"),
        pytest.param(
            "all:\n  hosts:\n    - be01",
            '2: hosts of group all: a list; expected a mapping (write "name:", not "- name")',
            id="hosts-as-a-list",
        ),
        pytest.param("web:\n  hosts: 7", "2: hosts of group web: a whole number; expected a mapping", id="hosts-as-7"),
        pytest.param(
            "all:\n  children: [web]",
            '2: children of group all: a list; expected a mapping (write "name:", not "- name")',
            id="children-as-a-list",
        ),
        pytest.param("web:\n  vars: x", "2: vars of group web: a text; expected a mapping", id="vars-as-a-text"),
        pytest.param("web:\n  hosts:\n    a: 10.0.0.5", "3: host a: a text; expected a mapping", id="host-as-a-text"),
        pytest.param(
            "all:\nweb: be01",
            "2: group web is a text; expected a mapping with hosts, children or vars",
            id="group-as-a-text",
        ),
        pytest.param(
            "web:\n  host:\n    a:", '2: group web: "host" is not known; did you mean hosts?', id="misspelt-section"
        ),
        pytest.param(
            "all:\n  children:\n    backend:\nbackends:\n  hosts: {a: }",
            '3: child group "backend" of group all is not defined; did you mean backends?',
            id="unknown-child",
        ),
        pytest.param(
            "all:\n  children:\n    spare:",
            '3: child group "spare" of group all is not defined; for an empty group write spare: {}',
            id="unknown-child-near-nothing",
        ),
        pytest.param(
            "x:\n  children:\n    y:\ny:\n  children:\n    x:",
            "6: group x is a child of itself: x > y > x",
            id="cycle",
        ),
        pytest.param("x:\n  children:\n    x:", "3: group x is a child of itself: x > x", id="own-child"),
        pytest.param(
            "x:\n  children:\n    y:\n      children:\n        z:\n          children:\n            y:",
            "7: group y is a child of itself: y > z > y",
            id="cycle-below",
        ),
        pytest.param(
            "x:\n  children:\n    all:\nall: {hosts: {a: }}",
            "3: group all is a child of itself: all > x > all",
            id="all-as-a-child",
        ),
        pytest.param(
            "x: &x\n  children:\n    y: *x", "3: group y is a child of itself: y > y", id="alias-within-itself"
        ),
        pytest.param(
            "x:\n  hosts: &h\n    <<: *h\n    a:", "3: a mapping is merged into itself", id="merged-into-itself"
        ),
        pytest.param("x:\n  vars:\n    <<: 7", "3: a whole number is merged; expected a mapping", id="merged-vars"),
        pytest.param("x:\n  hosts:\n    <<: 7", "3: a whole number is merged; expected a mapping", id="merged-number"),
        pytest.param("x:\n  hosts:\n    {{ name }}:", "3: a key is a mapping; expected a text", id="template-as-a-key"),
        pytest.param(
            "x y:\n  hosts:",
            '1: group name "x y" is empty or holds white space or one of : , & ! ~ * ? [ ]',
            id="group-name",
        ),
        pytest.param("x:\n  hosts:\n    be[9:1]:", '3: host name "be[9:1]": "[9:1]" ends before it begins', id="range"),
    ),
)
def test_malformed_nesting_is_refused(load, text, message):
    with pytest.raises(InventoryError) as raised:
        load(text)
    assert str(raised.value) == f"inv.yml:{message}"


def test_aliases_of_aliases_are_read_once(load):
    levels = [f"g{n}: &g{n} {{children: {{l{n}: *g{n - 1}, r{n}: *g{n - 1}}}}}" for n in range(1, 60)]
    inventory = load("\n".join(["g0: &g0 {hosts: {a: }}", *levels]))
    assert inventory.groups["l59"] == ("a",)


@pytest.mark.parametrize(
    ("text", "warnings"),
    (
        pytest.param("all: {hosts: {a: {unknown: 1, my_role: 2}}}", [], id="unknown-variable"),
        pytest.param(
            "all:\n  hosts:\n    a:\n      organisation: x",
            ['inv.yml:4: variable "organisation" is not known; did you mean organization?'],
            id="misspelt-in-a-host",
        ),
        pytest.param(
            "all:\n  vars:\n    adress: x\n    rolle: sbs",
            [
                'inv.yml:3: variable "adress" is not known; did you mean address?',
                'inv.yml:4: variable "rolle" is not known; did you mean role?',
            ],
            id="misspelt-in-a-group",
        ),
        pytest.param(
            "all:\n  hosts:\n    a: {Role: sbs}\n    b: {Role: sbs}",
            ['inv.yml:3: variable "Role" is not known (and 1 more); did you mean role?'],
            id="other-case-twice",
        ),
        pytest.param(
            "all:\n  hosts:\n    h[1:9]:\n      test-mailbox: x",
            ['inv.yml:4: variable "test-mailbox" is not known; did you mean test_mailbox?'],
            id="range-warns-once",
        ),
        pytest.param("all: {vars: {ansible_port_: 1, ansible_role: x}}", [], id="ansible-variables-are-ansibles"),
        pytest.param(
            "web:\n  role: sbs",
            ['inv.yml:2: group web: "role" is ignored; a group has hosts, children and vars'],
            id="variable-beside-vars",
        ),
        pytest.param(
            "web:\n  hosts:\n    web:",
            ['inv.yml:3: "web" is a host and a group; a pattern means the group'],
            id="host-named-like-a-group",
        ),
    ),
)
def test_warnings(load, text, warnings):
    assert list(load(text).warnings) == warnings


def test_ansibles_folders_of_variables_are_told_to_be_unread(load, tmp_path):
    (tmp_path / "group_vars").mkdir()
    assert load("all: {hosts: {a: }}").warnings == (
        "group_vars: this folder is not read; put its variables into inv.yml",
    )
