"""A. The virtual directory that ActiveSync and OMA log on to: /Exchange, or what ExchangeVDir names."""

from exgate.exchange import ExchangeServer, VirtualDirectory
from exgate.facts.role import MAILBOX_ROLES
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    ADMIN_SCRIPTS,
    BACK_UP_METABASE,
    COPY_AGAIN,
    EXCHANGE_MANAGES,
    KB_215383,
    KB_298513,
    KB_817379,
    KB_883380,
    LOOK_AGAIN,
    METHOD_2,
    OMA_CANNOT_CONNECT,
    OMA_SYSTEM_ERROR,
    RESTART_IIS_ADMIN,
    RESTORE_METABASE,
    SYNCHRONIZATION_FAILED,
)


@requirement(
    "KB817379-01",
    title="The virtual directory that ActiveSync and OMA use exists",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="Exchange Server ActiveSync and Exchange Outlook Mobile Access (OMA) use the /Exchange virtual directory "
    "to access OWA templates and DAV on Exchange back-end servers on which the user's mailbox is located.",
    symptoms=(OMA_CANNOT_CONNECT, http_status("404")),
    fix="{wizard}The virtual directory /Exchange is missing. Exchange writes it to IIS: back up the metabase, delete the key "
    "DS2MB of the metabase, and restart the Microsoft Exchange System Attendant, as KB 883380 describes step by step. "
    "Restarting the System Attendant alone does not bring it back.",
    fix_secondary="{wizard}ExchangeVDir names /{mobile_vdir}, which does not exist. Create it beside /Exchange, under exactly this "
    f"name, with {METHOD_2}; or, if another virtual directory is meant, correct ExchangeVDir (KB817379-12).",
    rollback="iisback.vbs /restore with the metabase's backup. A virtual directory that was created from a file is deleted in "
    "IIS Manager; never delete /Exchange.",
    risk="Restarting the System Attendant interrupts the mailbox store; resetting DS2MB resets Exchange's other virtual "
    "directories to what Exchange System Manager says.",
    references=(KB_817379, KB_883380),
)
def test_mobile_vdir_exists(server: ExchangeServer) -> None:
    """ActiveSync and OMA hold no mailbox themselves: they log on to this virtual directory, and without it to nothing."""
    exists = server.mobile_vdir_exists
    assert exists, exists.found


@requirement(
    "KB817379-02",
    title="The virtual directory that ActiveSync and OMA use does not require SSL",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="The Microsoft-Server-ActiveSync and Outlook Mobile Access virtual directories cannot access the contents of "
    "the user's mailbox if the Exchange virtual directory is configured to require SSL. [They] only try to connect with "
    "the Exchange virtual directory over TCP port 80 (HTTP), not over TCP Port 443 (HTTPS).",
    symptoms=(
        event("Server ActiveSync", 3029),
        event("MSExchangeOMA", 1805, "403"),
        http_status("403.4"),
        OMA_CANNOT_CONNECT,
    ),
    fix="{wizard}Where users' browsers must use SSL on /Exchange and there is no front-end server, leave /Exchange and use "
    f"{METHOD_2} instead. Otherwise:\n{BACK_UP_METABASE}{ADMIN_SCRIPTS}"
    'cscript adsutil.vbs set "w3svc/{site}/root/{mobile_vdir}/AccessSSLFlags" 0\n'
    "(IIS Manager: /{mobile_vdir}, Properties, Directory Security, Secure communications, Edit: clear "
    f'"Require secure channel (SSL)".)\n{RESTART_IIS_ADMIN}\n{LOOK_AGAIN}',
    fix_secondary=f"{{wizard}}{BACK_UP_METABASE}{ADMIN_SCRIPTS}"
    'cscript adsutil.vbs set "w3svc/{site}/root/{mobile_vdir}/AccessSSLFlags" 0\n'
    "(IIS Manager: /{mobile_vdir}, Properties, Directory Security, Secure communications, Edit: clear "
    f'"Require secure channel (SSL)".)\n{RESTART_IIS_ADMIN}',
    rollback=f"{ADMIN_SCRIPTS}{{undo_ssl}}\n{RESTART_IIS_ADMIN}",
    risk="Browsers may then use /{mobile_vdir} without SSL: keep it from the Internet (firewall, front-end, Method 2).",
    references=(KB_817379,),
)
def test_mobile_vdir_does_not_require_ssl(mobile_vdir: VirtualDirectory) -> None:
    """ActiveSync and OMA log on to this virtual directory over TCP 80 only, so it must not require SSL."""
    requires_ssl = mobile_vdir.requires_ssl
    assert not requires_ssl, requires_ssl.found


@requirement(
    "KB817379-03",
    title="Forms-based authentication is off for the virtual directory that ActiveSync and OMA use",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="Server ActiveSync and OMA cannot access this virtual directory if [...] Forms-based authentication is enabled.",
    symptoms=(
        event("Server ActiveSync", 3030),
        event("MSExchangeOMA", 1507, "440"),
        http_status("440"),
        OMA_SYSTEM_ERROR,
    ),
    fix="{wizard}Where users need forms-based authentication and there is no front-end server, leave it on and use "
    f"{METHOD_2} instead. Otherwise:\n"
    "Exchange System Manager, Servers, {host}, Protocols, HTTP, Exchange Virtual Server, Properties, Settings: clear "
    '"Enable Forms Based Authentication"; then run iisreset /noforce.\n'
    "Never with adsutil.vbs on /Exchange: the System Attendant (DS2MB) would overwrite it within 15 minutes.",
    fix_secondary=f"{{wizard}}{BACK_UP_METABASE}"
    "/{mobile_vdir} was copied from /Exchange while forms-based authentication was on, and Exchange System "
    "Manager does not know it: make the copy again.\n"
    "1. Exchange System Manager, Servers, {host}, Protocols, HTTP, Exchange Virtual Server, Properties, Settings: clear "
    '"Enable Forms Based Authentication"; run iisreset /noforce.\n'
    "2. IIS Manager: delete /{mobile_vdir}; make it again from /Exchange (KB 817379, Method 2, steps 1 to 16).\n"
    "3. Set forms-based authentication again in Exchange System Manager, if users need it on /Exchange.\n"
    f"4. {RESTART_IIS_ADMIN}",
    rollback='Set "Enable Forms Based Authentication" again in the same place, and run iisreset /noforce; a copy that was made '
    "again stays.",
    risk="Meanwhile users of Outlook Web Access get the browser's log-on dialog, and restarting IIS interrupts them.",
    references=(KB_817379,),
)
def test_mobile_vdir_has_forms_based_authentication_off(mobile_vdir: VirtualDirectory) -> None:
    """Forms-based authentication answers a DAV log-on with 440 Login Timeout, and no phone can fill in a form."""
    forms = mobile_vdir.uses_forms_based_authentication
    assert not forms, forms.found


@requirement(
    "KB817379-04",
    title="The virtual directory that ActiveSync and OMA use offers Negotiate authentication",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage='The mailbox server [%1] does not allow "Negotiate" authentication to its [%2] virtual directory. Exchange '
    "ActiveSync can only access the server using this authentication scheme. (Event 3031)",
    symptoms=(event("Server ActiveSync", 3031), SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}If NTAuthenticationProviders lacks it: {ADMIN_SCRIPTS}"
    'cscript adsutil.vbs set "{providers_key}/NTAuthenticationProviders" "Negotiate,NTLM"\n'
    "If Integrated Windows authentication is off: Exchange System Manager, HTTP, Exchange Virtual Server, Exchange, "
    "Properties, Access, Authentication: set it there, because the System Attendant (DS2MB) overwrites IIS.\n"
    f"{RESTART_IIS_ADMIN}",
    fix_secondary=f"{{wizard}}{BACK_UP_METABASE}If NTAuthenticationProviders lacks it: {ADMIN_SCRIPTS}"
    'cscript adsutil.vbs set "{providers_key}/NTAuthenticationProviders" "Negotiate,NTLM"\n'
    "If Integrated Windows authentication is off: IIS Manager, /{mobile_vdir}, Properties, Directory Security, "
    f"Authentication and access control, Edit: set it.\n{RESTART_IIS_ADMIN}",
    rollback=f"{ADMIN_SCRIPTS}{{undo_providers}}\n(Integrated Windows authentication: clear it where it was set.)\n{RESTART_IIS_ADMIN}",
    risk="Kerberos must then work: a service principal name that is registered twice breaks log-ons that NTLM would serve. "
    "Where the value is set on a key above, every virtual directory that inherits it gets the new one.",
    references=(KB_817379, KB_215383, "KB 832769: Windows SharePoint Services sets NTLM alone"),
)
def test_mobile_vdir_offers_negotiate(mobile_vdir: VirtualDirectory) -> None:
    """ActiveSync logs on with Kerberos only, and IIS offers Kerberos as Negotiate."""
    negotiate = mobile_vdir.offers_negotiate
    assert negotiate, negotiate.found


@requirement(
    "KB817379-05",
    title="The web site of that virtual directory answers on TCP 80 for the server's own name",
    severity=Severity.CRITICAL,
    roles=MAILBOX_ROLES,
    passage="The Microsoft-Server-ActiveSync and Outlook Mobile Access virtual directories only try to connect with the "
    "Exchange virtual directory over TCP port 80 (HTTP), not over TCP Port 443 (HTTPS).",
    symptoms=(OMA_CANNOT_CONNECT, SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}"
    "IIS Manager: web site {site}, Properties, Web Site, Advanced: add All Unassigned, TCP port 80, no host header; leave the "
    "other entries. No other web site may hold this binding, or a more specific one for the server's own name.",
    rollback="The same dialog: remove the entry again (or iisback.vbs /restore with the backup).",
    risk="The web site becomes reachable without SSL: keep TCP 80 from the Internet by a firewall.",
    references=(KB_817379,),
)
def test_mobile_vdir_answers_on_port_80(mobile_vdir: VirtualDirectory) -> None:
    """ActiveSync and OMA ask the server by its own name and on TCP 80, whatever port or name the users' browsers use."""
    answers = mobile_vdir.answers_on_port_80
    assert answers, answers.found


@requirement(
    "KB817379-06",
    title="The virtual directory that ActiveSync and OMA use is not redirected",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="[They] only try to connect with the Exchange virtual directory over TCP port 80 (HTTP), not over TCP Port 443 "
    "(HTTPS).",
    symptoms=(http_status("302"), SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}"
    "IIS Manager: web site {site}, /{mobile_vdir}, Properties, first tab: the content comes from this computer, not from a "
    "redirection to a URL. (An empty HttpRedirect of its own ends what the virtual directory inherits, and leaves the "
    f"redirect of other paths alone.)\n{RESTART_IIS_ADMIN}\n{LOOK_AGAIN}",
    rollback=f"{ADMIN_SCRIPTS}{{undo_redirect}}\n{RESTART_IIS_ADMIN}",
    risk="Browsers that ask for /{mobile_vdir} without https are not sent to https any more.",
    references=(KB_817379,),
)
def test_mobile_vdir_is_not_redirected(mobile_vdir: VirtualDirectory) -> None:
    """ActiveSync and OMA ask over http and follow no redirect; one to https on the web site's root is inherited."""
    redirected = mobile_vdir.is_redirected
    assert not redirected, redirected.found


@requirement(
    "KB817379-07",
    title="The virtual directory that ActiveSync and OMA use serves mailboxes",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="To access the contents of a user's mailbox in Exchange Server 2003, the Microsoft-Server-ActiveSync and the "
    "Outlook Mobile Access virtual directories make an explicit DAV logon to the Exchange virtual directory.",
    symptoms=(http_status("404"), OMA_CANNOT_CONNECT, SYNCHRONIZATION_FAILED),
    fix=f"{{wizard}}{BACK_UP_METABASE}{EXCHANGE_MANAGES}Set its path there (HTTP, Exchange Virtual Server, Exchange, Properties, General: "
    "Mailboxes for the SMTP domain). If Exchange System Manager shows the right one, IIS has lost it: delete the key DS2MB and "
    "restart the System Attendant, as KB 883380 describes step by step.",
    fix_secondary=f"{{wizard}}{BACK_UP_METABASE}{COPY_AGAIN}{RESTART_IIS_ADMIN}",
    rollback=RESTORE_METABASE,
    risk="Restarting the System Attendant interrupts the mailbox store; resetting DS2MB resets Exchange's other virtual "
    "directories to what Exchange System Manager says.",
    references=(KB_817379, KB_298513, KB_883380),
)
def test_mobile_vdir_serves_mailboxes(mobile_vdir: VirtualDirectory) -> None:
    """The DAV log-on needs Exchange's own extension, davex.dll, and a path into the mailbox store."""
    serves = mobile_vdir.serves_mailboxes
    assert serves, serves.found
