"""B. Method 2: a secondary virtual directory for ActiveSync and OMA, named by the registry value ExchangeVDir."""

from exgate.exchange import Method2, VirtualDirectory
from exgate.facts.role import MAILBOX_ROLES, Role
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    ADMIN_SCRIPTS,
    BACK_UP_METABASE,
    BACK_UP_REGISTRY,
    COPY_AGAIN,
    KB_322756,
    KB_817379,
    KB_818476,
    LEFT_ON_EXCHANGE,
    METHOD_2,
    OMA_CANNOT_CONNECT,
    PARAMETERS,
    RESTART_IIS_ADMIN,
    RESTORE_METABASE,
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
def test_exchange_vdir_is_named_exactly(method_2: Method2) -> None:
    """The services look for this name in this case; another name leaves them on /Exchange without a word."""
    named_right = method_2.value_is_named_right
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
def test_exchange_vdir_names_an_existing_vdir(method_2: Method2) -> None:
    """ActiveSync and OMA ask for exactly this path on TCP 80 of the server's own web site."""
    names_a_vdir = method_2.value_names_a_vdir
    assert names_a_vdir, names_a_vdir.found


@requirement(
    "KB817379-13",
    title="The secondary virtual directory is a copy of /Exchange",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="To create a secondary virtual directory for Exchange that is based on steps 1 through 4 of the following "
    "procedure [...] you must use Internet IIS Manager to create this virtual directory for Exchange ActiveSync and Outlook "
    "Mobile Access to work. (Steps 2 to 8)",
    symptoms=(http_status("404"), http_status("500"), SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}{COPY_AGAIN}{RESTART_IIS_ADMIN}",
    rollback=RESTORE_METABASE,
    risk="While the copy is missing ActiveSync and OMA do not work: do it outside working hours.",
    references=(KB_817379,),
)
def test_secondary_vdir_is_a_copy_of_exchange(method_2: Method2) -> None:
    """Path, script maps and access permissions make a DAV virtual directory; one made by hand lacks some of them."""
    is_a_copy = method_2.vdir_is_a_copy
    assert is_a_copy, is_a_copy.found


@requirement(
    "KB817379-14",
    title="The secondary virtual directory allows Integrated and Basic authentication, and nothing else",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="Make sure that only the following authentication methods are enabled, and then click OK: Integrated Windows "
    "authentication, Basic authentication. (Step 12)",
    symptoms=(event("Server ActiveSync", 3031), http_status("401")),
    fix=f'{{wizard}}{BACK_UP_METABASE}{ADMIN_SCRIPTS}cscript adsutil.vbs set "w3svc/{{site}}/root/{{secondary_vdir}}/AuthFlags" 6\n'
    "(IIS Manager: /{secondary_vdir}, Properties, Directory Security, Authentication and access control, Edit.)\n"
    f"{RESTART_IIS_ADMIN}",
    rollback=f"{ADMIN_SCRIPTS}{{undo_authentication}}\n{RESTART_IIS_ADMIN}",
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
    fix=f"{{wizard}}{BACK_UP_METABASE}"
    "IIS Manager: web site {site}, /{secondary_vdir}, Properties, Directory Security, IP address and domain name "
    "restrictions, Edit: Denied access; Add, Single computer, for each of {addresses}; remove every other entry.\n"
    "(Under Denied access the list holds the exceptions: the server itself is let in, everybody else is not.)\n"
    f"{RESTART_IIS_ADMIN}",
    rollback=f"The same dialog, back to: {{restrictions}}\n{RESTART_IIS_ADMIN}",
    risk="A wrong address keeps ActiveSync and OMA out: it must be what the server's own name resolves to on the server.",
    references=(KB_817379, "KB 248043: restrict access by address in IIS"),
)
def test_secondary_vdir_denies_all_but_the_server(secondary_vdir: VirtualDirectory) -> None:
    """It is a way to every mailbox without SSL and without the form, so nobody but the server itself may use it."""
    denies = secondary_vdir.denies_all_but_the_server
    assert denies, denies.found


@requirement(
    "KB817379-16",
    title="The secondary virtual directory was copied while forms-based authentication was off",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="To create a secondary virtual directory for Exchange [...], make sure that forms-based authentication is disabled "
    "for the Exchange virtual directory before you make the copy. (Before you begin)",
    symptoms=(event("Server ActiveSync", 3030), event("MSExchangeOMA", 1507, "440"), SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}{COPY_AGAIN}Set forms-based authentication again in Exchange System Manager, if users need "
    f"it on /Exchange.\n{RESTART_IIS_ADMIN}",
    rollback=RESTORE_METABASE,
    risk="While the copy is missing ActiveSync and OMA do not work, and users of Outlook Web Access get the browser's log-on "
    "dialog: do it outside working hours.",
    references=(KB_817379,),
)
def test_secondary_vdir_was_copied_with_forms_off(method_2: Method2) -> None:
    """What forms-based authentication leaves on /Exchange is copied with it, and nothing ever corrects the copy."""
    forms_off = method_2.copy_was_made_with_forms_off
    assert forms_off, forms_off.found


@requirement(
    "KB817379-17",
    title="Method 2 is used only where there is no front-end server",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="Important Method 2 should be used only in an environment that has no Exchange Server 2003 front-end server.",
    symptoms=(SYNCHRONIZATION_FAILED, OMA_CANNOT_CONNECT),
    fix="With a front-end server /Exchange itself must work without SSL and without forms-based authentication (Method 1); both "
    f"belong on the front-end. Make /Exchange so first (KB817379-02, KB817379-03). Then:\n{BACK_UP_METABASE}"
    f"{BACK_UP_REGISTRY}reg delete {PARAMETERS} /v ExchangeVDir /f\n{RESTART_IIS_ADMIN}\nThen delete /{{secondary_vdir}} in IIS Manager.",
    rollback=f"{RESTORE_METABASE}\n"
    f'reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "{{exchange_vdir}}" /f\n{RESTART_IIS_ADMIN}',
    risk="ActiveSync and OMA move back to /Exchange: if it still requires SSL or uses the form, they stop.",
    references=(KB_817379, KB_818476),
)
def test_method_2_has_no_front_end_beside(method_2: Method2) -> None:
    """A front-end asks for /Exchange on the server with the mailboxes, whatever the registry there says."""
    alone = method_2.has_no_front_end_beside
    assert alone, alone.found


@requirement(
    "KB817379-18",
    title="A front-end server has no ExchangeVDir",
    severity=Severity.MEDIUM,
    roles=frozenset({Role.FRONT_END}),
    passage="The registry changes should be made only on the server on which the mailboxes are located.",
    symptoms=(SYNCHRONIZATION_FAILED, http_status("404")),
    fix=f"{BACK_UP_REGISTRY}{{delete_values}}{RESTART_IIS_ADMIN}",
    rollback=f"rem the backup:\nreg import MasSync-{{id}}.reg\n{RESTART_IIS_ADMIN}",
    risk="None that is known: a front-end server holds no mailboxes.",
    references=(KB_817379, KB_322756),
)
def test_front_end_has_no_exchange_vdir(method_2: Method2) -> None:
    """There it sends ActiveSync to a virtual directory that the servers with the mailboxes do not have."""
    without = method_2.front_end_is_without_value
    assert without, without.found
