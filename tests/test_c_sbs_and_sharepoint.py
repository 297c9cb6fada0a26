"""C. Small Business Server 2003, and Windows SharePoint Services beside Exchange."""

from exgate.exchange import Method2, SharePointBeside
from exgate.facts.role import MAILBOX_ROLES, Role
from exgate.requirements import Severity, event, http_status, requirement
from exgate.texts import (
    BACK_UP_REGISTRY,
    KB_215383,
    KB_322756,
    KB_817379,
    KB_823265,
    MANAGED_PATHS,
    PARAMETERS,
    RESTART_IIS_ADMIN,
    STSADM,
    SYNCHRONIZATION_FAILED,
)


@requirement(
    "KB817379-21",
    title="On Small Business Server the secondary virtual directory is named exchange-oma",
    severity=Severity.CRITICAL,
    roles=frozenset({Role.SBS}),
    passage="Note If the server is Microsoft Windows Small Business Server 2003 (SBS), the name of the Exchange OMA virtual "
    "directory must be exchange-oma.",
    symptoms=(http_status("404"), SYNCHRONIZATION_FAILED),
    fix="Run the Configure E-Mail and Internet Connection Wizard: it makes the virtual directory exchange-oma and sets "
    "ExchangeVDir as Setup did. If that does not help: create exchange-oma with Method 2 of KB 817379, and then\n"
    f'{BACK_UP_REGISTRY}reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "/exchange-oma" /f\n{RESTART_IIS_ADMIN}',
    rollback=f'reg add {PARAMETERS} /v ExchangeVDir /t REG_SZ /d "{{exchange_vdir}}" /f\n{RESTART_IIS_ADMIN}',
    risk="The wizard sets the server's whole mail and Internet access again: have its answers at hand.",
    references=(KB_817379, KB_322756),
)
def test_sbs_vdir_is_named_exchange_oma(method_2: Method2) -> None:
    """The wizards of Small Business Server look for this name, and repair or overwrite nothing else."""
    named = method_2.vdir_is_named_as_sbs_expects
    assert named, named.found


@requirement(
    "KB817379-31",
    title="Windows SharePoint Services leave the paths alone that ActiveSync and OMA use",
    severity=Severity.HIGH,
    roles=MAILBOX_ROLES,
    passage="This issue may occur after you install Microsoft Windows SharePoint Services on a server that is running Exchange "
    "Server 2003.",
    symptoms=(http_status("404"), event("Server ActiveSync", 3031), SYNCHRONIZATION_FAILED),
    fix=f"Exclude Exchange's paths from SharePoint's managed paths:\n{STSADM}"
    "for %p in (exchange exchweb public exadmin oma microsoft-server-activesync) do "
    f"stsadm -o addpath -url http://{{host}}/%p -type exclusion\n{MANAGED_PATHS}",
    fix_secondary=f"Exclude Exchange's paths from SharePoint's managed paths:\n{STSADM}"
    "for %p in (exchange exchweb public exadmin oma microsoft-server-activesync {mobile_vdir}) do "
    f"stsadm -o addpath -url http://{{host}}/%p -type exclusion\n{MANAGED_PATHS}",
    rollback=f"{STSADM}rem likewise for each path that was added:\nstsadm -o deletepath -url http://{{host}}/{{mobile_vdir}}",
    risk="Sites that SharePoint keeps under one of these names can no longer be reached.",
    references=(KB_817379, KB_823265, KB_215383),
)
def test_sharepoint_leaves_exchange_alone(sharepoint: SharePointBeside) -> None:
    """SharePoint Services answer for every path of the web site that is not excluded, with 404 for what they do not know."""
    leaves = sharepoint.leaves_exchange_alone
    assert leaves, leaves.found
