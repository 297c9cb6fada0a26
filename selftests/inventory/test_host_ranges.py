import pytest

from exgate.inventory.host_ranges import RangeError, expand_host_name


@pytest.mark.parametrize(
    ("name", "expected"),
    (
        pytest.param("be01", ["be01"], id="no-range"),
        pytest.param("10.0.0.5", ["10.0.0.5"], id="ip-address"),
        pytest.param("be[1:3]", ["be1", "be2", "be3"], id="numbers"),
        pytest.param("be[08:11]", ["be08", "be09", "be10", "be11"], id="leading-zeros-stay"),
        pytest.param("be[8:11]", ["be8", "be9", "be10", "be11"], id="no-leading-zeros"),
        pytest.param("be[0:2]", ["be0", "be1", "be2"], id="zero-alone-is-no-padding"),
        pytest.param("be[01:06:2]", ["be01", "be03", "be05"], id="step"),
        pytest.param("be[4:4]", ["be4"], id="one"),
        pytest.param("x[a:c]", ["xa", "xb", "xc"], id="letters"),
        pytest.param("x[A:E:2]", ["xA", "xC", "xE"], id="capitals-with-step"),
        pytest.param("[1:2]be", ["1be", "2be"], id="at-the-beginning"),
        pytest.param("be[1:2].example.com", ["be1.example.com", "be2.example.com"], id="in-the-middle"),
        pytest.param("s[a:b]-be[01:02]", ["sa-be01", "sa-be02", "sb-be01", "sb-be02"], id="two-ranges"),
    ),
)
def test_name_expands(name, expected):
    assert list(expand_host_name(name)) == expected


@pytest.mark.parametrize(
    ("name", "message"),
    (
        pytest.param("", "a host name is empty", id="empty"),
        pytest.param(
            "be01:5986", 'host name "be01:5986" holds a ":"; a port goes into the variable port', id="port-in-the-name"
        ),
        pytest.param("be 01", 'host name "be 01" may not hold white space or any of , & ! ~ * ? [ ]', id="white-space"),
        pytest.param("be*", 'host name "be*" may not hold white space or any of , & ! ~ * ? [ ]', id="glob"),
        pytest.param("be[01", 'host name "be[01" may not hold white space or any of , & ! ~ * ? [ ]', id="unclosed"),
        pytest.param("[1:9]", 'host name "[1:9]" is a range only; put a name before it', id="nothing-but-a-range"),
        pytest.param(
            "be[7]", 'host name "be[7]": "[7]" is not a range; write [first:last] or [first:last:step]', id="one-end"
        ),
        pytest.param(
            "be[1:2:3:4]",
            'host name "be[1:2:3:4]": "[1:2:3:4]" is not a range; write [first:last] or [first:last:step]',
            id="four-parts",
        ),
        pytest.param("be[9:1]", 'host name "be[9:1]": "[9:1]" ends before it begins', id="backwards"),
        pytest.param("x[f:a]", 'host name "x[f:a]": "[f:a]" ends before it begins', id="letters-backwards"),
        pytest.param(
            "be[01:100]",
            'host name "be[01:100]": the ends of "[01:100]" differ in length, and the first has leading zeros',
            id="padding-of-two-lengths",
        ),
        pytest.param(
            "be[1:9:0]", 'host name "be[1:9:0]": the step of "[1:9:0]" is not a whole number above 0', id="step-zero"
        ),
        pytest.param(
            "be[1:]",
            'host name "be[1:]": the ends of "[1:]" are neither two numbers nor two letters of one case',
            id="open-end",
        ),
        pytest.param(
            "be[a:9]",
            'host name "be[a:9]": the ends of "[a:9]" are neither two numbers nor two letters of one case',
            id="letter-and-number",
        ),
        pytest.param(
            "x[a:F]",
            'host name "x[a:F]": the ends of "[a:F]" are neither two numbers nor two letters of one case',
            id="letters-of-two-cases",
        ),
        pytest.param("be[1:999999999]", 'host name "be[1:999999999]" stands for more than 100000 hosts', id="too-many"),
        pytest.param(
            "b[1:999]e[1:999]", 'host name "b[1:999]e[1:999]" stands for more than 100000 hosts', id="too-many-together"
        ),
    ),
)
def test_wrong_name_is_refused(name, message):
    with pytest.raises(RangeError) as raised:
        list(expand_host_name(name))
    assert str(raised.value) == message
