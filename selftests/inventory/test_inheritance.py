import pytest

LOG_ON = "user: u, password: {env: P}, role: sbs"


@pytest.mark.parametrize(
    ("text", "organization"),
    (
        pytest.param("all: {hosts: {h: }, vars: {organization: of-all}}", "of-all", id="all"),
        pytest.param(
            "all: {vars: {organization: of-all}}\ng: {hosts: {h: }, vars: {organization: of-g}}",
            "of-g",
            id="group-beats-all",
        ),
        pytest.param(
            "p: {vars: {organization: of-p}, children: {c: {hosts: {h: }, vars: {organization: of-c}}}}",
            "of-c",
            id="child-beats-parent",
        ),
        pytest.param(
            "p: {vars: {organization: of-p}, children: {a: {hosts: {h: }, vars: {organization: of-a}}}}",
            "of-a",
            id="child-beats-parent-whatever-their-names",
        ),
        pytest.param(
            "b: {hosts: {h: }, vars: {organization: of-b}}\na: {hosts: {h: }, vars: {organization: of-a}}",
            "of-b",
            id="same-depth-last-of-the-alphabet-wins",
        ),
        pytest.param(
            "b: {hosts: {h: }, vars: {organization: of-b}}\n"
            "a: {hosts: {h: }, vars: {organization: of-a, ansible_group_priority: 10}}",
            "of-a",
            id="priority-beats-the-alphabet",
        ),
        pytest.param(
            "z: {hosts: {h: }, vars: {organization: of-z}}\n"
            "p: {children: {q: {children: {a: {hosts: {h: }, vars: {organization: of-a}}}}}}",
            "of-a",
            id="deeper-beats-shallower",
        ),
        pytest.param("g: {hosts: {h: {organization: own}}, vars: {organization: of-g}}", "own", id="host-beats-group"),
        pytest.param(
            "g: {hosts: {h: {organization: first}}}\nf: {hosts: {h: {organization: second}}}",
            "second",
            id="host-in-two-places-later-wins",
        ),
        pytest.param(
            "g: {hosts: {h: {organization: first}}}\nf: {hosts: {h: {site: 2}}}",
            "first",
            id="host-in-two-places-merges",
        ),
        pytest.param(
            "g: {hosts: {h: }, vars: {organization: first}}\nf: {children: {g: {vars: {site: 2}}}}",
            "first",
            id="group-in-two-places-merges",
        ),
        pytest.param(
            "g: {hosts: {h: {organization: null}}, vars: {organization: of-g}}", None, id="null-takes-it-away"
        ),
        pytest.param(
            "x: {vars: &v {organization: merged, site: 4}}\ng: {hosts: {h: }, vars: {<<: *v}}", "merged", id="merge-key"
        ),
        pytest.param(
            "x: {vars: &v {organization: merged}}\ng: {hosts: {h: }, vars: {organization: own, <<: *v}}",
            "own",
            id="own-key-beats-merge-key",
        ),
        pytest.param(
            "x: {vars: &v {organization: v}}\ny: {vars: &w {organization: w}}\ng: {hosts: {h: }, vars: {<<: [*v, *w]}}",
            "v",
            id="first-merged-mapping-wins",
        ),
    ),
)
def test_variable_that_wins(load, text, organization):
    # The log-on stands in the least specific place, where it cannot disturb.
    inventory = load(text + f"\nroot: {{vars: {{{LOG_ON}}}, hosts: {{h: }}}}")
    assert inventory.settings("h").organization == organization


def test_variables_of_ungrouped_beat_those_of_all(load):
    inventory = load(f"""
        all: {{hosts: {{h: }}, vars: {{organization: of-all, {LOG_ON}}}}}
        ungrouped: {{vars: {{organization: of-ungrouped}}}}
        """)
    assert inventory.settings("h").organization == "of-ungrouped"


def test_groups_of_a_host_are_least_specific_first(load):
    inventory = load(f"""
        all:
          vars: {{{LOG_ON}}}
          children:
            region: {{children: {{zlin: {{hosts: {{h: }}}}, brno: {{hosts: {{h: }}}}}}}}
            critical: {{hosts: {{h: }}}}
            spare: {{hosts: {{x: }}}}
          hosts: {{y: }}
        """)
    assert inventory.settings("h").groups == ("critical", "region", "brno", "zlin")
    assert inventory.settings("y").groups == ("ungrouped",)
