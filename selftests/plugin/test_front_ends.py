"""Which front-end servers stand beside a host, by the whole inventory."""

import pytest

from exgate.facts.unknown import Unknown
from exgate.inventory import load_inventory
from exgate.plugin.front_ends import FrontEnds

HOST = "user: u, password: {env: P}"
BACK_END_ALONE = Unknown(
    "role back-end means that there is a front-end server, but the inventory names none of its own",
    "name it in the inventory, or set role: standalone for this server",
)


@pytest.mark.parametrize(
    ("ours", "others", "expected"),
    (
        pytest.param("role: standalone", (), (), id="alone"),
        pytest.param("role: sbs, organization: A", ("role: back-end, organization: A",), (), id="no-front-end"),
        pytest.param(
            "role: standalone, organization: A", ("role: front-end, organization: A",), ("h1",), id="the-same"
        ),
        pytest.param(
            "role: standalone, organization: a", ("role: front-end, organization: 'A '",), ("h1",), id="spelling"
        ),
        pytest.param("role: standalone, organization: A", ("role: front-end, organization: B",), (), id="another"),
        pytest.param(
            "role: standalone, organization: A",
            ("role: front-end, organization: B", "role: front-end, organization: A", "role: front-end"),
            ("h2",),
            id="several",
        ),
        pytest.param(
            "role: standalone",
            ("role: front-end, organization: A",),
            Unknown(
                "the inventory names front-end servers (h1), but not this server's organization",
                "set organization: for this server",
            ),
            id="our-organization-is-not-said",
        ),
        pytest.param(
            "role: standalone, organization: A",
            ("role: front-end",),
            Unknown(
                "the inventory does not say which organization the front-end server h1 belongs to",
                "set organization: for it",
            ),
            id="its-organization-is-not-said",
        ),
        pytest.param(
            "role: standalone",
            ("organization: A",),
            Unknown("the inventory does not say what h1 is", "set role: for it"),
            id="a-role-is-not-said",
        ),
        pytest.param(
            "role: standalone",
            ("role: back-office",),
            Unknown(
                'the inventory\'s front-end servers are not known: {file}:4: host h1: role "back-office" is not one of '
                "back-end, standalone, sbs, front-end",
                "correct the inventory",
            ),
            id="a-role-is-wrong",
        ),
        pytest.param("role: back-end", (), BACK_END_ALONE, id="a-back-end-alone"),
        pytest.param(
            "role: back-end, organization: A",
            ("role: front-end, organization: B",),
            BACK_END_ALONE,
            id="a-back-end-of-another-organization",
        ),
        pytest.param(
            "role: back-end, organization: A", ("role: front-end, organization: A",), ("h1",), id="a-back-end-with-one"
        ),
    ),
)
def test_front_ends_beside(tmp_path, ours, others, expected):
    file = tmp_path / "hosts.yml"
    hosts = [ours, *others]
    file.write_text(
        "all:\n  hosts:\n" + "".join(f"    h{number}: {{{HOST}, {host}}}\n" for number, host in enumerate(hosts)),
        encoding="utf-8",
    )
    inventory = load_inventory(file)
    if isinstance(expected, Unknown):
        expected = Unknown(expected.reason.format(file=file), expected.next_step)
    assert FrontEnds(inventory).beside(inventory.settings("h0")) == expected
