"""A real MetaBase.xml, of a server without Exchange, as an administrator's folder: what each requirement says."""

import json
import shutil

import pytest

from exgate.lab.servers import SERVERS
from selftests.sources.folder.by_hand import reg_files

ROLES = ("back-end", "standalone", "sbs", "front-end")


@pytest.fixture(scope="module")
def verdicts(run_pytest, tmp_path_factory, samples):
    """Verdicts of the folders ``alone ROLE`` and ``registry ROLE``: folder -> number -> outcome and message."""
    parent = tmp_path_factory.mktemp("hosts")
    registries = {"alone": {}, "registry": reg_files(SERVERS["be01"]), "method2": reg_files(SERVERS["sa01"])}
    for name, files in registries.items():
        for role in ROLES:
            folder = parent / f"{name} {role}"
            folder.mkdir()
            shutil.copy(samples / "MetaBase.xml", folder)
            (folder / "host.yml").write_text(f"role: {role}\nfront_ends: []\n")
            for file, data in files.items():
                (folder / file).write_bytes(data)
    record = tmp_path_factory.mktemp("record") / "verdicts.json"
    outcome = run_pytest(
        "-p", "selftests.plugin.recorder", f"--facts-from={parent}", environment={"EXGATE_RECORD": str(record)}
    )
    assert outcome.status == 1
    assert "Traceback" not in outcome.stdout + outcome.stderr + outcome.html
    found = {}
    for verdict in json.loads(record.read_text(encoding="utf-8")):
        words = verdict["message"].removeprefix(f"{verdict['host']}: ")
        found.setdefault(verdict["host"], {})[verdict["requirement"].removeprefix("KB817379-")] = (
            verdict["outcome"],
            words,
        )
    return found


PARAMETERS = (
    "no .reg file shows HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters; next step: run reg export "
    '"HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters" Parameters.reg on the server (where there is no '
    "such key: of the key above it), and put the file into the host's folder"
)
NO_EXCHANGE = (
    "/Exchange, which is used because ExchangeVDir is not set, does not exist below the ROOT of web site 1; demanded: this "
    "virtual directory"
)
NO_OMA = "/exchange-oma, which ExchangeVDir names, does not exist below the ROOT of web site 1; demanded: this virtual directory"
NO_ROLE = (
    "no virtual directory is served by davex.dll or exprox.dll, so that the server does not show its role; next step: "
    "check that Exchange is installed on this server, and see KB817379-01"
)
MAILBOX = ("back-end", "standalone", "sbs")
OF_VDIR = ("02", "03", "04", "05", "06", "07")
OF_COPY = ("13", "14", "15", "16")


@pytest.mark.parametrize("role", MAILBOX)
def test_the_metabase_alone_does_not_tell_which_vdir_is_used(verdicts, role):
    found = verdicts[f"alone {role}"]
    asked = ("01", *OF_VDIR, "11", "12", *OF_COPY, "17", "53", "61")
    assert {n: found[n] for n in asked} == dict.fromkeys(asked, ("unknown", PARAMETERS))
    assert found["41"] == ("unknown", NO_ROLE)


@pytest.mark.parametrize("role", MAILBOX)
@pytest.mark.parametrize(("registry", "name", "message"), (("registry", "/Exchange", NO_EXCHANGE), ("method2", "/exchange-oma", NO_OMA)))  # fmt: skip
def test_with_the_registry_the_missing_vdir_fails(verdicts, role, registry, name, message):
    found = verdicts[f"{registry} {role}"]
    assert found["01"] == ("fail", message)
    judged = (*OF_VDIR, "53", "61")
    moot = ("not applicable", f"{name} does not exist, which KB817379-01 judges")
    assert {n: found[n] for n in judged} == dict.fromkeys(judged, moot)
    assert found["41"] == ("unknown", NO_ROLE)


def test_method_2(verdicts):
    assert {n: verdicts["method2 standalone"][n] for n in ("11", "12", "17")} == {
        "11": ("pass", "ExchangeVDir is there, in this case, as REG_SZ"),
        "12": (
            "fail",
            'ExchangeVDir is "/exchange-oma", but no web site holds /Exchange; demanded: a virtual directory beside it',
        ),
        "17": (
            "pass",
            'ExchangeVDir is "/exchange-oma", and the inventory names no front-end server of the same organization',
        ),
    }


def test_a_front_end_shows_no_role_and_no_exchange(verdicts):
    assert verdicts["registry front-end"]["18"] == ("pass", "ExchangeVDir is not set")
    assert verdicts["alone front-end"]["18"] == ("unknown", PARAMETERS)
    for name in ("alone", "registry", "method2"):
        assert verdicts[f"{name} front-end"]["41"] == ("unknown", NO_ROLE)
        assert verdicts[f"{name} front-end"]["53"] == ("not applicable", "there is no /Exchange on web site 1")
