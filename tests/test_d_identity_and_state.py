"""D. What the server is, whether it runs, and what it has logged."""

from exgate.exchange import Identity, Symptoms, Web
from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    KB_298513,
    KB_817379,
    OMA_CANNOT_CONNECT,
    OMA_SYSTEM_ERROR,
    RESTART_IIS_ADMIN,
    SYNCHRONIZATION_FAILED,
)


@requirement(
    "KB817379-41",
    title="The server is what the inventory says",
    severity=Severity.HIGH,
    roles=ALL_ROLES,
    passage="This issue does not occur when you enable these settings on the /Exchange virtual directory on a front-end server.",
    symptoms=(SYNCHRONIZATION_FAILED,),
    fix="Correct role: in the inventory. Or, if the inventory is right, correct the server: Exchange System Manager, Servers, "
    '{host}, Properties, General: "This is a front-end server"; then restart the server.',
    rollback="The same check box, and a restart of the server (or the inventory's earlier role).",
    risk="A server that becomes a front-end serves its own mailboxes to nobody: move them first.",
    references=(KB_817379, KB_298513),
)
def test_server_is_what_the_inventory_says(identity: Identity) -> None:
    """What the article demands depends on the role: a wrong one makes every other verdict worthless."""
    is_so = identity.is_what_the_inventory_says
    assert is_so, is_so.found


@requirement(
    "KB817379-42",
    title="The server runs Exchange Server 2003 on IIS 6",
    severity=Severity.HIGH,
    roles=ALL_ROLES,
    passage="When you try to access a Microsoft Exchange Server 2003 computer by using Microsoft Office Outlook Mobile Access or "
    "Exchange ActiveSync, you may experience connection or synchronization problems.",
    symptoms=(SYNCHRONIZATION_FAILED,),
    fix="The article is about Exchange Server 2003 alone: take this server out of the inventory, or correct its address there. "
    "Exchange 2000 has no ActiveSync; Exchange Server 2003 is best with Service Pack 2.",
    rollback="Put the server back into the inventory.",
    risk="None: nothing is changed on the server.",
    references=(KB_817379, "KB 826974: synchronization with an Exchange 2000 server fails"),
)
def test_server_runs_exchange_2003(identity: Identity) -> None:
    """Other versions have other virtual directories and other properties: what is read of them would mislead."""
    runs = identity.runs_exchange_2003
    assert runs, runs.found


@requirement(
    "KB817379-51",
    title="The services that mobile access needs are running",
    severity=Severity.CRITICAL,
    roles=ALL_ROLES,
    passage="Restart the IIS Admin service. To do this, follow these steps: [...] right-click IIS Admin service, and then click "
    "Restart. (Step 23)",
    symptoms=(http_status("503"), OMA_CANNOT_CONNECT, SYNCHRONIZATION_FAILED),
    fix="net start iisadmin\nnet start w3svc\nrem on a server with mailboxes:\nnet start MSExchangeIS\n"
    "(Restarting the IIS Admin service stops the World Wide Web Publishing service, SMTP, POP3 and IMAP4, and does not start "
    "them again by itself.) If one does not start, the System log says why.",
    rollback="Stop the service that was started: net stop and its name.",
    risk="A service that somebody has stopped on purpose serves users again.",
    references=(KB_817379,),
)
def test_services_run(identity: Identity) -> None:
    """Without IIS nobody answers, and without the information store there is no mailbox behind the answer."""
    run = identity.services_run
    assert run, run.found


@requirement(
    "KB817379-52",
    title="The Application log shows none of the article's symptoms since the last start of IIS Admin",
    severity=Severity.HIGH,
    roles=ALL_ROLES,
    passage="Additionally, on a server that is running Exchange Server 2003 Service Pack 2 (SP2), the following events are logged "
    "in the Application log on the Exchange computer.",
    symptoms=(
        event("MSExchangeOMA", 1805, "403"),
        event("MSExchangeOMA", 1507, "440"),
        event("Server ActiveSync", 3029),
        event("Server ActiveSync", 3030),
        event("Server ActiveSync", 3031),
        OMA_SYSTEM_ERROR,
    ),
    fix="The events say what is wrong, on the server that they name: 3029 and 1805 (403.4) KB817379-02, 1805 (403.6) KB817379-15, 3030 and 1507 (440) "
    "KB817379-03, 3031 KB817379-04. Where these comply by now, the events are older than the repair: give its time with "
    f"--events-since, or let a new window begin.\n{RESTART_IIS_ADMIN}",
    rollback="None is needed: nothing but a restart was done.",
    risk="Restarting the IIS Admin service interrupts the users of Outlook Web Access, SMTP, POP3 and IMAP4.",
    references=(KB_817379,),
)
def test_no_symptom_is_logged(symptoms: Symptoms) -> None:
    """The server itself has said that ActiveSync or OMA failed, for one of the reasons that the article names."""
    absent = symptoms.are_absent
    assert absent, absent.found


@requirement(
    "KB817379-53",
    title="The running server agrees with its configuration",
    severity=Severity.HIGH,
    roles=ALL_ROLES,
    wire=True,
    passage="Restart the IIS Admin service. (Step 23)",
    symptoms=(http_status("403.4"), http_status("403.6"), http_status("440"), SYNCHRONIZATION_FAILED),
    fix=RESTART_IIS_ADMIN,
    rollback="A restart cannot be undone. To go on with what was in effect before, undo the change to the configuration, and "
    "restart the IIS Admin service again.",
    risk="Everything that was changed since the last start comes into effect, not this alone.",
    references=(KB_817379,),
)
def test_running_server_agrees_with_its_configuration(web: Web) -> None:
    """A change that is not in effect yet leaves users with the old problem, or hides one that the next restart brings."""
    agrees = web.agrees_with_configuration
    assert agrees, agrees.found
