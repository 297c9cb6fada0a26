"""Single changes to compliant lab servers, at the level at which an administrator makes them: metabase and registry."""

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from types import MappingProxyType

from exgate.facts.ip_restrictions import IPRestrictions, parse_ip_entry
from exgate.facts.registry import MASSYNC, MASSYNC_PARAMETERS, RegistryType, RegistryValue
from exgate.lab.definition import ServerDefinition

W3SVC = "/LM/W3SVC"
SITE = f"{W3SVC}/1"
ROOT = f"{SITE}/ROOT"
EXCHANGE = f"{ROOT}/Exchange"
COPY = f"{ROOT}/exchange-oma"
PARAMETERS = rf"HKLM\{MASSYNC_PARAMETERS}"
ABOVE = rf"HKLM\{MASSYNC}"
FORMS = '\t<Custom\n\t\tID="45054"\n\t\tValue="1"\n\t\tType="DWORD"\n\t\tAttributes="INHERIT"\n\t/>\n'


@dataclass(frozen=True)
class Metabase:
    """A MetaBase.xml that is edited as text, one attribute a line."""

    xml: str

    def _element(self, location):
        found = re.search(rf'<(\w+)\tLocation ="{re.escape(location)}"\n.*?</\1>\n', self.xml, re.DOTALL)
        assert found, location
        return found[0]

    def _replaced(self, location, new):
        old = self._element(location)
        assert new != old, location
        return Metabase(self.xml.replace(old, new))

    def set(self, location, name, value):
        element = re.sub(rf'\t\t{name}="[^"]*"\n', "", self._element(location))
        return self._replaced(location, element.replace('"\n', f'"\n\t\t{name}="{value}"\n', 1))

    def unset(self, location, name):
        return self._replaced(location, re.sub(rf'\t\t{name}="[^"]*"\n', "", self._element(location)))

    def forms(self, location):
        return self._replaced(location, self._element(location).replace("\t>\n", f"\t>\n{FORMS}", 1))

    def drop(self, location):
        return self._replaced(location, "")

    def move(self, location, to):
        return self._replaced(location, self._element(location).replace(f'"{location}"', f'"{to}"'))

    def site(self, number, bindings, *vdirs):
        location = f"{W3SVC}/{number}"
        keys = [
            f'<IIsWebServer\tLocation ="{location}"\n\t\tServerBindings="{bindings}"\n\t>\n</IIsWebServer>\n',
            f'<IIsWebVirtualDir\tLocation ="{location}/ROOT"\n\t\tPath="C:\\two"\n\t>\n</IIsWebVirtualDir>\n',
            *(self._element(vdir).replace(ROOT, f"{location}/ROOT") for vdir in vdirs),
        ]
        return Metabase(self.xml.replace("</MBProperty>", f"{''.join(keys)}</MBProperty>"))


def metabase(edit):
    """Change the metabase."""
    return lambda server: replace(server, metabase_xml=edit(Metabase(server.metabase_xml)).xml)


def setting(location, name, value):
    """Set a property on a key."""
    return metabase(lambda keys: keys.set(location, name, value))


def value(name="ExchangeVDir", data="/exchange-oma", kind=RegistryType.REG_SZ, key=PARAMETERS):
    """Replace whatever there is of ExchangeVDir by another value; None for none."""

    def change(server):
        kept = {
            path: tuple(each for each in values if each.name != "ExchangeVDir")
            for path, values in server.registry.items()
        }
        if name is not None:
            kept[key] = (*kept.get(key, ()), RegistryValue(name, kind, data))
        return replace(server, registry=MappingProxyType(kept))

    return change


def restrictions(location=COPY, *, grant_by_default=False, grant=(), deny=(), domains=()):
    """Set a key's IP restrictions; ``{own}`` is the server's own address."""

    def change(server):
        def networks(entries):
            return tuple(parse_ip_entry(entry.format(own=server.addresses[0])) for entry in entries)

        wanted = IPRestrictions(
            grant_by_default=grant_by_default, ip_grant=networks(grant), ip_deny=networks(deny), domain_grant=domains
        )
        xml = Metabase(server.metabase_xml).set(location, "IPSecurity", "0102" if wanted.restricts else "").xml
        return replace(
            server, metabase_xml=xml, ip_restrictions=MappingProxyType({**server.ip_restrictions, location: wanted})
        )

    return change


def renamed_copy(name):
    """Rename the secondary virtual directory with all that belongs to it."""

    def change(server):
        location = f"{ROOT}/{name}"
        keys = Metabase(server.metabase_xml).move(COPY, location)
        moved = {(location if path == COPY else path): kept for path, kept in server.ip_restrictions.items()}
        return replace(server, metabase_xml=keys.xml, ip_restrictions=MappingProxyType(moved))

    return change


def both(*changes):
    """Make several changes, where one alone cannot be made."""

    def change(server):
        for each in changes:
            server = each(server)
        return server

    return change


def of_server(**fields):
    """Change something else of the definition."""
    return lambda server: replace(server, **fields)


def stopped(service):
    """Stop a service."""
    return lambda server: replace(server, services=MappingProxyType({**server.services, service: "Stopped"}))


@dataclass(frozen=True)
class Mutation:
    """A change and the verdicts that it must give.

    Attributes:
        base: ``be``, ``sa``, ``sbs`` or ``fe``.
        name: Unique among those of its base.
        change: From the compliant definition to the changed one.
        fails: Requirements that fail, by the end of their ids.
        unknown: Requirements that cannot be judged.
        inventory: Further variables in the inventory.
    """

    base: str
    name: str
    change: object
    fails: str = ""
    unknown: str = ""
    inventory: str = ""

    @property
    def host(self):
        return f"{self.base}-{self.name}"

    @property
    def expected(self):
        found = {f"KB817379-{number}": "fail" for number in self.fails.split()}
        return found | {f"KB817379-{number}": "unknown" for number in self.unknown.split()}


ANYBODY = IPv4Network("0.0.0.0/0")
_SSL = "AccessSSL"
_FORMS_ON_EXCHANGE = "02 03 04 61"
"""What a Method 2 server fails whose ActiveSync is left on /Exchange: SSL, the form, no Integrated."""


def compliant(server: ServerDefinition) -> ServerDefinition:
    """Change nothing."""
    return server


MUTATIONS = (
    Mutation("be", "compliant", compliant),
    Mutation("sa", "compliant", compliant),
    Mutation("sbs", "compliant", compliant),
    Mutation("fe", "compliant", compliant),
    # SSL
    Mutation("be", "ssl", setting(EXCHANGE, "AccessSSLFlags", _SSL), "02 61"),
    Mutation("be", "ssl-on-root", setting(ROOT, "AccessSSLFlags", _SSL), "02 61"),
    Mutation("be", "ssl-on-site", setting(SITE, "AccessSSLFlags", _SSL), "02 61"),
    Mutation("be", "ssl-on-service", setting(W3SVC, "AccessSSLFlags", _SSL), "02 61"),
    Mutation(
        "be",
        "ssl-on-root-but-not-here",
        both(setting(ROOT, "AccessSSLFlags", _SSL), setting(EXCHANGE, "AccessSSLFlags", "0")),
    ),
    Mutation("be", "ssl-128-without-ssl", setting(EXCHANGE, "AccessSSLFlags", "AccessSSL128")),
    Mutation("be", "ssl-on-public", setting(f"{ROOT}/Public", "AccessSSLFlags", _SSL)),
    Mutation("sa", "ssl-on-copy", setting(COPY, "AccessSSLFlags", _SSL), "02"),
    Mutation("sa", "ssl-on-root", setting(ROOT, "AccessSSLFlags", _SSL), "02"),
    Mutation(
        "sa",
        "ssl-on-root-but-not-on-copy",
        both(setting(ROOT, "AccessSSLFlags", _SSL), setting(COPY, "AccessSSLFlags", "0")),
    ),
    # authentication
    Mutation("be", "basic-alone", setting(EXCHANGE, "AuthFlags", "AuthBasic"), "04 61", "03"),
    Mutation("be", "integrated-alone", setting(EXCHANGE, "AuthFlags", "AuthNTLM")),
    Mutation("be", "anonymous", setting(EXCHANGE, "AuthFlags", "AuthAnonymous | AuthBasic | AuthNTLM")),
    Mutation("be", "auth-from-service", metabase(lambda keys: keys.unset(EXCHANGE, "AuthFlags")), "04 61", "03"),
    Mutation("be", "ntlm-alone", setting(EXCHANGE, "NTAuthenticationProviders", "NTLM"), "04 61"),
    Mutation("be", "ntlm-alone-on-site", setting(SITE, "NTAuthenticationProviders", "NTLM"), "04 61"),
    Mutation("be", "ntlm-alone-on-service", setting(W3SVC, "NTAuthenticationProviders", "NTLM"), "04 61"),
    Mutation("be", "providers-in-another-case", setting(EXCHANGE, "NTAuthenticationProviders", "negotiate,ntlm")),
    Mutation("be", "providers-empty", setting(EXCHANGE, "NTAuthenticationProviders", "")),
    Mutation("sa", "anonymous-copy", setting(COPY, "AuthFlags", "AuthAnonymous | AuthBasic | AuthNTLM"), "14"),
    Mutation("sa", "digest-copy", setting(COPY, "AuthFlags", "AuthBasic | AuthNTLM | AuthMD5"), "14"),
    Mutation("sa", "passport-copy", setting(COPY, "AuthFlags", "AuthBasic | AuthNTLM | AuthPassport"), "14"),
    Mutation("sa", "integrated-alone-copy", setting(COPY, "AuthFlags", "AuthNTLM"), "14"),
    Mutation("sa", "basic-alone-copy", setting(COPY, "AuthFlags", "AuthBasic"), "04 14", "03"),
    Mutation("sa", "ntlm-alone-copy", setting(COPY, "NTAuthenticationProviders", "NTLM"), "04"),
    Mutation("sa", "ntlm-alone-on-exchange", setting(EXCHANGE, "NTAuthenticationProviders", "NTLM")),
    # forms-based authentication
    Mutation("be", "backslash", setting(EXCHANGE, "DefaultLogonDomain", "\\")),
    Mutation("be", "45054", metabase(lambda keys: keys.forms(EXCHANGE)), "61", "03"),
    Mutation("be", "45054-on-root", metabase(lambda keys: keys.forms(ROOT)), "61", "03"),
    Mutation(
        "be",
        "forms",
        both(
            metabase(lambda keys: keys.forms(EXCHANGE)),
            setting(EXCHANGE, "DefaultLogonDomain", "\\"),
            setting(EXCHANGE, "AuthFlags", "AuthBasic"),
        ),
        "03 04 61",
    ),
    Mutation("sa", "backslash-on-copy", setting(COPY, "DefaultLogonDomain", "\\"), "16", "03"),
    Mutation("sa", "backslash-on-root", setting(ROOT, "DefaultLogonDomain", "\\"), "16", "03"),
    Mutation("sa", "45054-on-copy", metabase(lambda keys: keys.forms(COPY)), "16", "03"),
    Mutation("sa", "45054-on-root", metabase(lambda keys: keys.forms(ROOT)), "16 63 64", "03"),
    # redirects, paths, script maps
    Mutation("be", "redirect", setting(EXCHANGE, "HttpRedirect", "https://mail.lab.example/exchange"), "06 61"),
    Mutation("be", "redirect-on-root", setting(ROOT, "HttpRedirect", "https://mail.lab.example/exchange"), "06 61"),
    Mutation(
        "be",
        "redirect-on-root-but-not-here",
        both(setting(ROOT, "HttpRedirect", "https://mail.lab.example"), setting(EXCHANGE, "HttpRedirect", "")),
    ),
    Mutation("sa", "redirect-on-root", setting(ROOT, "HttpRedirect", "https://mail.lab.example"), "06 63 64"),
    Mutation("be", "path-of-a-folder", setting(EXCHANGE, "Path", "C:\\Inetpub\\wwwroot"), "07 62"),
    Mutation(
        "be", "exprox", setting(EXCHANGE, "ScriptMaps", "*,C:\\Program Files\\Exchsrvr\\bin\\exprox.dll,1"), "07 41"
    ),
    Mutation("sa", "other-path", setting(COPY, "Path", "\\\\.\\BackOfficeStorage\\other.example\\MBX"), "13"),
    Mutation("sa", "path-of-a-folder", setting(COPY, "Path", "C:\\Inetpub\\wwwroot"), "07 13"),
    Mutation("sa", "other-access", setting(COPY, "AccessFlags", "AccessRead | AccessScript"), "13"),
    Mutation("sa", "no-script-map", metabase(lambda keys: keys.unset(COPY, "ScriptMaps")), "07 13"),
    # bindings and web sites
    Mutation("be", "port-8080", setting(SITE, "ServerBindings", ":8080:"), "05", "61 62"),
    Mutation("be", "foreign-host-header", setting(SITE, "ServerBindings", ":80:mail.lab.example"), "05 61"),
    Mutation("be", "foreign-address", setting(SITE, "ServerBindings", "10.9.9.9:80:"), "05", "61 62"),
    Mutation("be", "two-bindings", setting(SITE, "ServerBindings", ":8080:\n\t\t\t:80:")),
    Mutation("be", "site-on-another-port", metabase(lambda keys: keys.site(2, ":8081:"))),
    Mutation(
        "be",
        "second-site-with-exchange",
        metabase(lambda keys: keys.site(2, ":8081:", EXCHANGE)),
        "",
        "01 02 03 04 05 06 07 41 53 61 62",
    ),
    Mutation(
        "be", "second-site-and-told", metabase(lambda keys: keys.site(2, ":8081:", EXCHANGE)), inventory="site: 1"
    ),
    Mutation("sa", "copy-on-another-site", metabase(lambda keys: keys.site(2, ":8081:", COPY).drop(COPY)), "01 12"),
    # the virtual directories and ExchangeVDir
    Mutation("be", "no-exchange", metabase(lambda keys: keys.drop(EXCHANGE)), "01"),
    Mutation("be", "value-without-vdir", value(), "01 12 17"),
    Mutation("be", "value-empty", value(data="")),
    Mutation("be", "value-names-exchange", value(data="/Exchange")),
    Mutation("sa", "no-copy", metabase(lambda keys: keys.drop(COPY)), "01 12"),
    Mutation("sa", "no-value", value(None), _FORMS_ON_EXCHANGE),
    Mutation("sa", "value-empty", value(data=""), _FORMS_ON_EXCHANGE),
    Mutation("sa", "value-lower-case", value("exchangevdir"), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("sa", "value-with-a-space-behind", value("ExchangeVDir "), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("sa", "value-with-a-space-inside", value("Exchange VDir"), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("sa", "value-in-the-key-above", value(key=ABOVE), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("sa", "value-of-another-type", value(kind=RegistryType.REG_EXPAND_SZ), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("sa", "data-in-another-case", value(data="/Exchange-OMA"), "12"),
    Mutation("sa", "data-with-a-slash-behind", value(data="/exchange-oma/"), "12"),
    Mutation("sa", "data-without-a-slash", value(data="exchange-oma"), "12"),
    Mutation("sa", "other-name", both(renamed_copy("mobile"), value(data="/mobile"))),
    Mutation("sbs", "other-name", both(renamed_copy("mobile"), value(data="/mobile")), "21"),
    Mutation("sbs", "other-case-everywhere", both(renamed_copy("Exchange-OMA"), value(data="/Exchange-OMA")), "21"),
    Mutation("sbs", "data-in-another-case", value(data="/Exchange-OMA"), "12 21"),
    Mutation("sbs", "no-value", value(None), f"11 {_FORMS_ON_EXCHANGE}"),
    Mutation("fe", "value", value(), "18"),
    Mutation("fe", "value-misspelt", value("exchangevdir"), "18"),
    # addresses
    Mutation("sa", "extra-address", restrictions(grant=("{own}", "10.1.2.3")), "15"),
    Mutation("sa", "a-group-of-computers", restrictions(grant=("{own}, 255.255.255.0",)), "15"),
    Mutation("sa", "domain", restrictions(grant=("{own}",), domains=("lab.example",)), "15", "53"),
    Mutation("sa", "loopback-too", restrictions(grant=("{own}", "127.0.0.1")), "61"),
    Mutation("sa", "loopback-alone", restrictions(grant=("127.0.0.1",)), "15 61"),
    Mutation("sa", "nobody", restrictions(), "15"),
    Mutation("sa", "another-address-alone", restrictions(grant=("10.1.2.3",)), "15"),
    Mutation("sa", "everybody", restrictions(grant_by_default=True), "15 61"),
    Mutation("sa", "denies-itself", restrictions(grant_by_default=True, deny=("{own}",)), "15 61"),
    Mutation("sa", "name-resolves-elsewhere", of_server(name_resolves_to=("10.9.9.9",)), "15"),
    Mutation("be", "kept-out", restrictions(EXCHANGE, grant=("{own}",)), "61"),
    # what the server is, and its state
    Mutation("sa", "is-sbs", of_server(product_suite=304), "41"),
    Mutation("sbs", "is-no-sbs", of_server(product_suite=272), "41"),
    Mutation("sa", "beside-a-front-end", compliant, "17", inventory="organization: Behind A Front-end"),
    Mutation("sa", "organization-in-another-case", compliant, "17", inventory="organization: BEHIND a front-end"),
    Mutation("be", "no-w3svc", stopped("W3SVC"), "51", "61 62"),
    Mutation("be", "no-store", stopped("MSExchangeIS"), "51 62"),
    Mutation("be", "no-iis-admin", stopped("IISADMIN"), "51", "52"),
    Mutation("fe", "no-w3svc", stopped("W3SVC"), "51", "63 64"),
    Mutation("fe", "davex", metabase(lambda keys: Metabase(keys.xml.replace("exprox.dll", "davex.dll"))), "41"),
    Mutation("fe", "without-ssl", metabase(lambda keys: keys.unset(EXCHANGE, "AccessSSLFlags"))),
    Mutation("fe", "ssl-on-root", setting(ROOT, "AccessSSLFlags", _SSL)),
)
