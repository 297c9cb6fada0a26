"""Sentences and references that several records share."""

from __future__ import annotations

from exgate.requirements import event, user_sees

KB_817379 = "KB 817379"
KB_215383 = "KB 215383: configure IIS to support both the Kerberos protocol and the NTLM protocol"
KB_322756 = "KB 322756: back up and restore the registry"

OMA_CANNOT_CONNECT = user_sees("Unable to connect to your mailbox on server ... Please try again later.")
OMA_SYSTEM_ERROR = user_sees("A System error has occurred while processing your request. Please try again.")
SYNCHRONIZATION_FAILED = user_sees("Synchronization failed due to an error on the server. Try again. HTTP_500")
LEFT_ON_EXCHANGE = (event("Server ActiveSync", 3029), event("Server ActiveSync", 3030), SYNCHRONIZATION_FAILED)
"""What shows when ActiveSync does not find ExchangeVDir and stays on an /Exchange with SSL or the form."""

PARAMETERS = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\MasSync\\Parameters"
ADMIN_SCRIPTS = "In C:\\Inetpub\\AdminScripts:\n"
BACK_UP_METABASE = "Back up the metabase first:\ncscript %windir%\\system32\\iisback.vbs /backup /b before-{id}\n"
MASSYNC = PARAMETERS.removesuffix("\\Parameters")
BACK_UP_REGISTRY = f"Back up the registry first (KB 322756):\nreg export {MASSYNC} MasSync-{{id}}.reg\n"
RESTORE_REGISTRY = (
    f"reg delete {PARAMETERS} /v ExchangeVDir /f\nrem the backup:\nreg import MasSync-{{id}}.reg\n"
    "Restart the IIS Admin service."
)
RESTART_IIS_ADMIN = (
    "Restart the IIS Admin service (services.msc). That stops the World Wide Web Publishing service, SMTP, POP3 and "
    "IMAP4 too: start them again."
)
METHOD_2 = "Method 2 of KB 817379 (a secondary virtual directory, steps 1 to 23)"
COPY_AGAIN = (
    "Make the copy again: IIS Manager, delete /{secondary_vdir}; then KB 817379, Method 2, steps 1 to 16, with "
    "forms-based authentication cleared in Exchange System Manager (HTTP, Exchange Virtual Server, Settings) and "
    "iisreset /noforce before step 1.\n"
)
RESTORE_METABASE = (
    "rem the backup; the whole metabase comes back:\ncscript %windir%\\system32\\iisback.vbs /restore /b before-{id}"
)
EXCHANGE_MANAGES = (
    "Exchange System Manager keeps /Exchange: the System Attendant (DS2MB) overwrites what is changed in IIS within 15 "
    "minutes. "
)
KB_883380 = "KB 883380: reset the default virtual directories of OWA in Exchange Server 2003"
KB_823265 = "KB 823265: Page not found in Outlook Web Access after Windows SharePoint Services was installed"
KB_298513 = "KB 298513: how DS2MB writes Exchange's virtual directories to IIS"
STSADM = 'cd "%CommonProgramFiles%\\Microsoft Shared\\web server extensions\\60\\bin"\n'
KB_818476 = "KB 818476: configure an Exchange Server 2003 server as a front-end server"
MANAGED_PATHS = (
    "(%%p in a batch file; or SharePoint Central Administration, Configure virtual server settings, Define managed "
    "paths.)\nSee KB817379-04 too: installing SharePoint Services turns Negotiate off."
)
LOOK_AGAIN = (
    "Where this is /Exchange, look again after 15 minutes: the System Attendant (DS2MB) overwrites in IIS what "
    "Exchange System Manager has another value for.\n"
)
