"""Method 2: the copy of /Exchange, and how it was made; messages asserted exactly."""

import pytest

from exgate.exchange import Method2

from .conftest import BASIC, OMA_VALUE, metabase, registry

STORE = 'Path="\\\\.\\BackOfficeStorage\\lab.example\\MBX" AccessFlags="AccessRead | AccessScript"'
DAV = 'ScriptMaps="*,C:\\Exchsrvr\\bin\\davex.dll,1"'
ON_OMA = "set on /LM/W3SVC/1/ROOT/exchange-oma"


@pytest.mark.parametrize(
    ("exchange", "copy", "found"),
    (
        pytest.param(
            f"{STORE} {DAV}", f"{STORE} {DAV}", "has the Path, AccessFlags, ScriptMaps of /Exchange", id="a-copy"
        ),
        pytest.param(
            f"{STORE} {DAV}",
            f"{STORE.lower().replace('path', 'Path').replace('accessflags', 'AccessFlags').replace('accessread', 'AccessRead').replace('accessscript', 'AccessScript')} "
            f"{DAV.replace('davex', 'DAVEX')}",
            "has the Path, AccessFlags, ScriptMaps of /Exchange",
            id="paths-in-another-case",
        ),
        pytest.param(
            f"{STORE} {DAV}",
            f"{STORE.replace('lab.', 'other.')} {DAV}",
            'is no copy of /Exchange: Path is "\\\\.\\BackOfficeStorage\\other.example\\MBX", '
            f'{ON_OMA}, and /Exchange has "\\\\.\\BackOfficeStorage\\lab.example\\MBX"; demanded: the same',
            id="other-path",
        ),
        pytest.param(
            f"{STORE} {DAV}",
            f"{STORE.replace(' | AccessScript', '')} {DAV}",
            f"is no copy of /Exchange: AccessFlags is 1 (AccessRead), {ON_OMA}, and /Exchange has 513 (AccessRead | "
            "AccessScript); demanded: the same",
            id="other-access",
        ),
        pytest.param(
            f"{STORE} {DAV}",
            STORE,
            "is no copy of /Exchange: ScriptMaps, not set, the schema's default, lacks *,C:\\Exchsrvr\\bin\\davex.dll,1; "
            "demanded: the same",
            id="no-script-map",
        ),
        pytest.param(
            f"{STORE} {DAV}",
            f"{STORE} {DAV.replace('davex', 'exprox')}",
            f"is no copy of /Exchange: ScriptMaps, {ON_OMA}, has *,C:\\Exchsrvr\\bin\\exprox.dll,1 and lacks "
            "*,C:\\Exchsrvr\\bin\\davex.dll,1; demanded: the same",
            id="other-script-map",
        ),
    ),
)
def test_vdir_is_a_copy(make_server, exchange, copy, found):
    server = make_server(registry=registry(OMA_VALUE), metabase=metabase({"Exchange": exchange, "exchange-oma": copy}))
    reading = Method2(server).vdir_is_a_copy
    assert (reading.found, bool(reading)) == (f"/exchange-oma (web site 1) {found}", found.startswith("has"))


FORMS = '<Custom ID="45054" Value="1" Attributes="INHERIT"/>'


@pytest.mark.parametrize(
    ("copy", "root", "found"),
    (
        pytest.param(
            "",
            "",
            'off: DefaultLogonDomain is "", not set, the schema\'s default; 45054 is not set',
            id="off",
        ),
        pytest.param(
            'DefaultLogonDomain="\\"',
            "",
            f'on: DefaultLogonDomain is "\\", {ON_OMA}; demanded: no backslash',
            id="backslash",
        ),
        pytest.param(
            "",
            'DefaultLogonDomain="\\"',
            'on: DefaultLogonDomain is "\\", set on /LM/W3SVC/1/ROOT; demanded: no backslash',
            id="inherited-backslash",
        ),
        pytest.param(FORMS, "", f"on: property 45054 says on (1, {ON_OMA}); demanded: not set", id="45054"),
    ),
)
def test_copy_was_made_with_forms_off(make_server, copy, root, found):
    vdirs = {"Exchange": BASIC, "exchange-oma": f"{BASIC} {copy}"}
    server = make_server(registry=registry(OMA_VALUE), metabase=metabase(vdirs, root=root))
    reading = Method2(server).copy_was_made_with_forms_off
    expected = f"/exchange-oma (web site 1) was copied while forms-based authentication was {found}"
    assert (reading.found, bool(reading)) == (expected, found.startswith("off"))
