"""What our fixes and rollbacks suggest is understood when it is pasted into a command file."""

import importlib.util
import re
from pathlib import Path

import pytest

from exgate.exchange import ExchangeServer
from exgate.exchange.remedy import values
from exgate.facts.flags import AuthFlags
from exgate.facts.registry import RegistryType, RegistryValue
from exgate.facts.role import Role
from exgate.lab.servers import SERVERS
from exgate.sources.collect import Questions
from exgate.sources.collecting.fleet import collect
from exgate.sources.limits import Limits

COMMAND = re.compile(r"(?:rem|cscript|reg|iisreset|iisback|iiscnfg|adsutil|cd|net start|net stop) .*")
CHANGES = re.compile(r"adsutil\.vbs (?:set|delete)|reg (?:add|delete|import)|iiscnfg")
STSADM = re.compile(r"\bstsadm -o")
REFUSED = (
    (re.compile(r"<(?=site>)"), "<site> stands for a value that is not filled in"),
    (re.compile(r"<(?=secondary vdir>)"), "<secondary vdir> stands for a value that is not filled in"),
    (re.compile(r"<(?=exchange vdir>)"), "<exchange vdir> stands for a value that is not filled in"),
    (re.compile(r"<(?=right data>)"), "<right data> stands for a value that is not filled in"),
    (re.compile(r"<(?=providers key>)"), "<providers key> stands for a value that is not filled in"),
    (
        re.compile(r"iisback\.vbs /restore"),
        "what a backup of the metabase holds is not known here, so iisback /restore is not understood",
    ),
    (
        re.compile(r"^reg import MasSync-KB817379-11\.reg"),
        "'MasSync-KB817379-11.reg' is no .reg file of this folder: put it here, and name it without a path",
    ),
    (
        re.compile(r"^reg import MasSync-KB817379-18\.reg"),
        "'MasSync-KB817379-18.reg' is no .reg file of this folder: put it here, and name it without a path",
    ),
)
TESTS = Path(__file__).parents[3] / "tests"
HOSTS = tuple(
    name for name in SERVERS if name.startswith(("drift-0", "drift-1", "drift-2")) or name in {"be01", "fe01"}
)


def records():
    for path in sorted(TESTS.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for test in vars(module).values():
            yield from (mark.args[0] for mark in getattr(test, "pytestmark", ()) if mark.name == "requirement")


@pytest.fixture(scope="module")
def lines(started_lab):
    """Every line of every fix and rollback, filled with the values of lab servers."""
    found = collect(
        [started_lab.host(name) for name in HOSTS], Limits(), lambda _name, _done: None, questions=Questions(wire=False)
    )
    own = [values(ExchangeServer(found[name].result, Role(SERVERS[name].role), front_ends=())) for name in HOSTS]
    texts = {
        record.fill(text, filled)
        for record in records()
        for text in (record.fix, record.fix_secondary, record.rollback)
        for filled in own
    }
    return sorted({line for text in texts for line in text.splitlines()})


@pytest.fixture(scope="module")
def commands(lines):
    """Those that begin with a command, as they stand."""
    return {line for line in lines if COMMAND.match(line)}


def test_every_command_is_understood_or_refused_for_a_reason(commands, problem_or_plan):
    problems = {command: problem_or_plan(command) for command in commands}
    assert len(problems) > 40
    odd = {c: p for c, p in problems.items() if p != next((why for sign, why in REFUSED if sign.search(c)), None)}
    assert odd == {}


def test_the_rest_is_prose(lines, commands):
    prose = [line for line in lines if COMMAND.match(line) is None]
    assert [line for line in prose if CHANGES.search(line)] == []
    assert {line.partition(" ")[0] for line in prose if STSADM.search(line)} == {"for", "stsadm"}


def test_commands_change_what_they_say(commands, steps_of):
    key = "SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters"
    wanted = (
        'cscript adsutil.vbs set "w3svc/1/root/exchange-oma/AuthFlags" 6',
        'cscript adsutil.vbs set "W3SVC/1/ROOT/NTAuthenticationProviders" "Negotiate,NTLM"',
        'cscript adsutil.vbs delete "W3SVC/1/ROOT/Exchange/HttpRedirect"',
        f'reg add HKLM\\{key} /v ExchangeVDir /t REG_SZ /d "/exchange-oma" /f',
        f'reg delete HKLM\\{key} /v "exchangevdir" /f',
    )
    assert set(wanted) <= commands
    assert steps_of("\n".join(wanted)) == [
        ("SetProperty", "/LM/W3SVC/1/root/exchange-oma", "AuthFlags", AuthFlags(6)),
        ("SetProperty", "/LM/W3SVC/1/ROOT", "NTAuthenticationProviders", "Negotiate,NTLM"),
        ("DeleteProperty", "/LM/W3SVC/1/ROOT/Exchange", "HttpRedirect"),
        ("SetRegistryValue", key, RegistryValue("ExchangeVDir", RegistryType.REG_SZ, "/exchange-oma")),
        ("DeleteRegistryValue", key, "exchangevdir"),
    ]
