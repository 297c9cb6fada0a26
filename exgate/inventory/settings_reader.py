"""From one host's variables to its settings: defaults, and what must go together."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

from exgate.inventory.errors import InventoryError
from exgate.inventory.host_settings import HostSettings, Role, Scheme, Transport
from exgate.inventory.passwords import PasswordReader
from exgate.inventory.secret_ref import SecretRef, SecretResolver
from exgate.inventory.variables import PASSWORD_SOURCES, Variables

_HOST_NAME = re.compile(r"[\w.-]+")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
MAX_SITE = 2**31 - 1
_HTTP_PORT = 80
_HTTPS_PORT = 443
# pywinrm's words, which Ansible's variable takes.
_ANSIBLE_TRANSPORTS = {"plaintext": Transport.BASIC, "ssl": Transport.BASIC}


class SettingsReader:
    """Reads the settings of hosts.

    Args:
        resolver: The inventory's memory of secrets, which all its references share.
    """

    def __init__(self, resolver: SecretResolver) -> None:
        self._resolver = resolver

    def read(self, variables: Variables, groups: tuple[str, ...]) -> HostSettings:
        """Return a host's settings.

        Args:
            variables: The variables that apply to it.
            groups: The groups that it belongs to, ``all`` not among them.

        Raises:
            InventoryError: A variable is missing or wrong, or two do not go together.
        """
        role = variables.choice("role", Role)
        if role is None:
            raise variables.error(None, f"role is not set; set it to one of {', '.join(Role)}")
        lab_server = variables.text("lab_server")
        if lab_server is not None:
            _reject_real_address(variables)
        transport = variables.choice("transport", Transport, _ANSIBLE_TRANSPORTS) or Transport.NTLM
        port = variables.number("port", 1, 65535)
        # Without a word on the scheme, WinRM's own https port says enough.
        implied = Scheme.HTTPS if port == Scheme.HTTPS.default_port else Scheme.HTTP
        scheme = variables.choice("scheme", Scheme) or implied
        user = variables.text("user")
        password = self._password(variables, transport, scheme, user)
        cert_pem, cert_key_pem = _certificate(variables, transport, scheme)
        test_transport, test_user, test_password = self._test_account(variables, transport, user, password)
        return HostSettings(
            name=variables.host,
            role=role,
            organization=variables.text("organization"),
            address=f"{lab_server}.invalid" if lab_server else _address(variables),
            port=port or scheme.default_port,
            scheme=scheme,
            transport=transport,
            user=user,
            password=password,
            site=variables.number("site", 1, MAX_SITE),
            web_port=variables.number("web_port", 1, 65535) or _HTTP_PORT,
            web_https_port=variables.number("web_https_port", 1, 65535) or _HTTPS_PORT,
            web_https_name=variables.text("web_https_name"),
            legacy_tls=variables.boolean("legacy_tls", default=False),
            test_mailbox=variables.text("test_mailbox"),
            test_transport=test_transport,
            test_user=test_user,
            test_password=test_password,
            ca_file=variables.file("ca_file"),
            cert_pem=cert_pem,
            cert_key_pem=cert_key_pem,
            shell=variables.boolean("shell", default=True),
            collect_on=_label(variables),
            lab_server=lab_server,
            groups=groups,
            source=variables.source(variables.line),
        )

    def _password(
        self, variables: Variables, transport: Transport, scheme: Scheme, user: str | None
    ) -> SecretRef | None:
        allow_plaintext = variables.boolean("allow_plaintext", default=False)
        is_needed = transport in (Transport.NTLM, Transport.BASIC)
        if transport is Transport.BASIC and scheme is Scheme.HTTP and not allow_plaintext:
            raise variables.error(
                variables.find("transport"),
                "transport basic over http sends the password in clear; "
                "set scheme: https, or accept the risk with allow_plaintext: true",
            )
        found = variables.find("password") if is_needed else variables.find_own("password")
        if is_needed and user is None:
            raise _missing(variables, transport, "a user; set user")
        if is_needed and found is None:
            raise _missing(variables, transport, f"a password; set password to {PASSWORD_SOURCES}")
        if found is None:
            return None
        password = PasswordReader(variables, user, self._resolver, allow_plaintext=allow_plaintext).read(found)
        return password if is_needed else None

    def _test_account(
        self, variables: Variables, transport: Transport, user: str | None, password: SecretRef | None
    ) -> tuple[Transport, str | None, SecretRef | None]:
        """Return how to log on to the test mailbox: as itself, or as WS-Management does."""
        own_user, found = variables.text("test_user"), variables.find_own("test_password")
        own_password = None
        if found:
            allowed = variables.boolean("allow_plaintext", default=False)
            reader = PasswordReader(variables, own_user or user, self._resolver, allow_plaintext=allowed)
            own_password = reader.read(found)
        same_way = Transport.KERBEROS if transport is Transport.KERBEROS and not found else Transport.NTLM
        how = variables.choice("test_transport", Transport) or same_way
        if how not in (Transport.NTLM, Transport.KERBEROS):
            raise variables.error(
                variables.find("test_transport"), "test_transport is not one of ntlm, kerberos, which make Negotiate"
            )
        if how is Transport.KERBEROS:
            return how, None, None
        if own_user and not found:
            raise variables.error(
                variables.find("test_user"), f"test_user needs a password; set test_password to {PASSWORD_SOURCES}"
            )
        account = (own_user or user, own_password or password)
        if variables.find("test_mailbox") and None in account:
            raise variables.error(
                variables.find("test_mailbox"),
                f"test_mailbox needs test_user and test_password ({PASSWORD_SOURCES}), or test_transport: kerberos",
            )
        return how, *account


def _missing(variables: Variables, transport: Transport, needed: str) -> InventoryError:
    return variables.error(variables.find("transport"), f"transport {transport} needs {needed}")


def _reject_real_address(variables: Variables) -> None:
    for name in ("address", "port"):
        variable = variables.find(name)
        if variable:
            raise variables.error(
                variable, f"{variable.name} and lab_server exclude each other; the running lab tells address and port"
            )


def _address(variables: Variables) -> str:
    address = variables.text("address")
    if address is None:
        return variables.host
    try:
        ipaddress.ip_address(address)
    except ValueError:
        if not _HOST_NAME.fullmatch(address):
            variable = variables.find("address")
            name = variable.name if variable else "address"
            # The text is not quoted: it may be a URL with a password in it.
            raise variables.error(
                variable, f"{name} is not a host name or an IP address; leave out scheme, user, port and path"
            ) from None
    return address


def _label(variables: Variables) -> str | None:
    label = variables.text("collect_on")
    if label is not None and not _LABEL.fullmatch(label):
        # Dask's command line takes resources as NAME=AMOUNT, with blanks or commas between them.
        raise variables.error(
            variables.find("collect_on"), "collect_on is not a label: letters, digits, and _ . - between them"
        )
    return label


def _certificate(variables: Variables, transport: Transport, scheme: Scheme) -> tuple[Path | None, Path | None]:
    cert_pem, cert_key_pem = variables.file("cert_pem"), variables.file("cert_key_pem")
    if transport is Transport.CERTIFICATE:
        if scheme is not Scheme.HTTPS:
            raise _missing(variables, transport, "https; set scheme: https")
        if cert_pem is None:
            raise _missing(variables, transport, "a client certificate; set cert_pem")
        if cert_key_pem is None:
            raise _missing(variables, transport, "the client certificate's key; set cert_key_pem")
    return cert_pem, cert_key_pem
