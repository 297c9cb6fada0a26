"""Details: what a cell tells, how it is reached with the keyboard alone, and what can be copied."""

import pytest

from .kinds import KINDS

SSL = "drift-02-ssl-on-root"
FIX = 'cscript adsutil.vbs set "w3svc/1/root/Exchange/AccessSSLFlags" 0\n'


def cell(page, host, number):
    name = f": {host}, KB817379-{number}"
    return page.locator(f'td.cell[aria-label$="{name}"]')


def terms(page, place="#dialog-body"):
    names = page.locator(f"{place} dt").all_text_contents()
    return dict(zip(names, page.locator(f"{place} dd").all_text_contents(), strict=True))


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


def opened(open_page, lab_run, kind, host, number):
    page = open_page(KINDS[kind](lab_run))
    cell(page, host, number).click()
    return terms(page)


def test_a_failure_tells_all(open_page, lab_run):
    told = opened(open_page, lab_run, "lab", SSL, "02")
    assert list(told) == [
        *("Host", "Requirement", "Verdict", "Severity", "Found", "Demanded", "Since", "Why it matters"),
        *("Symptoms users see", "Fix, for a person to review", "Rollback", "Risk", "The article", "References"),
        *("Facts from", "Facts read", "Test"),
    ]
    assert told["Host"] == f"{SSL} (back-end; Lab; groups drifted, drifted_backends)"
    assert told["Requirement"] == "KB817379-02 The virtual directory that ActiveSync and OMA use does not require SSL"
    assert (told["Verdict"], told["Severity"]) == ("F fail", "critical")
    assert (
        told["Found"] == "/Exchange (web site 1) requires SSL: AccessSSLFlags is 8 (AccessSSL), set on /LM/W3SVC/1/ROOT"
    )
    assert told["Demanded"] == "AccessSSL (8) off"
    assert told["Since"] == f"{lab_run.run.started:%Y-%m-%d %H:%M:%S} UTC"
    assert FIX in told["Fix, for a person to review"]
    assert told["Facts from"].startswith("WMI over WS-Management, http://127.")


@pytest.mark.parametrize(
    ("kind", "host", "number", "expected"),
    (
        (
            "lab",
            "be01",
            "02",
            {
                "Verdict": ". pass",
                "Seen": "/Exchange (web site 1) does not require SSL: AccessSSLFlags is 0, not set, the schema's default",
            },
        ),
        (
            "lab",
            "blind01",
            "02",
            {
                "Reason": "access to root\\MicrosoftIISv2 is denied",
                "Next step": "give the account Enable Account and Remote Enable on root\\MicrosoftIISv2 "
                "(wmimgmt.msc, WMI Control, Security), or use an administrator",
            },
        ),
        (
            "lab",
            "dead01",
            "02",
            {
                "Cause": "connect",
                "What happened": "connection refused",
                "Next step": "check that WinRM listens (winrm enumerate winrm/config/listener) and the firewall",
                "Facts": "none: the host could not be asked",
            },
        ),
        (
            "waived",
            SSL,
            "02",
            {
                "Waiver": "valid; covers this",
                "Waiver's reason": "replaced in June",
                "Waiver's owner": "mail team",
                "Approved by": "J. Doe",
                "Ticket": "CHG-1",
                "Expires": "2026-12-31",
                "Waiver stands in": "waivers.yml:3",
            },
        ),
        (
            "compared",
            SSL,
            "02",
            {
                "Against the baseline": "new",
                "Before the change": f"pass: {SSL}: it was fine",
                "With the change": f"fail: {SSL}: /Exchange (web site 1) requires SSL: AccessSSLFlags is 8 (AccessSSL), "
                "set on /LM/W3SVC/1/ROOT; demanded: AccessSSL (8) off",
            },
        ),
        (
            "interrupted",
            "blind01",
            "02",
            {
                "Verdict": "- no verdict",
                "Why": "This was selected and has no verdict: the run stopped before. It has not complied.",
                "Facts": "none: the host was not asked",
            },
        ),
    ),
    ids=["pass", "unknown", "unreachable", "waived", "compared", "no verdict"],
)
def test_each_verdict_tells_what_there_is(open_page, lab_run, kind, host, number, expected):
    told = opened(open_page, lab_run, kind, host, number)
    assert {name: told.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("kind", "host", "number"),
    (("waived", SSL, "02"), ("lab", "blind01", "02"), ("lab", "be01", "02"), ("lab", "dead01", "02")),
    ids=["waived", "unknown", "pass", "unreachable"],
)
def test_nothing_with_placeholders_is_shown_as_a_command(open_page, lab_run, kind, host, number):
    told = opened(open_page, lab_run, kind, host, number)
    assert not {"Fix, for a person to review", "Rollback"} & set(told)
    assert "{" not in "".join(told.values())


def test_an_own_test_tells_what_it_could_not_see(open_page, lab_run):
    page = open_page(KINDS["own tests"](lab_run))
    page.locator('td.unknown[aria-label*="test_backup"]').first.click()
    told = terms(page)
    assert (told["Requirement"], told["Severity"], told["Reason"]) == (
        "tests/test_own.py::test_backup",
        "none: a test of your own",
        "the log is empty",
    )


def test_keys_alone_lead_through_the_matrix_and_back(lab_page, until):
    lab_page.locator("#clear").focus()
    lab_page.keyboard.press("Tab")
    first = focused(lab_page)
    assert first in {f"pass: {SSL}, KB817379-01", "pass: drift-03-forms-based-authentication, KB817379-01"}
    lab_page.keyboard.press("Control+Home")
    assert focused(lab_page) == first
    cell(lab_page, SSL, "01").focus()
    lab_page.keyboard.press("ArrowRight")
    assert focused(lab_page) == f"fail: {SSL}, KB817379-02"
    lab_page.keyboard.press("Enter")
    assert lab_page.get_by_role("dialog", name=f"fail: {SSL}, KB817379-02").is_visible()
    lab_page.keyboard.press("Escape")
    until(lab_page, "location.hash === ''")
    assert lab_page.locator("#dialog").is_hidden()
    assert focused(lab_page) == f"fail: {SSL}, KB817379-02"
    lab_page.keyboard.press(" ")
    assert lab_page.locator("#dialog").is_visible()
    lab_page.keyboard.press("Tab")
    assert focused(lab_page) == "Close"
    lab_page.keyboard.press("Enter")
    assert lab_page.locator("#dialog").is_hidden()
    assert focused(lab_page) == f"fail: {SSL}, KB817379-02"


@pytest.mark.parametrize(
    ("key", "number", "same_host"),
    (
        ("ArrowLeft", "01", True),
        ("ArrowRight", "03", True),
        ("ArrowDown", "02", False),
        ("Home", "01", True),
        ("End", "64", True),
        ("PageDown", "02", False),
        ("Control+End", "64", False),
    ),
)
def test_each_key_moves_by_its_own_step(lab_page, key, number, same_host):
    cell(lab_page, SSL, "02").focus()
    lab_page.keyboard.press(key)
    assert focused(lab_page).endswith(f", KB817379-{number}")
    assert (f": {SSL}," in focused(lab_page)) is same_host
    assert lab_page.locator("#matrix [tabindex='0']").count() == 1


def test_tab_leaves_the_matrix(lab_page):
    cell(lab_page, SSL, "02").focus()
    lab_page.keyboard.press("Tab")
    assert lab_page.evaluate("document.activeElement.matches('summary')")


def test_focus_stays_in_the_dialog(lab_page):
    cell(lab_page, SSL, "02").click()
    places = set()
    for _ in range(8):
        lab_page.keyboard.press("Tab")
        places.add(
            lab_page.evaluate(
                "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
            )
        )
    assert places == {True}


def test_a_cell_has_an_address(open_page, lab_run, until):
    page = open_page(lab_run, fragment=f"#h={SSL}&r=KB817379-02")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    until(page, "location.hash === ''")
    assert focused(page) == f"fail: {SSL}, KB817379-02"


def test_back_closes_the_dialog_and_forward_opens_it(lab_page):
    cell(lab_page, SSL, "02").click()
    assert lab_page.evaluate("location.hash") == f"#h={SSL}&r=KB817379-02"
    lab_page.go_back()
    assert lab_page.locator("#dialog").is_hidden()
    lab_page.go_forward()
    assert lab_page.locator("#dialog").is_visible()


def test_filters_stay_while_a_cell_is_open(open_page, lab_run, until):
    page = open_page(lab_run, fragment="#v=fail")
    cell(page, SSL, "02").click()
    assert page.evaluate("location.hash") == f"#v=fail&h={SSL}&r=KB817379-02"
    page.get_by_role("button", name="Close").click()
    until(page, "location.hash === '#v=fail'")


def test_an_address_of_nothing_says_so(open_page, lab_run):
    page = open_page(lab_run, fragment="#h=be99&r=KB817379-02")
    assert (
        page.locator("#shown").inner_text() == "10 of 10 hosts, 260 verdicts. This report has no KB817379-02 of be99."
    )


def copied(page):
    """Paste into a field of our own: reading the clipboard needs a permission that a file's page may lack."""
    page.evaluate("document.querySelector('#text').value = ''")
    page.keyboard.press("Escape")
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'pasted'}))")
    page.locator("#pasted").focus()
    page.keyboard.press("Control+v")
    return page.locator("#pasted").input_value()


@pytest.mark.parametrize(
    "before",
    ("", "Object.defineProperty(navigator, 'clipboard', {value: undefined})"),
    ids=["clipboard", "the old way"],
)
def test_a_fix_can_be_copied(open_page, lab_run, before):
    page = open_page(lab_run, before=before)
    cell(page, SSL, "02").click()
    text = page.locator("#dialog-body pre").first.text_content()
    page.get_by_role("button", name="Copy the fix").click()
    page.locator(".copy [role=status]", has_text="copied").wait_for()
    assert FIX in copied(page) == text


def test_a_finding_opens_to_the_same_details(lab_page):
    finding = lab_page.locator("details.finding", has_text=f"{SSL} KB817379-02")
    finding.locator("summary").click()
    told = terms(lab_page, "details.finding[open]")
    cell(lab_page, SSL, "02").click()
    assert terms(lab_page) == told


def test_alike_findings_lead_to_each_of_their_requirements(lab_page):
    finding = lab_page.locator("details.finding", has_text="dead01")
    finding.locator("summary").click()
    finding.get_by_role("button", name="KB817379-61").click()
    assert lab_page.get_by_role("dialog", name="unreachable: dead01, KB817379-61").is_visible()
