"""B. Method 2: a secondary virtual directory for ActiveSync and OMA, named by the registry value ExchangeVDir."""

from exgate.exchange import ExchangeServer, VirtualDirectory
from exgate.facts.role import MAILBOX_ROLES
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    ADMIN_SCRIPTS,
    BACK_UP_REGISTRY,
    KB_322756,
    KB_817379,
    LEFT_ON_EXCHANGE,
    METHOD_2,
    PARAMETERS,
    RESTART_IIS_ADMIN,
    RESTORE_REGISTRY,
    SYNCHRONIZATION_FAILED,
)


@requirement(
    "KB817379-11",
    title="The registry value is named exactly ExchangeVDir",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="Note ExchangeVDir is case-sensitive. If you do not type ExchangeVDir exactly as it appears in this article, "
    "ActiveSync does not find the key when it locates the exchange-oma folder. (Steps 18 to 20)",
    symptoms=LEFT_ON_EXCHANGE,
    fix=f"{{wizard}}{BACK_UP_REGISTRY}{{near_miss}}"
    f'reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "{{right_data}}" /f\n{RESTART_IIS_ADMIN}',
    rollback=RESTORE_REGISTRY,
    risk="ActiveSync and OMA move to the virtual directory that the value names: check that it exists and is right first.",
    references=(KB_817379, KB_322756),
)
def test_exchange_vdir_is_named_exactly(server: ExchangeServer) -> None:
    """The services look for this name in this case; another name leaves them on /Exchange without a word."""
    named_right = server.exchange_vdir_is_named_right
    assert named_right, named_right.found


@requirement(
    "KB817379-12",
    title="ExchangeVDir names an existing virtual directory, in its own case",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="In the Value data box, type the name of the new virtual directory that you created in step 8. For example, "
    "type /exchange-oma. (Step 21)",
    symptoms=(http_status("404"), SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}If there is no such virtual directory: create it beside /Exchange with {METHOD_2}.\n{BACK_UP_REGISTRY}"
    f'reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "{{right_data}}" /f\n'
    "(the virtual directory's name as IIS Manager shows it, with a slash in front and none behind)\n"
    f"{RESTART_IIS_ADMIN}",
    rollback=f'reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "{{exchange_vdir}}" /f\n{RESTART_IIS_ADMIN}',
    risk="ActiveSync and OMA move to the virtual directory that the value names.",
    references=(KB_817379, KB_322756),
)
def test_exchange_vdir_names_an_existing_vdir(server: ExchangeServer) -> None:
    """ActiveSync and OMA ask for exactly this path on TCP 80 of the server's own web site."""
    names_a_vdir = server.exchange_vdir_names_a_vdir
    assert names_a_vdir, names_a_vdir.found


@requirement(
    "KB817379-14",
    title="The secondary virtual directory allows Integrated and Basic authentication, and nothing else",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="Make sure that only the following authentication methods are enabled, and then click OK: Integrated Windows "
    "authentication, Basic authentication. (Step 12)",
    symptoms=(event("Server ActiveSync", 3031), http_status("401")),
    fix=f'{{wizard}}{ADMIN_SCRIPTS}cscript adsutil.vbs set "w3svc/{{site}}/root/{{secondary_vdir}}/AuthFlags" 6\n'
    "(IIS Manager: /{secondary_vdir}, Properties, Directory Security, Authentication and access control, Edit.)\n"
    f"{RESTART_IIS_ADMIN}",
    rollback="{undo_authentication}",
    risk="Whatever used another method on this virtual directory stops working; nothing but ActiveSync and OMA should.",
    references=(KB_817379,),
)
def test_secondary_vdir_allows_only_integrated_and_basic(secondary_vdir: VirtualDirectory) -> None:
    """OMA tries Kerberos, NTLM and Basic, ActiveSync Kerberos alone; anonymous access would open mailboxes' paths."""
    exactly = secondary_vdir.allows_only_integrated_and_basic
    assert exactly, exactly.found


@requirement(
    "KB817379-15",
    title="The secondary virtual directory denies every address but the server's own",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="Click the option for Denied access, click Add, click Single computer and type the IP address of the server "
    "that you are configuring, and then click OK. (Steps 13 and 14)",
    symptoms=(http_status("403.6"), SYNCHRONIZATION_FAILED),
    fix="{wizard}IIS Manager: web site {site}, /{secondary_vdir}, Properties, Directory Security, IP address and domain name "
    "restrictions, Edit: Denied access; Add, Single computer, for each of {addresses}; remove every other entry.\n"
    "(Under Denied access the list holds the exceptions: the server itself is let in, everybody else is not.)\n"
    f"{RESTART_IIS_ADMIN}",
    rollback="The same dialog, back to: {restrictions}",
    risk="A wrong address keeps ActiveSync and OMA out: it must be what the server's own name resolves to on the server.",
    references=(KB_817379, "KB 248043: restrict access by address in IIS"),
)
def test_secondary_vdir_denies_all_but_the_server(secondary_vdir: VirtualDirectory) -> None:
    """It is a way to every mailbox without SSL and without the form, so nobody but the server itself may use it."""
    denies = secondary_vdir.denies_all_but_the_server
    assert denies, denies.found
