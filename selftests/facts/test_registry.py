import pytest

from exgate.facts.registry import MASSYNC_PARAMETERS, Registry, RegistryKey, RegistryType, RegistryValue, below_hive
from exgate.facts.unknown import Unknown, UnknownFact

KEY = RegistryKey(MASSYNC_PARAMETERS, (RegistryValue("exchangevdir", RegistryType.REG_SZ, "/exchange-oma"),))


def test_a_value_is_found_in_its_own_case_only():
    assert KEY.value("ExchangeVDir") is None
    assert KEY.value("exchangevdir") == KEY.any_case("ExchangeVDir") == KEY.values[0]


def test_a_key_is_found_in_any_case():
    assert Registry({MASSYNC_PARAMETERS.lower(): KEY}).key(MASSYNC_PARAMETERS.upper()) is KEY


@pytest.mark.parametrize(
    ("path", "bare"),
    (
        ("SYSTEM\\X", "SYSTEM\\X"),
        ("\\SYSTEM\\X\\", "SYSTEM\\X"),
        ("HKLM\\SYSTEM\\X", "SYSTEM\\X"),
        ("hklm\\SYSTEM", "SYSTEM"),
        ("\\HKEY_Local_Machine\\SYSTEM\\", "SYSTEM"),
        ("HKLM", ""),
        ("HKLMX\\SYSTEM", "HKLMX\\SYSTEM"),
        ("SOFTWARE\\HKLM\\X", "SOFTWARE\\HKLM\\X"),
    ),
)
def test_a_path_is_taken_with_or_without_its_hive(path, bare):
    assert below_hive(path) == bare


def test_a_key_is_found_with_its_hive():
    assert Registry({MASSYNC_PARAMETERS.lower(): KEY}).key(f"\\hklm\\{MASSYNC_PARAMETERS}\\") is KEY


def test_a_key_that_does_not_exist_has_no_values():
    assert RegistryKey("X", None).value("ExchangeVDir") is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    (
        pytest.param({}, "the registry key HKLM\\X was not read", id="not-asked"),
        pytest.param({"x": Unknown("access is denied", "ask")}, "access is denied", id="unknown"),
    ),
)
def test_a_key_that_was_not_read_is_unknown(keys, reason):
    with pytest.raises(UnknownFact) as caught:
        Registry(keys).key("X")
    assert caught.value.unknown.reason == reason


@pytest.mark.parametrize(("kind", "name"), ((RegistryType.REG_EXPAND_SZ, "REG_EXPAND_SZ"), (99, "type 99")))
def test_type_names(kind, name):
    assert RegistryValue("x", kind, None).type_name == name
