"""E. On the wire, from the machine that runs the tests."""

from exgate.exchange import Web
from exgate.facts.role import CLIENT_ROLES, MAILBOX_ROLES
from exgate.requirements import Severity, http_status, requirement
from exgate.texts import (
    KB_215383,
    KB_817379,
    OMA_CANNOT_CONNECT,
    OMA_SYSTEM_ERROR,
    SYNCHRONIZATION_FAILED,
)


@requirement(
    "KB817379-61",
    title="The virtual directory that ActiveSync and OMA use answers as it should",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    wire=True,
    passage="Server ActiveSync and OMA cannot access this virtual directory if either of the following conditions is true: The "
    "/Exchange virtual directory on an Exchange back-end server is configured to require SSL. Forms-based authentication is "
    "enabled.",
    symptoms=(http_status("403.4"), http_status("440"), http_status("503"), OMA_CANNOT_CONNECT, SYNCHRONIZATION_FAILED),
    fix="The answer says what to repair: 403.4 KB817379-02; 302 to owalogon.asp or 440 KB817379-03; 401 without Negotiate "
    "KB817379-04; 403.6 of /Exchange: remove its IP address restriction in IIS Manager; 400 KB817379-05; another 302 KB817379-06; 404 KB817379-01, or KB817379-31 beside SharePoint; a secondary "
    "virtual directory that lets other machines in KB817379-15. 503: start ExchangeApplicationPool in IIS Manager; the "
    "System log (source W3SVC) says why it stopped. Where these comply already: KB817379-53.",
    rollback="That of the requirement that is repaired.",
    risk="That of the requirement that is repaired.",
    references=(KB_817379, KB_215383),
)
def test_mobile_vdir_answers(web: Web) -> None:
    """Whatever the configuration says, this is what ActiveSync and OMA meet."""
    answers = web.mobile_vdir_answers
    assert answers, answers.found


@requirement(
    "KB817379-62",
    title="A DAV log-on to the test mailbox works",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    wire=True,
    passage="To access the contents of a user's mailbox in Exchange Server 2003, the Microsoft-Server-ActiveSync and the Outlook "
    "Mobile Access virtual directories make an explicit DAV logon to the Exchange virtual directory. (More information)",
    symptoms=(http_status("401"), http_status("404"), OMA_CANNOT_CONNECT, SYNCHRONIZATION_FAILED),
    fix="401: check the test account and its password by hand; with Kerberos look for a service principal name (setspn -L "
    "{host}) that is missing or registered twice. 404: check that the test mailbox is on this server and was opened once. "
    "5xx: check that the mailbox store is mounted (Exchange System Manager).",
    rollback="Undo in the same place what was changed there.",
    risk="None on the server as long as only the test account is corrected.",
    references=(KB_817379, KB_215383),
)
def test_dav_log_on_works(web: Web) -> None:
    """This is the very request that ActiveSync and OMA make for every user."""
    works = web.dav_log_on_works
    assert works, works.found


@requirement(
    "KB817379-63",
    title="ActiveSync answers",
    severity=Severity.HIGH,
    roles=CLIENT_ROLES,
    wire=True,
    passage="Synchronization failed due to an error on the server. Try again. Error code: HTTP_500",
    symptoms=(http_status("403"), http_status("500"), SYNCHRONIZATION_FAILED),
    fix="Exchange System Manager, Global Settings, Mobile Services, Properties: set Enable user initiated synchronization. "
    "IIS Manager: /Microsoft-Server-ActiveSync must exist, with Basic authentication, in ExchangeApplicationPool.",
    rollback="The same check box.",
    risk="Users' phones synchronize again.",
    references=(KB_817379, "KB 886346: HTTP 500 when a mobile device synchronizes"),
)
def test_activesync_answers(web: Web) -> None:
    """A phone begins with this question, and goes no further without an answer."""
    answers = web.activesync_answers
    assert answers, answers.found


@requirement(
    "KB817379-64",
    title="OMA answers",
    severity=Severity.HIGH,
    roles=CLIENT_ROLES,
    wire=True,
    passage="A System error has occurred while processing your request. Please try again. If the problem persists, contact your "
    "administrator.",
    symptoms=(http_status("403"), http_status("500"), OMA_SYSTEM_ERROR),
    fix="Exchange System Manager, Global Settings, Mobile Services, Properties: set Enable Outlook Mobile Access. IIS Manager: "
    "/OMA must exist, with Basic authentication, and ASP.NET must be allowed (Web Service Extensions). KB 898131 lists further "
    "causes.",
    rollback="The same check box.",
    risk="Users can read mail with a phone's browser.",
    references=(KB_817379, "KB 898131: OMA shows A System error has occurred while processing your request"),
)
def test_oma_answers(web: Web) -> None:
    """A phone's browser begins with this page."""
    answers = web.oma_answers
    assert answers, answers.found
