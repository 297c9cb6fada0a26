import pytest

from exgate.inventory import InventoryError

INVENTORY = """
    all:
      hosts:
        lone:
      children:
        backends:
          children:
            prague: {hosts: {"be[01:03]": }}
            brno: {hosts: {be04: , be05: }}
        frontends: {hosts: {fe01: , fe02: }}
        critical: {hosts: {be05: , be01: , fe01: }}
        empty: {}
    """


@pytest.mark.parametrize(
    ("pattern", "expected"),
    (
        pytest.param("be02", "be02", id="host"),
        pytest.param("prague", "be01 be02 be03", id="group"),
        pytest.param("backends", "be01 be02 be03 be04 be05", id="group-of-groups"),
        pytest.param("all", "lone be01 be02 be03 be04 be05 fe01 fe02", id="all"),
        pytest.param("*", "lone be01 be02 be03 be04 be05 fe01 fe02", id="star"),
        pytest.param("ungrouped", "lone", id="ungrouped"),
        pytest.param("be*", "be01 be02 be03 be04 be05", id="glob"),
        pytest.param("?e01", "be01 fe01", id="question-mark"),
        pytest.param("be0[!1-3]", "be04 be05", id="character-class"),
        pytest.param("front*", "fe01 fe02", id="glob-over-groups"),
        pytest.param("be03:be01", "be01 be03", id="union-by-colon-in-inventory-order"),
        pytest.param("fe01,be03,lone", "lone be03 fe01", id="union-by-comma"),
        pytest.param("fe01,be03:lone", "lone be03 fe01", id="both-separators"),
        pytest.param("be01:prague:be*", "be01 be02 be03 be04 be05", id="each-host-once"),
        pytest.param(" be01 , be02 ", "be01 be02", id="blanks-around"),
        pytest.param("backends:&critical", "be01 be05", id="intersection"),
        pytest.param("backends:!brno", "be01 be02 be03", id="exclusion"),
        pytest.param("!brno:backends", "be01 be02 be03", id="exclusion-written-first"),
        pytest.param("&critical:backends:!be05", "be01", id="order-is-union-intersection-exclusion"),
        pytest.param("prague:&critical:fe02", "be01", id="union-before-intersection"),
        pytest.param("!backends", "lone fe01 fe02", id="exclusion-alone-means-all"),
        pytest.param("&critical", "be01 be05 fe01", id="intersection-alone-means-all"),
        pytest.param("backends:!empty", "be01 be02 be03 be04 be05", id="exclusion-of-an-empty-group"),
        pytest.param("backends:!x*", "be01 be02 be03 be04 be05", id="exclusion-by-a-glob-of-nothing"),
        pytest.param("be*:x*", "be01 be02 be03 be04 be05", id="glob-of-nothing-beside-another"),
        pytest.param("~be0[12]", "be01 be02", id="regular-expression"),
        pytest.param("~(be|fe)01", "be01 fe01", id="regular-expression-with-alternatives"),
        pytest.param("~.*e01$:!be01", "fe01", id="regular-expression-and-exclusion"),
        pytest.param("backends[0]", "be01", id="subscript"),
        pytest.param("backends[-1]", "be05", id="subscript-from-the-end"),
        pytest.param("backends[-5]", "be01", id="subscript-from-the-end-to-the-first"),
        pytest.param("backends[0:2]", "be01 be02 be03", id="subscript-with-both-ends"),
        pytest.param("backends[3:]", "be04 be05", id="subscript-without-end"),
        pytest.param("backends[:1]", "be01 be02", id="subscript-without-beginning"),
        pytest.param("critical[0]", "be01", id="subscript-counts-in-inventory-order"),
        pytest.param("be0*[1]", "be02", id="subscript-of-a-glob"),
        pytest.param("backends:!backends[0]", "be02 be03 be04 be05", id="exclusion-of-a-subscript"),
        pytest.param("backends:!backends[9]", "be01 be02 be03 be04 be05", id="exclusion-of-a-subscript-of-nothing"),
    ),
)
def test_pattern_selects(load, pattern, expected):
    assert load(INVENTORY).select(pattern) == tuple(expected.split())


GROUPS = "groups: all, backends, brno, critical, empty, frontends, prague, ungrouped"


@pytest.mark.parametrize(
    ("pattern", "message"),
    (
        pytest.param(
            "backend", f'"backend" is neither a host nor a group; did you mean backends? {GROUPS}', id="near-a-group"
        ),
        pytest.param(
            "be1",
            f'"be1" is neither a host nor a group; did you mean be01? {GROUPS}',
            id="near-a-host",
        ),
        pytest.param(
            "FE02",
            f'"FE02" is neither a host nor a group; did you mean fe02 or fe01 or be02? {GROUPS}',
            id="other-case",
        ),
        pytest.param("zzz", f'"zzz" is neither a host nor a group; {GROUPS}', id="near-nothing"),
        pytest.param("backends:!zzz", f'"zzz" is neither a host nor a group; {GROUPS}', id="unknown-exclusion"),
        pytest.param("backends:&zzz", f'"zzz" is neither a host nor a group; {GROUPS}', id="unknown-intersection"),
        pytest.param("be01,zzz", f'"zzz" is neither a host nor a group; {GROUPS}', id="unknown-beside-a-known-one"),
        pytest.param("zzz[0]", f'"zzz" is neither a host nor a group; {GROUPS}', id="unknown-with-subscript"),
        pytest.param("empty", "group empty has no hosts", id="empty-group"),
        pytest.param("backends:empty", "group empty has no hosts", id="empty-group-beside-another"),
        pytest.param("backends[5]", '"backends[5]" matches no host: backends has 5 hosts', id="too-high"),
        pytest.param("backends[-6]", '"backends[-6]" matches no host: backends has 5 hosts', id="too-low"),
        pytest.param("lone[1:2]", '"lone[1:2]" matches no host: lone has 1 host', id="slice-of-nothing"),
        pytest.param("empty[0]", '"empty[0]" matches no host: empty has no hosts', id="subscript-of-an-empty"),
        pytest.param("x*", 'the host pattern "x*" matches no host', id="glob-of-nothing"),
        pytest.param("~x", 'the host pattern "~x" matches no host', id="regular-expression-of-nothing"),
        pytest.param(
            "brno:&frontends", 'the host pattern "brno:&frontends" matches no host', id="intersection-of-nothing"
        ),
        pytest.param("brno:!backends", 'the host pattern "brno:!backends" matches no host', id="nothing-left"),
        pytest.param("", "the host pattern is empty; name a host, a group or all", id="empty"),
        pytest.param(" ,: ", "the host pattern is empty; name a host, a group or all", id="separators-only"),
        pytest.param(
            "be0[1", 'the host pattern "be0[1" has a square bracket without its counterpart', id="open-bracket"
        ),
        pytest.param(
            "be01]", 'the host pattern "be01]" has a square bracket without its counterpart', id="closing-bracket"
        ),
        pytest.param(
            "all:!", 'a "!" or "&" of the host pattern stands alone; a name must follow it', id="nothing-excluded"
        ),
        pytest.param(
            "~be(",
            '"~be(" is not a regular expression: missing ), unterminated subpattern at position 2',
            id="bad-regex",
        ),
    ),
)
def test_pattern_is_refused(load, pattern, message):
    inventory = load(INVENTORY)
    with pytest.raises(InventoryError) as raised:
        inventory.select(pattern)
    assert str(raised.value) == f"inv.yml: {message}"


def test_long_lists_of_groups_are_cut(load):
    inventory = load("all: {children: {" + ", ".join(f"g{number:02}: {{}}" for number in range(20)) + "}}")
    with pytest.raises(InventoryError) as raised:
        inventory.select("zzz")
    assert str(raised.value) == (
        'inv.yml: "zzz" is neither a host nor a group; groups: '
        "all, g00, g01, g02, g03, g04, g05, g06, g07, g08, g09, g10 and 10 more"
    )
