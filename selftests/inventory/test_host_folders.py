"""A folder of hosts' folders: which hosts there are, their groups, and what is wrong."""

import os
import sys

import pytest

from exgate.inventory import DeclaredHost, HostFolders, InventoryError, Role


@pytest.fixture
def folders(tmp_path):
    """Make a folder for each host, with its host.yml."""

    def make(**hosts):
        for name, text in hosts.items():
            (tmp_path / name).mkdir()
            if text is not None:
                (tmp_path / name / "host.yml").write_text(text, encoding="utf-8")
        return HostFolders(tmp_path)

    return make


HOSTS = {
    "be01": "{role: back-end, groups: [backends, berlin], organization: Example}",
    "be02": "{role: back-end, groups: [backends, backends]}",
    "fe01": "{role: front-end, groups: [all, berlin]}",
}
WRONG = {"wrong": "role: mailbox"}


@pytest.mark.parametrize(
    ("pattern", "selected"),
    (
        ("all", ("be01", "be02", "fe01")),
        ("be0*", ("be01", "be02")),
        ("be*", ("be01", "be02", "fe01")),
        ("backends", ("be01", "be02")),
        ("backends[1]", ("be02",)),
        ("berlin:!backends", ("fe01",)),
        ("all[2]", ("fe01",)),
    ),
)
def test_patterns(folders, pattern, selected):
    assert folders(**HOSTS).select(pattern) == selected


@pytest.mark.parametrize(
    ("pattern", "selected"),
    (
        ("all", ("be01", "be02", "fe01", "wrong")),
        ("wrong", ("wrong",)),
        ("be01,be02", ("be01", "be02")),
    ),
)
def test_hosts_can_be_named_beside_a_wrong_one(folders, pattern, selected):
    assert folders(**HOSTS, **WRONG).select(pattern) == selected


@pytest.mark.parametrize("pattern", ("backends", "be*", "all:!backends"))
def test_a_group_is_not_made_smaller_by_a_wrong_host(folders, tmp_path, pattern):
    with pytest.raises(InventoryError) as caught:
        folders(**HOSTS, **WRONG).select(pattern)
    assert str(caught.value).startswith(f"{tmp_path / 'wrong' / 'host.yml'}:1: host wrong: role ")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    (
        ("be99", '"be99" is neither a host nor a group; groups: all, backends, berlin'),
        ("", "the host pattern is empty; name a host, a group or all"),
        ("be01:&fe01", 'the host pattern "be01:&fe01" matches no host'),
    ),
)
def test_wrong_patterns(folders, tmp_path, pattern, problem):
    with pytest.raises(InventoryError) as caught:
        folders(**HOSTS).select(pattern)
    assert str(caught.value) == f"{tmp_path}: {problem}"


def test_what_a_host_is(folders, tmp_path):
    hosts = folders(**HOSTS, **WRONG)
    assert hosts.hosts["be01"] == str(tmp_path / "be01")
    assert hosts.role_and_organization("be01") == (Role.BACK_END, "Example")
    assert hosts.declared("be02") == DeclaredHost(name="be02", role=Role.BACK_END, groups=("backends", "backends"))
    with pytest.raises(InventoryError) as caught:
        hosts.role_and_organization("wrong")
    assert str(caught.value) == (
        f'{tmp_path / "wrong" / "host.yml"}:1: host wrong: role "mailbox" is not one of back-end, standalone, sbs, front-end'
    )


def test_a_folder_s_name_is_the_host_s(folders):
    names = {"b%C3%BCro": "büro", "be01 (alt)": "be01 (alt)", "büro 2": "büro 2", "100%": "100%", "%2E%2E": ".."}
    assert set(folders(**dict.fromkeys(names, "role: sbs")).hosts) == set(names.values())


def test_hidden_folders_and_files_are_no_hosts(folders, tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / ".writing-x").mkdir()
    assert list(folders(be01="role: sbs").hosts) == ["be01"]


@pytest.mark.parametrize("sign", ("facts.json", "collected.csv", "MetaBase.xml", "host.yml"))
def test_the_folder_of_one_host(folders, tmp_path, sign):
    (tmp_path / sign).write_text("")
    with pytest.raises(InventoryError) as caught:
        folders(be01="role: sbs")
    assert str(caught.value) == (
        f"{tmp_path} is the folder of one host; name the folder above it, and the host with --hosts={tmp_path.name}"
    )


@pytest.mark.parametrize(
    ("names", "problem"),
    (
        pytest.param((), "holds no folder of a host", id="none"),
        pytest.param(("be%301", "be01"), "holds two folders of be01: be%301 and be01", id="two"),
        pytest.param(("be%0A01",), "holds a folder whose name is no host's: 'be%0A01'", id="line-break"),
    ),
)
def test_folders_that_name_no_host(folders, tmp_path, names, problem):
    with pytest.raises(InventoryError) as caught:
        folders(**dict.fromkeys(names))
    assert str(caught.value) == f"{tmp_path} {problem}"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are text")
def test_a_folder_whose_name_is_no_text(tmp_path):
    (tmp_path / os.fsdecode(b"be\xff1")).mkdir()
    with pytest.raises(InventoryError) as caught:
        HostFolders(tmp_path)
    assert str(caught.value) == f"{tmp_path} holds a folder whose name is no host's: 'be\\udcff1'"


def test_no_folder(tmp_path):
    with pytest.raises(InventoryError) as caught:
        HostFolders(tmp_path / "gone")
    assert str(caught.value) == f"{tmp_path / 'gone'}: there is no such folder"
    (tmp_path / "file").write_text("")
    with pytest.raises(InventoryError, match=r"file cannot be read: Not a directory$"):
        HostFolders(tmp_path / "file")


def test_a_folder_that_cannot_be_looked_at_is_a_host_that_cannot_be_read(folders, tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.is_dir", refuse)
    assert list(folders(be01="role: sbs").hosts) == ["be01"]
