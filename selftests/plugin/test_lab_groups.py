"""Each group of the lab, end to end: who fails what, and nothing else."""

import pytest

REQUIREMENTS = tuple(f"KB817379-{number}" for number in ("01", "02", "03", "04", "05", "11", "12", "14", "15"))
METHOD_2 = REQUIREMENTS[5:]
DRIFTED = {
    "drift-01-no-exchange-vdir": "KB817379-01",
    "drift-02-ssl-on-root": "KB817379-02",
    "drift-03-forms-based-authentication": "KB817379-03",
    "drift-04-ntlm-only": "KB817379-04",
    "drift-05-port-8080": "KB817379-05",
    "drift-05-host-header": "KB817379-05",
    "drift-11-lower-case": "KB817379-11",
    "drift-12-other-case": "KB817379-12",
    "drift-12-trailing-slash": "KB817379-12",
    "drift-14-anonymous": "KB817379-14",
    "drift-15-open": "KB817379-15",
    "drift-15-denies-itself": "KB817379-15",
    "drift-15-loopback-only": "KB817379-15",
}


@pytest.fixture(scope="module")
def drifted(run_pytest):
    return run_pytest("--hosts=drifted")


@pytest.fixture(scope="module")
def trouble(run_pytest):
    return run_pytest("--hosts=dead,locked-out,half-blind")


@pytest.fixture(scope="module")
def compliant(run_pytest):
    return run_pytest("--hosts=backends,frontends,standalone,sbs")


@pytest.mark.parametrize(("host", "requirement"), tuple(DRIFTED.items()), ids=DRIFTED)
def test_a_drifted_server_fails_what_it_violates_and_nothing_else(drifted, host, requirement):
    verdicts = {named: verdict for (on, named), verdict in drifted.verdicts.items() if on == host}
    assert tuple(sorted(verdicts)) == REQUIREMENTS
    assert [named for named, verdict in verdicts.items() if verdict not in {"pass", "not applicable"}] == [requirement]
    assert verdicts[requirement] == "fail"


def test_every_drifted_server_is_in_the_table_and_every_requirement_is_violated(drifted):
    assert {host for host, _ in drifted.verdicts} == set(DRIFTED)
    assert set(DRIFTED.values()) == set(REQUIREMENTS)
    assert drifted.status == 1


@pytest.mark.parametrize(
    ("host", "applicable"),
    (
        pytest.param("be01", REQUIREMENTS[:5], id="back-end"),
        pytest.param("be02", REQUIREMENTS[:5], id="back-end-2"),
        pytest.param("be03", REQUIREMENTS[:5], id="back-end-3"),
        pytest.param("fe01", (), id="front-end"),
        pytest.param("sa01", REQUIREMENTS, id="standalone"),
        pytest.param("sbs01", REQUIREMENTS, id="sbs"),
    ),
)
def test_a_compliant_server_passes_all_that_applies(compliant, host, applicable):
    expected = {named: "pass" if named in applicable else "not applicable" for named in REQUIREMENTS}
    assert {named: verdict for (on, named), verdict in compliant.verdicts.items() if on == host} == expected


def test_compliant_servers_give_exit_status_0(compliant):
    assert compliant.status == 0
    assert compliant.findings == [
        "54 verdicts on 6 hosts: 33 pass, 21 not applicable",
        "exit status 0: everything that was asked complies",
        f"report: {compliant.folder / 'report.html'}",
        f"report: {compliant.folder / 'junit.xml'}",
    ]


@pytest.mark.parametrize(
    ("host", "expected"),
    (
        pytest.param("dead01", dict.fromkeys(REQUIREMENTS, "unreachable"), id="dead"),
        pytest.param("locked01", dict.fromkeys(REQUIREMENTS, "unreachable"), id="locked-out"),
        pytest.param(
            "blind01",
            dict.fromkeys(REQUIREMENTS[:5], "unknown") | dict.fromkeys(METHOD_2, "not applicable"),
            id="half-blind",
        ),
    ),
)
def test_every_host_that_cannot_be_seen_has_every_verdict(trouble, host, expected):
    assert {named: verdict for (on, named), verdict in trouble.verdicts.items() if on == host} == expected


def test_what_cannot_be_seen_is_told_in_one_line_each(trouble):
    blind = (
        "blind01: access to root\\MicrosoftIISv2 is denied; next step: give the account Enable Account and Remote Enable "
        "on root\\MicrosoftIISv2 (wmimgmt.msc, WMI Control, Security), or use an administrator"
    )
    assert trouble.status == 6
    assert trouble.findings == [
        "UNREACHABLE dead01: connect: connection refused; next step: check that WinRM listens (winrm enumerate winrm/config/listener) and the firewall (9 verdicts)",
        "UNREACHABLE locked01: log-on rejected: the server rejected the user or the password; next step: check user and password by hand before the next run: every run counts towards the account's lock-out (9 verdicts)",
        *(f"UNKNOWN     {requirement} critical {blind}" for requirement in REQUIREMENTS[:5]),
        "27 verdicts on 3 hosts: 5 unknown, 18 unreachable, 4 not applicable",
        "exit status 6: nothing that was seen fails, but not everything could be seen",
        f"report: {trouble.folder / 'report.html'}",
        f"report: {trouble.folder / 'junit.xml'}",
    ]
    assert "Traceback" not in trouble.stdout
