"""The folder of fix plans."""

from pathlib import Path

import pytest

from exgate.reports.fix_files import write_plans
from exgate.reports.fix_folder import MARK
from exgate.reports.fix_plan import plan
from exgate.verdicts import Outcome

from .made import record, results, verdict

NOTHING = results(record(verdict(outcome=Outcome.PASS)))


def found(*hosts):
    return results(*(record(verdict(host=name)) for name in hosts))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "reports" / "fix"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_plan_for_each_host_with_lines_for_notepad(folder):
    run = found("be01", "be02")
    assert write_plans(folder, run) == [folder / "be01.txt", folder / "be02.txt"]
    assert names(folder) == ["be01.txt", "be02.txt"]
    assert (folder / "be01.txt").read_bytes() == plan(run, "be01").replace("\n", "\r\n").encode()


def test_nothing_found_leaves_no_folder(folder):
    assert write_plans(folder, NOTHING) == []
    assert not folder.exists()


def test_plans_of_an_earlier_run_go_and_files_of_a_person_stay(folder):
    write_plans(folder, found("be01", "be02", "BE03"))
    (folder / "notes.txt").write_text("be01 is fixed", encoding="utf-8")
    (folder / "copy.md").write_bytes((folder / "be01.txt").read_bytes())
    (folder / "empty.txt").touch()
    (folder / "folder.txt").mkdir()
    (folder / "left.tmp").write_text(f"{MARK}: half a plan", encoding="utf-8")
    write_plans(folder, found("be02"))
    assert names(folder) == ["be02.txt", "copy.md", "empty.txt", "folder.txt", "notes.txt"]
    write_plans(folder, NOTHING)
    assert names(folder) == ["copy.md", "empty.txt", "folder.txt", "notes.txt"]


@pytest.mark.parametrize("make", (Path.mkdir, Path.touch, lambda path: path.symlink_to(path.with_name("other"))))
def test_what_is_not_ours_is_not_replaced_and_nothing_is_changed(folder, make):
    write_plans(folder, found("be03"))
    make(folder / "be02.txt")
    with pytest.raises(FileExistsError, match=r"this is no fix plan of exgate's, and is not replaced: .*be02\.txt"):
        write_plans(folder, found("be01", "be02"))
    assert names(folder) == ["be02.txt", "be03.txt"]


def test_a_link_to_a_plan_is_not_followed(folder):
    write_plans(folder, found("be01"))
    kept = folder.parent / "kept.txt"
    (folder / "be01.txt").rename(kept)
    (folder / "link.txt").symlink_to(kept)
    write_plans(folder, NOTHING)
    assert kept.is_file()
    assert names(folder) == ["link.txt"]


def test_what_cannot_be_read_is_not_ours(folder, monkeypatch):
    write_plans(folder, found("be01"))

    def refuse(self, *_mode):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert write_plans(folder, NOTHING) == []
    with pytest.raises(FileExistsError):
        write_plans(folder, found("be01"))
    assert names(folder) == ["be01.txt"]


def test_a_failure_is_raised_and_leaves_no_scratch_file(folder, monkeypatch):
    write_plans(folder, found("be01"))
    old = (folder / "be01.txt").read_bytes()

    def refuse(self, target):
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_plans(folder, found("be01"))
    assert names(folder) == ["be01.txt"]
    assert (folder / "be01.txt").read_bytes() == old


def test_a_file_in_the_folders_place_is_an_error(tmp_path):
    place = tmp_path / "fix"
    place.touch()
    with pytest.raises(FileExistsError):
        write_plans(place, found("be01"))
    assert place.read_bytes() == b""


def test_what_cannot_be_encoded_is_written_escaped(folder):
    (path,) = write_plans(folder, found("be\ud800"))
    assert path.name == "be%ED%A0%80.txt"
    assert path.read_bytes().splitlines()[0].endswith(b": be\\ud800")
