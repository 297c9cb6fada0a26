"""The registry's keys out of the collector's file and of .reg files."""

import pytest

from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, RegistryKey, RegistryType, RegistryValue
from exgate.facts.unknown import Unknown, UnknownFact
from exgate.lab.servers import SERVERS
from exgate.sources.folder.collected import read_collected
from exgate.sources.folder.reg_files import not_shown, read_reg_files
from exgate.sources.folder.registry import read_registry

from .by_hand import reg_files
from .collected_writer import as_file, rows_of

SA01 = SERVERS["sa01"]
OMA = RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/exchange-oma")
PARAMETERS = f"HKEY_LOCAL_MACHINE\\{MASSYNC_PARAMETERS}"
HEAD = "Windows Registry Editor Version 5.00\r\n\r\n"
DAMAGED = Unknown("collected.csv: it is cut off", "run the collector again")
BAD = Unknown("a.reg: line 1: the file is empty", "make the file anew")
DIFFERENT = "remove what is out of date"


@pytest.fixture
def exports(tmp_path):
    def read(text):
        (tmp_path / "a.reg").write_bytes(text if isinstance(text, bytes) else f"{HEAD}{text}".encode("utf-16"))
        return read_reg_files([tmp_path / "a.reg"])

    return read


COLLECTED = read_collected(as_file(rows_of(SA01)))
SAME = reg_files(SA01)["MasSync.reg"]


@pytest.mark.parametrize("regedit_4", (False, True))
def test_exports_alone(exports, regedit_4):
    found = read_registry(None, exports(reg_files(SA01, regedit_4=regedit_4)["MasSync.reg"]))
    assert found.key(MASSYNC_PARAMETERS).value("ExchangeVDir") == OMA
    assert found.key(MASSYNC) == RegistryKey(MASSYNC, ())


def test_the_collector_alone_and_both():
    for found in (read_registry(COLLECTED, None), read_registry(COLLECTED, BAD)):
        assert found.exchange_vdir == "/exchange-oma"


def test_both(exports):
    assert read_registry(COLLECTED, exports(SAME)).exchange_vdir == "/exchange-oma"
    assert read_registry(DAMAGED, exports(SAME)).exchange_vdir == "/exchange-oma"


@pytest.mark.parametrize(
    ("collected", "text", "unknown"),
    (
        pytest.param(None, None, not_shown(MASSYNC_PARAMETERS), id="neither"),
        pytest.param(DAMAGED, None, DAMAGED, id="a-damaged-collection"),
        pytest.param(
            None,
            "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\InetStp]\r\n\r\n",
            not_shown(MASSYNC_PARAMETERS),
            id="other-keys",
        ),
        pytest.param(
            COLLECTED,
            f'[{PARAMETERS}]\r\n"ExchangeVDir"="/exchange"\r\n\r\n',
            Unknown(f"collected.csv and the .reg files do not show the same values of HKLM\\{MASSYNC_PARAMETERS}", DIFFERENT),
            id="other-data",
        ),
        pytest.param(
            COLLECTED,
            f'[{PARAMETERS}]\r\n"exchangevdir"="/exchange-oma"\r\n\r\n',
            Unknown(f"collected.csv and the .reg files do not show the same values of HKLM\\{MASSYNC_PARAMETERS}", DIFFERENT),
            id="another-case",
        ),
        pytest.param(
            COLLECTED,
            f"[HKEY_LOCAL_MACHINE\\{MASSYNC}]\r\n\r\n",
            Unknown(f"collected.csv and the .reg files do not show the same values of HKLM\\{MASSYNC_PARAMETERS}", DIFFERENT),
            id="no-key",
        ),
    ),
)  # fmt: skip
def test_what_is_unknown(exports, collected, text, unknown):
    with pytest.raises(UnknownFact) as caught:
        read_registry(collected, None if text is None else exports(text)).key(MASSYNC_PARAMETERS)
    assert caught.value.unknown == unknown


def test_values_of_others_need_not_agree(exports):
    text = f'[{PARAMETERS}]\r\n"ExchangeVDir"="/exchange-oma"\r\n"Other"="x"\r\n\r\n'
    assert read_registry(COLLECTED, exports(text)).exchange_vdir == "/exchange-oma"
