"""A. The virtual directory that ActiveSync and OMA log on to: /Exchange, or what ExchangeVDir names."""

from exgate.exchange import ExchangeServer, VirtualDirectory
from exgate.facts.role import MAILBOX_ROLES
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    KB_215383,
    KB_817379,
    OMA_CANNOT_CONNECT,
    OMA_SYSTEM_ERROR,
    RESTART_IIS_ADMIN,
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
    fix="If ExchangeVDir names it: create /{mobile_vdir} from a file, as KB 817379 describes under Method 2 (IIS Manager, "
    "/Exchange, All Tasks, Save Configuration to a File; then New, Virtual Directory (from file)).\n"
    "If /Exchange itself is missing: Exchange System Manager, Servers, {host}, Protocols, HTTP, Exchange Virtual Server; "
    "restart the Microsoft Exchange System Attendant, which writes it to IIS again.",
    rollback="Delete the virtual directory /{mobile_vdir} of web site {site} in IIS Manager.",
    risk="Restarting the System Attendant interrupts the mailbox store.",
    references=(KB_817379, "KB 883380: reset the default virtual directories of OWA in Exchange Server 2003"),
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
    fix="cscript adsutil.vbs set w3svc/{site}/root/{mobile_vdir}/AccessSSLFlags 0\n"
    "(IIS Manager: /{mobile_vdir}, Properties, Directory Security, Secure communications, Edit: clear "
    '"Require secure channel (SSL)".)\n'
    "Where users' browsers must use SSL on /Exchange and there is no front-end server, leave /Exchange and use Method 2 "
    f"of KB 817379 instead: a secondary virtual directory.\n{RESTART_IIS_ADMIN}",
    rollback="{undo_ssl}",
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
    fix="Exchange System Manager, Servers, {host}, Protocols, HTTP, Exchange Virtual Server, Properties, Settings: clear "
    '"Enable Forms Based Authentication"; then run iisreset /noforce.\n'
    "Never with adsutil.vbs on /Exchange: the System Attendant (DS2MB) would overwrite it within 15 minutes.\n"
    "Where users need forms-based authentication and there is no front-end server, use Method 2 of KB 817379 instead: a "
    "secondary virtual directory, copied from /Exchange while forms-based authentication is off.",
    rollback='Set "Enable Forms Based Authentication" again in the same place; then run iisreset /noforce.',
    risk="Users of Outlook Web Access get the browser's log-on dialog instead of the form, and restarting IIS interrupts them.",
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
    fix='If NTAuthenticationProviders lacks it: cscript adsutil.vbs set {providers_key}/NTAuthenticationProviders "Negotiate,NTLM"\n'
    "If Integrated Windows authentication is off: on /Exchange in Exchange System Manager (HTTP, Exchange Virtual Server, "
    "Exchange, Properties, Access, Authentication), because DS2MB overwrites IIS there; on a secondary virtual directory in "
    f"IIS Manager (Directory Security, Authentication and access control).\n{RESTART_IIS_ADMIN}",
    rollback="{undo_providers}\n{undo_authentication}",
    risk="Kerberos must then work: a service principal name that is registered twice breaks log-ons that NTLM would serve.",
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
    fix='cscript adsutil.vbs set w3svc/{site}/ServerBindings ":80:" {bindings}\n'
    "(IIS Manager: web site {site}, Properties, Web Site, Advanced: add All Unassigned, port 80, no host header.)\n"
    "First make sure that no other web site has this binding.",
    rollback="cscript adsutil.vbs set w3svc/{site}/ServerBindings {bindings}",
    risk="The web site becomes reachable without SSL: keep TCP 80 from the Internet by a firewall.",
    references=(KB_817379,),
)
def test_mobile_vdir_answers_on_port_80(mobile_vdir: VirtualDirectory) -> None:
    """ActiveSync and OMA ask the server by its own name and on TCP 80, whatever port or name the users' browsers use."""
    answers = mobile_vdir.answers_on_port_80
    assert answers, answers.found
