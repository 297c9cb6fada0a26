"""A planned change laid over the registry."""

import pytest

from exgate.facts.change import AddRegistryKey, DeleteRegistryKey, DeleteRegistryValue, Origin, SetRegistryValue
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.registry_plan import apply_to_registry
from exgate.facts.unknown import Unknown, UnknownFact

SZ = RegistryType.REG_SZ
ORIGIN = Origin("change/vdir.reg", 4)
DENIED = Unknown(f"access to HKLM\\{MASSYNC} is denied", "ask")
VDIR = RegistryValue("ExchangeVDir", SZ, "/exchange-oma")
LOWER = RegistryValue("exchangevdir", SZ, "/exchange-oma")
PROXY = RegistryValue("SMTPProxy", SZ, "example.com")
STAYS = "change/vdir.reg:4 sets a value there, but what else the key holds stays unknown"
NUMBERED = Unknown(
    "change/vdir.reg:4 changes a numbered control set, which may be the current one or not",
    "write CurrentControlSet in the planned change",
)
PLAIN = r"SOFTWARE\Plain"


def _set(value, path=MASSYNC_PARAMETERS):
    return SetRegistryValue(origin=ORIGIN, path=path, value=value)


def _unset(name, path=MASSYNC_PARAMETERS):
    return DeleteRegistryValue(origin=ORIGIN, path=path, name=name)


def _add(path=MASSYNC_PARAMETERS):
    return AddRegistryKey(origin=ORIGIN, path=path)


def _remove(path=MASSYNC_PARAMETERS):
    return DeleteRegistryKey(origin=ORIGIN, path=path)


def _registry(**keys):
    """Give a registry of keys by a short name: values, None for a key that does not exist, or why it is unknown."""
    paths = {"massync": MASSYNC, "parameters": MASSYNC_PARAMETERS, "plain": PLAIN}
    return Registry(
        {
            paths[name].lower(): values if isinstance(values, Unknown) else RegistryKey(paths[name], values)
            for name, values in keys.items()
        }
    )


@pytest.mark.parametrize(
    ("before", "steps", "after"),
    (
        pytest.param({"parameters": (PROXY,)}, [], {"parameters": (PROXY,)}, id="nothing"),
        pytest.param({"parameters": (PROXY,)}, [_set(VDIR)], {"parameters": (PROXY, VDIR)}, id="set"),
        pytest.param(
            {"parameters": (VDIR, PROXY)},
            [_set(RegistryValue("ExchangeVDir", RegistryType.REG_DWORD, 1))],
            {"parameters": (RegistryValue("ExchangeVDir", RegistryType.REG_DWORD, 1), PROXY)},
            id="set-anew",
        ),
        pytest.param(
            {"parameters": (RegistryValue("exchangevdir", SZ, "/x"),)},
            [_set(VDIR)],
            {"parameters": (LOWER,)},
            id="the-name-that-is-there-stays",
        ),
        pytest.param(
            {"parameters": (LOWER,)},
            [_unset("EXCHANGEVDIR"), _set(VDIR)],
            {"parameters": (VDIR,)},
            id="removed-first-it-gets-its-new-name",
        ),
        pytest.param(
            {"parameters": (RegistryValue("ExchangeVDir ", SZ, "/x"),)},
            [_set(VDIR)],
            {"parameters": (RegistryValue("ExchangeVDir ", SZ, "/x"), VDIR)},
            id="white-space-makes-another-name",
        ),
        pytest.param(
            {"parameters": (VDIR,)},
            [_set(PROXY, f"\\{MASSYNC_PARAMETERS.upper()}\\")],
            {"parameters": (VDIR, PROXY)},
            id="the-path-in-another-case",
        ),
        pytest.param({"parameters": (VDIR, PROXY)}, [_unset("smtpproxy")], {"parameters": (VDIR,)}, id="unset"),
        pytest.param({"parameters": (VDIR,)}, [_unset("x")], {"parameters": (VDIR,)}, id="unset-what-is-not-there"),
        pytest.param({"parameters": None}, [_unset("x")], {"parameters": None}, id="unset-without-a-key"),
        pytest.param({"parameters": None}, [_add()], {"parameters": ()}, id="add"),
        pytest.param({"parameters": (VDIR,)}, [_add()], {"parameters": (VDIR,)}, id="add-what-is-there"),
        pytest.param(
            {"massync": None, "parameters": None},
            [_set(VDIR)],
            {"massync": (), "parameters": (VDIR,)},
            id="keys-above-are-made",
        ),
        pytest.param(
            {"massync": None, "parameters": None},
            [_add(rf"{MASSYNC_PARAMETERS}\Below")],
            {"massync": (), "parameters": ()},
            id="both-keys-above-are-made",
        ),
        pytest.param(
            {"massync": (VDIR,), "parameters": (PROXY,)},
            [_remove(MASSYNC)],
            {"massync": None, "parameters": None},
            id="remove-with-what-is-below",
        ),
        pytest.param(
            {"massync": (VDIR,), "parameters": (PROXY,)},
            [_remove()],
            {"massync": (VDIR,), "parameters": None},
            id="remove-below",
        ),
        pytest.param(
            {"massync": (), "parameters": (PROXY,)},
            [_remove(MASSYNC + "X"), _remove(MASSYNC[:-1])],
            {"massync": (), "parameters": (PROXY,)},
            id="remove-a-key-of-a-similar-name",
        ),
        pytest.param(
            {"massync": (PROXY,), "parameters": (LOWER,)},
            [_remove(MASSYNC), _set(VDIR)],
            {"massync": (), "parameters": (VDIR,)},
            id="remove-and-make",
        ),
        pytest.param({"parameters": (VDIR,)}, [_set(VDIR, PLAIN)], {"parameters": (VDIR,)}, id="a-key-nobody-reads"),
        pytest.param({"plain": None}, [_set(VDIR, PLAIN)], {"plain": (VDIR,)}, id="a-key-somebody-reads"),
    ),
)
def test_known_keys(before, steps, after):
    assert apply_to_registry(_registry(**before), steps) == _registry(**after)


@pytest.mark.parametrize(
    ("before", "steps", "after"),
    (
        pytest.param(
            {"massync": DENIED},
            [_set(VDIR, MASSYNC), _set(PROXY, MASSYNC)],
            {"massync": Unknown(f"{DENIED.reason}; {STAYS}", "ask")},
            id="set-in-an-unknown-key",
        ),
        pytest.param(
            {"massync": DENIED},
            [_unset("x", MASSYNC), _add(MASSYNC)],
            {"massync": DENIED},
            id="unset-in-an-unknown-key",
        ),
        pytest.param(
            {"massync": DENIED, "parameters": None},
            [_set(VDIR)],
            {"massync": DENIED, "parameters": (VDIR,)},
            id="set-below-an-unknown-key",
        ),
        pytest.param({"massync": DENIED}, [_remove(MASSYNC)], {"massync": None, "parameters": None}, id="remove"),
        pytest.param(
            {"massync": DENIED},
            [_set(PROXY, MASSYNC), _remove(MASSYNC), _set(VDIR, MASSYNC)],
            {"massync": (VDIR,), "parameters": None},
            id="remove-and-set",
        ),
        pytest.param(
            {"parameters": (VDIR,)},
            [_set(VDIR, MASSYNC)],
            {
                "parameters": (VDIR,),
                "massync": Unknown(f"HKLM\\{MASSYNC} was not read; {STAYS}", "look at the key in regedit"),
            },
            id="set-in-a-key-that-was-not-read",
        ),
        pytest.param(
            {"parameters": (VDIR,)},
            [_remove(MASSYNC), _set(VDIR)],
            {"massync": (), "parameters": (VDIR,)},
            id="remove-a-key-that-was-not-read",
        ),
        pytest.param(
            {"plain": DENIED}, [_set(VDIR, PLAIN)], {"plain": Unknown(f"{DENIED.reason}; {STAYS}", "ask")}, id="plain"
        ),
    ),
)
def test_unknown_keys(before, steps, after):
    assert apply_to_registry(_registry(**before), steps) == _registry(**after)


FIRST = MASSYNC_PARAMETERS.replace("CurrentControlSet", "ControlSet001")


@pytest.mark.parametrize(
    ("before", "steps", "after"),
    (
        pytest.param({"parameters": (PROXY,)}, [_set(VDIR, FIRST)], {"parameters": NUMBERED}, id="set"),
        pytest.param({"parameters": (VDIR,)}, [_unset("x", FIRST)], {"parameters": NUMBERED}, id="unset"),
        pytest.param(
            {"parameters": (VDIR,)},
            [_remove(r"SYSTEM\ControlSet002")],
            {"parameters": NUMBERED, "massync": NUMBERED},
            id="remove",
        ),
        pytest.param({"parameters": None}, [_add(FIRST)], {"parameters": NUMBERED}, id="add"),
        pytest.param({"parameters": (VDIR,)}, [_add(FIRST)], {"parameters": (VDIR,)}, id="add-what-is-there"),
        pytest.param(
            {"massync": (), "parameters": None},
            [_set(VDIR, FIRST)],
            {"massync": (), "parameters": NUMBERED},
            id="the-key-above-is-there",
        ),
        pytest.param(
            {"massync": None, "parameters": None},
            [_set(VDIR, FIRST)],
            {"massync": NUMBERED, "parameters": NUMBERED},
            id="the-key-above-is-missing",
        ),
        pytest.param(
            {"massync": (), "parameters": (PROXY,)},
            [_set(PROXY, FIRST), _remove(), _set(VDIR)],
            {"massync": (), "parameters": (VDIR,)},
            id="removed-afterwards",
        ),
        pytest.param(
            {"parameters": (PROXY,)},
            [_set(VDIR, MASSYNC_PARAMETERS.replace("CurrentControlSet", "ControlSet0011"))],
            {"parameters": (PROXY,)},
            id="no-control-set",
        ),
    ),
)
def test_numbered_control_sets(before, steps, after):
    assert apply_to_registry(_registry(**before), steps) == _registry(**after)


def test_a_key_that_was_not_read_never_looks_empty():
    after = apply_to_registry(
        _registry(parameters=(VDIR,)), [_unset("ExchangeVDir"), _unset("x", MASSYNC), _add(MASSYNC)]
    )
    with pytest.raises(UnknownFact, match="was not read"):
        after.key(MASSYNC)


def test_what_was_read_is_not_changed_itself():
    before = _registry(parameters=(PROXY,))
    apply_to_registry(before, [_set(VDIR), _remove(MASSYNC)])
    assert before == _registry(parameters=(PROXY,))
