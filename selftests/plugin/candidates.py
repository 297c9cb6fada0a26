"""The article's change as a folder of files, what can be forgotten or done wrong in it, and servers to judge it on."""

import json
from contextlib import contextmanager

from exgate.lab import catalogue_parts

from .mutation import COPY, EXCHANGE, ROOT, Metabase, metabase, setting, value
from .test_mutations import PASSWORD, lab_of

ENVIRONMENT = {"MUTANTS": PASSWORD}
KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MasSync\Parameters"
OMA = "w3svc/1/root/exchange-oma"


def before_method_2(server):
    """Take Method 2 away: SSL and forms-based authentication on /Exchange, and nothing beside it."""
    return value(None)(metabase(lambda keys: keys.drop(COPY))(server))


SERVERS = {
    "sa": (before_method_2(catalogue_parts.standalone("sa", 1)), "standalone", "Alone", ""),
    "sbs": (before_method_2(catalogue_parts.sbs("sbs", 2)), "sbs", "Small Business", ""),
    "fe": (catalogue_parts.front_end("fe", 3), "front-end", "Behind A Front-end", ""),
    "be": (catalogue_parts.back_end("be", 4), "back-end", "Behind A Front-end", ""),
    "ssl": (
        setting(ROOT, "AccessSSLFlags", "AccessSSL")(catalogue_parts.back_end("ssl", 5)),
        "back-end",
        "Behind A Front-end",
        "",
    ),
    "wmi": (catalogue_parts.back_end("wmi", 6), "back-end", "Behind A Front-end", "shell: false"),
    "wmi-sa": (before_method_2(catalogue_parts.standalone("wmi-sa", 7)), "standalone", "Alone", "shell: false"),
    "done": (catalogue_parts.standalone("done", 8), "standalone", "Alone", ""),
}
"""The servers, their roles, organizations and further variables in the inventory."""


@contextmanager
def lab():
    """Run the servers, and give an inventory of them as text."""
    with lab_of([definition for definition, *_ in SERVERS.values()]) as running:
        hosts = []
        for (name, (_, role, organization, more)), server in zip(SERVERS.items(), running.servers, strict=True):
            places = server.endpoints
            variables = {
                "role": role,
                "organization": organization,
                "address": places.address,
                "port": places.port,
                "web_port": places.site_port,
                "web_https_port": places.site_https_port,
            }
            lines = [f"{key}: {json.dumps(known)}" for key, known in variables.items()]
            hosts.append(f"    {name}: {{{', '.join([*lines, *([more] if more else [])])}}}\n")
        hosts.append("    down: {role: standalone, organization: Alone, address: 127.0.0.1, port: 9}\n")
        yield (
            "all:\n  vars: {user: 'LAB\\exgate', password: {env: MUTANTS}, test_mailbox: exgate, "
            f"ca_file: {json.dumps(str(running.ca_path))}}}\n  hosts:\n{''.join(hosts)}"
        )


def own_address(host="sa"):
    return SERVERS[host][0].addresses[0]


def export(edit=lambda keys: keys):
    """Save /Exchange's configuration to a file, forms-based authentication off, as "Before you begin" wants it."""
    forms_off = metabase(lambda keys: keys.unset(EXCHANGE, "DefaultLogonDomain"))(
        setting(EXCHANGE, "AuthFlags", "AuthBasic | AuthNTLM")(SERVERS["sa"][0])
    )
    keys = Metabase(forms_off.metabase_xml)
    element = keys._element(EXCHANGE)
    custom = element[element.index("\t<Custom") : element.index("</IIsWebVirtualDir>")]
    return as_export(edit(Metabase(element.replace(custom, ""))).xml)


def export_with_forms():
    """Save /Exchange's configuration while forms-based authentication is on."""
    return as_export(Metabase(SERVERS["sa"][0].metabase_xml)._element(EXCHANGE))


def as_export(element):
    return f'<?xml version ="1.0"?>\n<configuration>\n<MBProperty>\n{element}</MBProperty>\n</configuration>\n'


def registration(name="ExchangeVDir", data="/exchange-oma", key=KEY, kind=""):
    """A .reg file that sets ExchangeVDir; ``kind`` stands before the data (``hex(2):``)."""
    shown = kind or f'"{data}"'
    return f'Windows Registry Editor Version 5.00\n\n[{key}]\n"{name}"={shown}\n'


def deny(*granted, by_default=False, path="W3SVC/1/ROOT/exchange-oma", lists="IPGrant"):
    """An ADSI script for the article's steps 13 and 14."""
    entries = ", ".join(f'"{each}, 255.255.255.255"' for each in granted or (own_address(),))
    return (
        f'Set vdir = GetObject("IIS://localhost/{path}")\nSet rules = vdir.IPSecurity\n'
        f"rules.GrantByDefault = {by_default}\nrules.{lists} = Array({entries})\n"
        "vdir.IPSecurity = rules\nvdir.SetInfo\n"
    )


AUTHENTICATION = f"cscript adsutil.vbs set {OMA}/AuthFlags 6\n"
SSL_OFF = f"cscript adsutil.vbs set {OMA}/AccessSSLFlags 0\n"
RIGHT = {
    "exchange-oma.xml": export(),
    "setup.cmd": AUTHENTICATION + SSL_OFF,
    "steps-13-14.vbs": deny(),
    "steps-17-21.reg": registration(),
}
"""The whole article: steps 1 to 8, 9 to 12 and 15, 13 and 14, 17 to 21."""


def write(folder, files):
    """Write a change with CR LF, as Windows does, in place of what is there; a file that is None is forgotten."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, text in files.items():
        if text is not None:
            data = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
            (folder / name).write_bytes(data)
    return folder


def right(host):
    """Give the whole article for one of the servers, which lets in its own address."""
    return RIGHT | {"steps-13-14.vbs": deny(own_address(host))}
