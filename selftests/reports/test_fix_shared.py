"""One backup and one restart for all fixes."""

from datetime import datetime, timedelta, timezone

import pytest

from exgate.reports.fix_shared import (
    backup_name,
    ends_with_restart,
    touches_registry,
    with_backup,
    without_backup,
    without_restart,
)
from exgate.texts import BACK_UP_METABASE, BACK_UP_REGISTRY, LOOK_AGAIN, RESTART_IIS_ADMIN, RESTORE_REGISTRY

ID = "KB817379-1"


def test_the_backup_is_named_in_utc():
    assert backup_name(datetime(2026, 11, 16, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))) == (
        "before-fix-20261115-230203"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    (
        (f"a\n{BACK_UP_METABASE.format(id=ID)}b", "a\n(The metabase's backup: step 7.)\nb"),
        (f"{BACK_UP_REGISTRY.format(id=ID)}b", "(The registry's backup: step 7.)\nb"),
        pytest.param(BACK_UP_METABASE.format(id="KB817379-2"), BACK_UP_METABASE.format(id="KB817379-2"), id="anothers"),
    ),
)
def test_a_fix_without_its_own_backup(text, left):
    assert without_backup(text, ID, 7) == left


@pytest.mark.parametrize(
    ("text", "made"),
    (
        (f"cscript iisback.vbs /restore /b before-{ID}\nb", "cscript iisback.vbs /restore /b NAME\nb"),
        (f"reg import MasSync-{ID}.reg", "reg import NAME.reg"),
        pytest.param(f"x /b before-{ID}1", f"x /b before-{ID}1", id="a-longer-id-is-anothers"),
        pytest.param(f"before-{ID}", f"before-{ID}", id="no-backups-name"),
    ),
)
def test_a_rollback_from_the_one_backup(text, made):
    assert with_backup(text, ID, "NAME") == made


@pytest.mark.parametrize(
    ("text", "left"),
    (
        pytest.param(f"a\n{RESTART_IIS_ADMIN}", "a\n(Restart the IIS Admin service: x.)", id="at-the-end"),
        pytest.param(f"4. {RESTART_IIS_ADMIN}", "4. (Restart the IIS Admin service: x.)", id="numbered"),
        pytest.param(
            f"a\n{RESTART_IIS_ADMIN}\n{LOOK_AGAIN}",
            f"a\n(Restart the IIS Admin service: x.)\n{LOOK_AGAIN}",
            id="then-look-again",
        ),
        pytest.param(
            RESTORE_REGISTRY,
            RESTORE_REGISTRY.replace("service.", "service: x.)").replace("Restart", "(Restart"),
            id="in-short",
        ),
        pytest.param(f"{RESTART_IIS_ADMIN}\nThen delete it.", None, id="something-comes-behind"),
        pytest.param("Do not Restart the IIS Admin service.", None, id="no-line-of-its-own"),
        pytest.param("a", None, id="none"),
    ),
)
def test_restart(text, left):
    assert ends_with_restart(text) is (left is not None)
    assert without_restart(text, "x") == (text if left is None else left)


@pytest.mark.parametrize(
    ("text", "does"),
    (
        ("a\nreg add HKLM\\X /v y", True),
        ("reg delete HKLM\\X /f", True),
        ("under HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters", True),
        ("reg query HKLM\\X", False),
        ("cscript adsutil.vbs set x 0", False),
    ),
)
def test_what_touches_the_registry(text, does):
    assert touches_registry(["a", text]) is does
