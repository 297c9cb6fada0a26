"""Where a host's folder is looked for, and what stands in its place."""

import pytest

from exgate.facts.host import HostFacts
from exgate.facts.unreachable import Cause, Unreachable
from exgate.inventory import DeclaredHost, InventoryError, Role
from exgate.lab.servers import SERVERS
from exgate.sources.saved import SavedHost, read_saved

from .folder.by_hand import HABITS, files_of, make_folder

FILES = files_of(SERVERS["be01"], HABITS[0])


def declared(name):
    return DeclaredHost(name=name, role=Role.BACK_END)


@pytest.mark.parametrize(
    ("host", "folder"),
    (
        ("be01", "be01"),
        ("büro 1", "büro 1"),
        ("büro 1", "b%C3%BCro 1"),
        ("100%", "100%"),
        ("100%", "100%25"),
        ("a/b", "a%2Fb"),
        ("..", "%2E%2E"),
    ),
)
def test_a_folder_by_hand_or_by_a_run(tmp_path, host, folder):
    make_folder(tmp_path / folder, FILES, "role: back-end\nfront_ends: [fe01]\n")
    found = read_saved(tmp_path, declared(host), None)
    assert isinstance(found.result, HostFacts)
    assert (found.result.host, found.front_ends) == (host, ("fe01",))


@pytest.mark.parametrize("host", ("be01", "..", "../hosts", "a/b"))
def test_no_folder(tmp_path, host):
    (tmp_path / "other").mkdir()
    found = read_saved(tmp_path, declared(host), None).result
    assert (found.cause, found.next_step) == (
        Cause.NO_FACTS,
        "save its facts with --facts-out, or make the folder by hand",
    )
    assert found.detail.startswith(f"there is no folder {tmp_path}")


def test_an_empty_folder(tmp_path):
    (tmp_path / "be01").mkdir()
    assert read_saved(tmp_path, declared("be01"), None) == SavedHost(
        Unreachable(
            Cause.NO_FACTS,
            f"{tmp_path / 'be01'}: it holds no file that shows a fact",
            "put MetaBase.xml and .reg files into it, or what the collector (exgate collector) writes",
        ),
        None,
    )


def test_a_wrong_host_file(tmp_path):
    make_folder(tmp_path / "be01", FILES, "rolle: sbs\n")
    with pytest.raises(InventoryError, match='variable "rolle" is not known; did you mean role'):
        read_saved(tmp_path, declared("be01"), None)


@pytest.mark.parametrize("question", ("is_dir", "exists", "iterdir"))
def test_a_folder_that_may_not_be_looked_at(tmp_path, monkeypatch, question):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    if question != "iterdir":
        (tmp_path / "be01").mkdir()
    monkeypatch.setattr(f"pathlib.Path.{question}", refuse)
    assert read_saved(tmp_path, declared("be01"), None).result == Unreachable(
        Cause.NO_FACTS, f"{tmp_path}: the folder of be01 cannot be read: Permission denied", "let this account read it"
    )
