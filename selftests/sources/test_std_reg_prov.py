"""The registry by WMI: names in their real case, and no value that was not read."""

import pytest

from exgate.facts.registry import (
    MASSYNC,
    MASSYNC_PARAMETERS,
    RegistryKey,
    RegistryType,
    RegistryValue,
)
from exgate.facts.unknown import Unknown
from exgate.sources.std_reg_prov import read_data, read_key, read_mobile_keys, resembles_exchange_vdir
from exgate.wsman.errors import ConnectError, Fault, FaultError

KEY = r"SOFTWARE\Example"
SZ, DWORD, MULTI_SZ, EXPAND_SZ = (
    RegistryType.REG_SZ,
    RegistryType.REG_DWORD,
    RegistryType.REG_MULTI_SZ,
    RegistryType.REG_EXPAND_SZ,
)
NOT_READ = Unknown("its data was not read", "read it with host.registry(...)")


def listed(*values):
    """Give EnumValues's output for these names and types."""

    def array(items):
        return None if not items else items[0] if len(items) == 1 else tuple(items)

    names, types = array([name for name, _ in values]), array([str(int(kind)) for _, kind in values])
    return {"sNames": names, "Types": types, "ReturnValue": "0"}


def text(value):
    return {"sValue": value, "ReturnValue": "0"}


def enumerated(path, output):
    return {("EnumValues", path): output}


def key(fake, output, *, wanted=lambda _name: False, more=None):
    return read_key(fake(registry=enumerated(KEY, output) | (more or {})), KEY, wanted)


@pytest.mark.parametrize(
    ("output", "expected"),
    (
        pytest.param({"ReturnValue": "2", "sNames": None, "Types": None}, RegistryKey(KEY, None), id="no-key"),
        pytest.param(listed(), RegistryKey(KEY, ()), id="no-values"),
        pytest.param(listed(("a", SZ)), RegistryKey(KEY, (RegistryValue("a", SZ, NOT_READ),)), id="one"),
        pytest.param(
            listed(("", SZ), ("B", 42)),
            RegistryKey(KEY, (RegistryValue("", SZ, NOT_READ), RegistryValue("B", 42, NOT_READ))),
            id="the-default-value-and-a-type-nobody-knows",
        ),
        pytest.param(
            {"sNames": "a", "Types": "x", "ReturnValue": "0"},
            RegistryKey(KEY, (RegistryValue("a", -1, NOT_READ),)),
            id="a-type-that-is-no-number",
        ),
        pytest.param(
            {"ReturnValue": "5"},
            Unknown(f"access to HKLM\\{KEY} is denied", "let the account read this key (regedit, Permissions)"),
            id="access-denied",
        ),
        pytest.param(
            {"ReturnValue": "1450"},
            Unknown(f"StdRegProv answered 1450 for HKLM\\{KEY}", "look at the key in regedit"),
            id="other-error",
        ),
        pytest.param(
            {}, Unknown(f"StdRegProv answered None for HKLM\\{KEY}", "look at the key in regedit"), id="no-result"
        ),
        pytest.param(
            {"sNames": ("a", "b"), "Types": "1", "ReturnValue": "0"},
            Unknown(f"the values of HKLM\\{KEY} came without their types", "look at the key in regedit"),
            id="fewer-types-than-names",
        ),
        pytest.param(
            {"ReturnValue": "0"},
            Unknown(f"the values of HKLM\\{KEY} came in a form that is not known", "look at the key in regedit"),
            id="neither-names-nor-types",
        ),
        pytest.param(
            {"sNames": ("a", None), "Types": ("1", "1"), "ReturnValue": "0"},
            Unknown(f"the values of HKLM\\{KEY} came in a form that is not known", "look at the key in regedit"),
            id="a-name-that-is-nil",
        ),
        pytest.param(
            {"sNames": {"x": "a"}, "Types": "1", "ReturnValue": "0"},
            Unknown(f"the values of HKLM\\{KEY} came in a form that is not known", "look at the key in regedit"),
            id="a-name-that-is-an-object",
        ),
    ),
)
def test_a_key(fake, output, expected):
    assert key(fake, output) == expected


STRANGE_TEXT = Unknown("StdRegProv showed sValue in a form that is not known", "look at the value in regedit")
STRANGE_NUMBER = Unknown("StdRegProv showed uValue in a form that is not known", "look at the value in regedit")


@pytest.mark.parametrize(
    ("kind", "method", "output", "data"),
    (
        pytest.param(SZ, "GetStringValue", text("/exchange-oma"), "/exchange-oma", id="text"),
        pytest.param(SZ, "GetStringValue", text(""), "", id="empty"),
        pytest.param(SZ, "GetStringValue", text(None), "", id="nil"),
        pytest.param(SZ, "GetStringValue", text(" / "), " / ", id="white-space"),
        pytest.param(SZ, "GetStringValue", text(("a", "b")), STRANGE_TEXT, id="two-texts"),
        pytest.param(SZ, "GetStringValue", text({"x": "a"}), STRANGE_TEXT, id="object"),
        pytest.param(
            SZ,
            "GetStringValue",
            {"ReturnValue": "0"},
            Unknown("StdRegProv answered without sValue", "look at the value in regedit"),
            id="success-and-nothing",
        ),
        pytest.param(EXPAND_SZ, "GetExpandedStringValue", text("C:\\WINDOWS"), "C:\\WINDOWS", id="expanded"),
        pytest.param(MULTI_SZ, "GetMultiStringValue", text(("a", "b")), ("a", "b"), id="multi"),
        pytest.param(MULTI_SZ, "GetMultiStringValue", text("a"), ("a",), id="multi-one"),
        pytest.param(MULTI_SZ, "GetMultiStringValue", text(None), (), id="multi-none"),
        pytest.param(MULTI_SZ, "GetMultiStringValue", text(("a", None)), STRANGE_TEXT, id="multi-nil"),
        pytest.param(DWORD, "GetDWORDValue", {"uValue": "65", "ReturnValue": "0"}, 65, id="dword"),
        pytest.param(DWORD, "GetDWORDValue", {"uValue": "0", "ReturnValue": "0"}, 0, id="dword-0"),
        pytest.param(DWORD, "GetDWORDValue", {"uValue": None, "ReturnValue": "0"}, STRANGE_NUMBER, id="dword-nil"),
        pytest.param(DWORD, "GetDWORDValue", {"uValue": "a", "ReturnValue": "0"}, STRANGE_NUMBER, id="dword-words"),
        pytest.param(
            DWORD, "GetDWORDValue", {"uValue": "9" * 5000, "ReturnValue": "0"}, STRANGE_NUMBER, id="dword-too-long"
        ),
        pytest.param(SZ, "GetStringValue", {"sValue": None, "ReturnValue": "1"}, None, id="no-such-value"),
        pytest.param(SZ, "GetStringValue", {"sValue": None, "ReturnValue": "2"}, None, id="no-such-key"),
        pytest.param(
            SZ,
            "GetStringValue",
            {"sValue": None, "ReturnValue": "5"},
            Unknown(f"access to HKLM\\{KEY} is denied", "let the account read this key (regedit, Permissions)"),
            id="access-denied",
        ),
        pytest.param(
            SZ,
            "GetStringValue",
            {"sValue": None, "ReturnValue": "2147749893"},
            Unknown(f"StdRegProv answered 2147749893 for HKLM\\{KEY}", "look at the key in regedit"),
            id="another-type-meanwhile",
        ),
    ),
)
def test_data(fake, kind, method, output, data):
    session = fake(registry={(method, KEY, "v"): output})
    assert read_data(session, KEY, "v", kind) == data


@pytest.mark.parametrize("kind", (RegistryType.REG_BINARY, RegistryType.REG_NONE, RegistryType.REG_QWORD, 42, -1))
def test_data_of_types_that_nothing_is_judged_by_is_not_asked_for(fake, kind):
    session = fake()
    assert read_data(session, KEY, "v", kind) is None
    assert session.asked == []


def test_a_value_that_is_listed_and_then_gone(fake):
    more = {("GetStringValue", KEY, "a"): {"sValue": None, "ReturnValue": "1"}}
    found = key(fake, listed(("a", SZ)), wanted=lambda _name: True, more=more)
    unknown = Unknown(f"HKLM\\{KEY} shows a, but not what it holds", "look at the value in regedit")
    assert found == RegistryKey(KEY, (RegistryValue("a", SZ, unknown),))


def test_only_what_is_wanted_is_asked_for(fake):
    session = fake(
        registry=enumerated(KEY, listed(("a", SZ), ("b", DWORD)))
        | {("GetDWORDValue", KEY, "b"): {"uValue": "1", "ReturnValue": "0"}}
    )
    found = read_key(session, KEY, lambda name: name == "b")
    assert found == RegistryKey(KEY, (RegistryValue("a", SZ, NOT_READ), RegistryValue("b", DWORD, 1)))
    assert session.asked == [("EnumValues", KEY, ""), ("GetDWORDValue", KEY, "b")]


def asked_keys(session):
    return [path for method, path, _ in session.asked if method == "EnumValues"]


@pytest.mark.parametrize(
    ("name", "keys"),
    (
        pytest.param("ExchangeVDir", [MASSYNC_PARAMETERS], id="exact"),
        pytest.param("exchangevdir", [MASSYNC_PARAMETERS], id="other-case"),
        pytest.param("Exchange VDir ", [MASSYNC_PARAMETERS], id="spaces"),
        pytest.param("ExchangeVDirs", [MASSYNC_PARAMETERS, MASSYNC], id="other-name"),
        pytest.param("SMTPProxy", [MASSYNC_PARAMETERS, MASSYNC], id="none"),
    ),
)
def test_near_misses_are_read_and_looked_for_above(fake, name, keys):
    registry = enumerated(MASSYNC_PARAMETERS, listed((name, SZ))) | enumerated(MASSYNC, listed())
    session = fake(registry=registry | {("GetStringValue", MASSYNC_PARAMETERS, name): text("/x")})
    found = read_mobile_keys(session)
    near = len(keys) == 1
    value = RegistryValue(name, SZ, "/x" if near else NOT_READ)
    assert found.key(MASSYNC_PARAMETERS) == RegistryKey(MASSYNC_PARAMETERS, (value,))
    assert asked_keys(session) == keys


def test_the_value_in_the_key_above(fake):
    registry = enumerated(MASSYNC_PARAMETERS, {"ReturnValue": "2", "sNames": None, "Types": None})
    registry |= enumerated(MASSYNC, listed(("ExchangeVDir", SZ))) | {
        ("GetStringValue", MASSYNC, "ExchangeVDir"): text("/exchange-oma")
    }
    found = read_mobile_keys(fake(registry=registry))
    assert found.key(MASSYNC_PARAMETERS).values is None
    assert found.key(MASSYNC).value("ExchangeVDir") == RegistryValue("ExchangeVDir", SZ, "/exchange-oma")


def test_a_key_that_may_not_be_read_is_not_looked_for_above(fake):
    session = fake(registry=enumerated(MASSYNC_PARAMETERS, {"ReturnValue": "5"}))
    unknown = read_mobile_keys(session).keys[MASSYNC_PARAMETERS.lower()]
    assert unknown.reason == f"access to HKLM\\{MASSYNC_PARAMETERS} is denied"
    assert asked_keys(session) == [MASSYNC_PARAMETERS]


@pytest.mark.parametrize(
    "error",
    (ConnectError("the server closed the connection"), FaultError(Fault(5, "AccessDenied", "Access is denied."))),
)
def test_errors_go_on_to_whoever_asks(fake, error):
    with pytest.raises(type(error)):
        read_mobile_keys(fake(registry=enumerated(MASSYNC_PARAMETERS, error)))


@pytest.mark.parametrize(
    ("name", "resembles"),
    (
        ("ExchangeVDir", True),
        ("EXCHANGEVDIR", True),
        (" Exchange\tVDir\u00a0", True),
        ("ExchangeVDir2", False),
        ("Exchange-VDir", False),
        ("", False),
    ),
)
def test_what_resembles_exchange_vdir(name, resembles):
    assert resembles_exchange_vdir(name) is resembles
