from pathlib import Path

import pytest

from exgate.inventory import HostSettings, InventoryError, Role, Scheme, SecretKind, Transport

LOG_ON = "user: u, password: {env: P}"
MINIMAL = f"role: back-end, {LOG_ON}"


def test_defaults(host_settings):
    settings = host_settings(f"{{{MINIMAL}}}")
    assert settings == HostSettings(  # noqa: S604 - no subprocess
        name="h",
        role=Role.BACK_END,
        organization=None,
        address="h",
        port=5985,
        scheme=Scheme.HTTP,
        transport=Transport.NTLM,
        user="u",
        password=settings.password,
        site=None,
        test_mailbox=None,
        web_port=80,
        web_https_port=443,
        web_https_name=None,
        legacy_tls=False,
        test_transport=Transport.NTLM,
        test_user="u",
        test_password=settings.password,
        ca_file=None,
        cert_pem=None,
        cert_key_pem=None,
        shell=True,
        collect_on=None,
        lab_server=None,
        groups=("ungrouped",),
        source="inv.yml:3",
    )


@pytest.mark.parametrize(
    ("variables", "attribute", "expected"),
    (
        pytest.param("role: back-end", "role", Role.BACK_END, id="back-end"),
        pytest.param("role: standalone", "role", Role.STANDALONE, id="standalone"),
        pytest.param("role: sbs", "role", Role.SBS, id="sbs"),
        pytest.param("role: Front-End", "role", Role.FRONT_END, id="role-in-another-case"),
        pytest.param("collect_on: site-a", "collect_on", "site-a", id="collect-on"),
        pytest.param("organization: Example Corporation", "organization", "Example Corporation", id="organization"),
        pytest.param("address: be01.example.com", "address", "be01.example.com", id="name-as-address"),
        pytest.param("address: 10.0.0.5", "address", "10.0.0.5", id="ipv4-as-address"),
        pytest.param("address: '2001:db8::5'", "address", "2001:db8::5", id="ipv6-as-address"),
        pytest.param("port: 80", "port", 80, id="port"),
        pytest.param("port: '80'", "port", 80, id="port-in-quotes"),
        pytest.param("scheme: https", "port", 5986, id="port-of-https"),
        pytest.param("port: 5986", "scheme", Scheme.HTTPS, id="scheme-of-port-5986"),
        pytest.param("{port: 5986, scheme: http}", "scheme", Scheme.HTTP, id="scheme-beats-port"),
        pytest.param("{port: 443, scheme: https}", "port", 443, id="https-elsewhere"),
        pytest.param("transport: kerberos", "transport", Transport.KERBEROS, id="kerberos"),
        pytest.param("{transport: basic, scheme: https}", "transport", Transport.BASIC, id="basic-over-https"),
        pytest.param(
            "{transport: basic, allow_plaintext: yes}", "transport", Transport.BASIC, id="basic-over-http-allowed"
        ),
        pytest.param("user: EXAMPLE\\exgate", "user", "EXAMPLE\\exgate", id="user"),
        pytest.param("site: 3", "site", 3, id="site"),
        pytest.param("test_mailbox: t@example.com", "test_mailbox", "t@example.com", id="test-mailbox"),
        pytest.param("web_port: 8080", "web_port", 8080, id="web-port"),
        pytest.param("web_https_port: 8443", "web_https_port", 8443, id="web-https-port"),
        pytest.param("web_https_name: m.example.com", "web_https_name", "m.example.com", id="web-https-name"),
        pytest.param("legacy_tls: yes", "legacy_tls", True, id="legacy-tls"),
        pytest.param("test_transport: Kerberos", "test_transport", Transport.KERBEROS, id="test-transport"),
        pytest.param("transport: kerberos", "test_transport", Transport.KERBEROS, id="test-transport-as-transport"),
        pytest.param(
            "{transport: basic, scheme: https}", "test_transport", Transport.NTLM, id="never-basic-to-a-mailbox"
        ),
        pytest.param("{test_user: T, test_password: {env: T}}", "test_user", "T", id="test-user"),
        pytest.param(
            "{transport: kerberos, test_user: T, test_password: {env: T}}",
            "test_transport",
            Transport.NTLM,
            id="a-password-for-the-mailbox-beside-kerberos",
        ),
        pytest.param("shell: no", "shell", False, id="no"),
        pytest.param("shell: Off", "shell", False, id="off"),
        pytest.param("shell: false", "shell", False, id="false"),
        pytest.param("shell: YES", "shell", True, id="yes"),
        pytest.param("lab_server: be01", "lab_server", "be01", id="lab-server"),
        pytest.param("lab_server: be01", "address", "be01.invalid", id="lab-server-resolves-nowhere"),
        pytest.param("lab_server: be01", "scheme", Scheme.HTTP, id="lab-server-over-http"),
        pytest.param("lab_server: be01", "transport", Transport.NTLM, id="lab-server-with-ntlm"),
        pytest.param("organization: ~", "organization", None, id="null"),
    ),
)
def test_variable_is_understood(load, variables, attribute, expected):
    inventory = load(f"""
        all:
          vars: {{{MINIMAL}}}
          hosts:
            h:
              {variables}
        """)
    assert getattr(inventory.settings("h"), attribute) == expected


def test_kerberos_needs_neither_user_nor_password(host_settings):
    settings = host_settings("{role: sbs, transport: kerberos}")
    assert (settings.user, settings.password) == (None, None)


def test_kerberos_does_not_ask_for_a_password_that_it_does_not_use(host_settings):
    assert host_settings("{role: sbs, transport: kerberos, user: u, password: {prompt: true}}").password is None


def test_paths_are_relative_to_the_inventory(host_settings, tmp_path):
    settings = host_settings(
        "{role: sbs, transport: certificate, scheme: https, ca_file: ca/root.pem, cert_pem: c.pem, cert_key_pem: k.pem}"
    )
    assert settings.ca_file == tmp_path / "ca" / "root.pem"
    assert (settings.cert_pem, settings.cert_key_pem) == (tmp_path / "c.pem", tmp_path / "k.pem")


def test_path_may_begin_with_the_home_directory(host_settings):
    assert host_settings(f"{{{MINIMAL}, ca_file: ~/ca.pem}}").ca_file == Path.home() / "ca.pem"


WHOLE_NUMBER = "expected a whole number from 1 to 65535"


@pytest.mark.parametrize(
    ("variables", "message"),
    (
        pytest.param(
            LOG_ON, "3: host h: role is not set; set it to one of back-end, standalone, sbs, front-end", id="no-role"
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, collect_on: 'site a'",
            "4: host h: collect_on is not a label: letters, digits, and _ . - between them",
            id="no-label",
        ),
        pytest.param(
            "role: mailbox",
            '4: host h: role "mailbox" is not one of back-end, standalone, sbs, front-end',
            id="unknown-role",
        ),
        pytest.param(
            "role: [sbs]",
            "4: host h: role (a list) is not one of back-end, standalone, sbs, front-end",
            id="role-list",
        ),
        pytest.param("role: sbs, port: 0", f"4: host h: port is 0; {WHOLE_NUMBER}", id="port-0"),
        pytest.param("role: sbs, port: 65536", f"4: host h: port is 65536; {WHOLE_NUMBER}", id="port-too-high"),
        pytest.param("role: sbs, port: -1", f"4: host h: port is -1; {WHOLE_NUMBER}", id="port-below-0"),
        pytest.param("role: sbs, port: 05985", f"4: host h: port is a text; {WHOLE_NUMBER}", id="port-with-a-zero"),
        pytest.param("role: sbs, port: 0123", f"4: host h: port is 0123; {WHOLE_NUMBER}", id="octal-port"),
        pytest.param("role: sbs, port: http", f"4: host h: port is a text; {WHOLE_NUMBER}", id="port-as-a-text"),
        pytest.param("role: sbs, port: 1.5", f"4: host h: port is a decimal number; {WHOLE_NUMBER}", id="decimal-port"),
        pytest.param("role: sbs, port: yes", f"4: host h: port is a boolean; {WHOLE_NUMBER}", id="port-as-a-boolean"),
        pytest.param("role: sbs, port: {}", f"4: host h: port is a mapping; {WHOLE_NUMBER}", id="port-as-a-mapping"),
        pytest.param(
            f"role: sbs, {LOG_ON}, site: default",
            "4: host h: site is a text; expected a whole number from 1 to 2147483647",
            id="site-as-a-text",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, organization: no",
            "4: host h: organization is a boolean; expected a text (put it in quotes)",
            id="organization-that-yaml-takes-for-a-boolean",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, organization: 2003",
            "4: host h: organization is a whole number; expected a text (put it in quotes)",
            id="organization-as-a-number",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, organization: 2003-10-21",
            "4: host h: organization is a date; expected a text (put it in quotes)",
            id="organization-as-a-date",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, organization: [a]",
            "4: host h: organization is a list; expected a text",
            id="organization-as-a-list",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, organization: ''",
            "4: host h: organization is an empty text; give it a value or leave it out",
            id="empty-organization",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, shell: maybe",
            "4: host h: shell is a text; expected a boolean, yes or no",
            id="shell-as-a-text",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, shell: 1",
            "4: host h: shell is a whole number; expected a boolean, yes or no",
            id="shell-as-a-number",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, address: 'http://u:hunter2@be01'",
            "4: host h: address is not a host name or an IP address; leave out scheme, user, port and path",
            id="address-as-a-url",
        ),
        pytest.param(
            "role: sbs, scheme: ftp", '4: host h: scheme "ftp" is not one of http, https', id="unknown-scheme"
        ),
        pytest.param(
            "role: sbs, transport: credssp",
            '4: host h: transport "credssp" is not one of ntlm, kerberos, basic, certificate',
            id="unknown-transport",
        ),
        pytest.param(
            f"role: sbs, transport: basic, {LOG_ON}",
            "4: host h: transport basic over http sends the password in clear; "
            "set scheme: https, or accept the risk with allow_plaintext: true",
            id="basic-over-http",
        ),
        pytest.param("role: sbs", "3: host h: transport ntlm needs a user; set user", id="ntlm-without-user"),
        pytest.param(
            f"role: sbs, {LOG_ON}, test_transport: basic",
            "4: host h: test_transport is not one of ntlm, kerberos, which make Negotiate",
            id="basic-to-the-mailbox",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, test_user: t",
            "4: host h: test_user needs a password; set test_password to {env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}",
            id="test-user-without-password",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, test_password: secret",
            "4: host h: test_password is in plain text; set test_password to {env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}, or accept the risk with "
            "allow_plaintext: true",
            id="test-password-in-plain-text",
        ),
        pytest.param(
            "role: sbs, transport: certificate, scheme: https, cert_pem: c, cert_key_pem: k, test_mailbox: t",
            "4: host h: test_mailbox needs test_user and test_password ({env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}), or test_transport: kerberos",
            id="test-mailbox-without-account",
        ),
        pytest.param(
            "role: sbs, user: u",
            "3: host h: transport ntlm needs a password; "
            "set password to {env: NAME}, {keyring: SERVICE}, {command: PROGRAM} or {prompt: true}",
            id="ntlm-without-password",
        ),
        pytest.param(
            "role: sbs, lab_server: be01", "3: host h: transport ntlm needs a user; set user", id="lab-without-user"
        ),
        pytest.param(
            "role: sbs, transport: basic, scheme: https",
            "4: host h: transport basic needs a user; set user",
            id="basic-without-user",
        ),
        pytest.param(
            "role: sbs, transport: certificate",
            "4: host h: transport certificate needs https; set scheme: https",
            id="certificate-over-http",
        ),
        pytest.param(
            "role: sbs, transport: certificate, scheme: https",
            "4: host h: transport certificate needs a client certificate; set cert_pem",
            id="certificate-without-certificate",
        ),
        pytest.param(
            "role: sbs, transport: certificate, scheme: https, cert_pem: c.pem",
            "4: host h: transport certificate needs the client certificate's key; set cert_key_pem",
            id="certificate-without-key",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, lab_server: be01, address: 10.0.0.5",
            "4: host h: address and lab_server exclude each other; the running lab tells address and port",
            id="lab-server-with-address",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, lab_server: be01, ansible_port: 5985",
            "4: host h: ansible_port and lab_server exclude each other; the running lab tells address and port",
            id="lab-server-with-port",
        ),
        pytest.param(
            f'role: sbs, {LOG_ON}, address: "{{{{ ip }}}}"',
            "4: host h: address is a Jinja template, which is not evaluated here; set address to the value itself",
            id="template",
        ),
        pytest.param(
            f"role: sbs, {LOG_ON}, address: {{{{ ip }}}}",
            "4: host h: address is a Jinja template, which is not evaluated here; set address to the value itself",
            id="template-without-quotes",
        ),
        pytest.param(
            "role: sbs, user: !vault x",
            "4: host h: user has the tag !vault, which is not evaluated here; set user to the value itself",
            id="vault",
        ),
    ),
)
def test_wrong_variable_is_refused(host_settings, variables, message):
    with pytest.raises(InventoryError) as raised:
        host_settings(f"{{{variables}}}")
    assert str(raised.value) == "inv.yml:" + message


def test_home_directory_of_nobody_is_refused(host_settings, monkeypatch):
    def fail(path):
        raise RuntimeError(path)

    monkeypatch.setattr(Path, "expanduser", fail)
    with pytest.raises(InventoryError) as raised:
        host_settings(f"{{{MINIMAL}, ca_file: ~nobody/ca.pem}}")
    assert str(raised.value) == "inv.yml:4: host h: ca_file: no home directory is known for ~nobody/ca.pem"


def test_error_is_at_the_line_of_the_variable(load):
    inventory = load("""
        all:
          vars:
            role: mailbox
          hosts:
            h:
        """)
    with pytest.raises(InventoryError) as raised:
        inventory.settings("h")
    assert str(raised.value) == ('inv.yml:3: host h: role "mailbox" is not one of back-end, standalone, sbs, front-end')


def test_wrong_host_is_not_in_the_way_of_others(load):
    inventory = load(f"""
        all:
          hosts:
            good: {{{MINIMAL}}}
            bad: {{role: mailbox, port: x}}
        """)
    assert inventory.select("all") == ("good", "bad")
    assert inventory.settings("good").role is Role.BACK_END


def test_settings_of_an_unknown_host_are_refused(load):
    with pytest.raises(InventoryError) as raised:
        load("all: {hosts: {be01: }}").settings("be02")
    assert str(raised.value) == (
        'inv.yml: "be02" is neither a host nor a group; did you mean be01? groups: all, ungrouped'
    )


def test_settings_are_read_once(load):
    inventory = load(f"all: {{hosts: {{h: {{{MINIMAL}}}}}}}")
    assert inventory.settings("h") is inventory.settings("h")


@pytest.mark.parametrize(
    ("variables", "attribute", "expected"),
    (
        pytest.param("ansible_host: 10.0.0.5", "address", "10.0.0.5", id="host"),
        pytest.param("ansible_port: 5986", "port", 5986, id="port"),
        pytest.param("ansible_winrm_port: 80", "port", 80, id="winrm-port"),
        pytest.param("ansible_user: a", "user", "a", id="user"),
        pytest.param("ansible_winrm_scheme: https", "scheme", Scheme.HTTPS, id="scheme"),
        pytest.param("ansible_winrm_transport: kerberos", "transport", Transport.KERBEROS, id="transport"),
        pytest.param("ansible_winrm_transport: [credssp, ntlm]", "transport", Transport.NTLM, id="transport-list"),
        pytest.param(
            "ansible_winrm_transport: 'credssp,kerberos'", "transport", Transport.KERBEROS, id="transports-by-comma"
        ),
        pytest.param(
            "{ansible_winrm_transport: ssl, ansible_port: 5986}", "transport", Transport.BASIC, id="ssl-is-basic"
        ),
        pytest.param("{address: own, ansible_host: theirs}", "address", "own", id="own-beats-ansible"),
        pytest.param("{address: own, ansible_host: '{{ x }}'}", "address", "own", id="template-behind-own"),
    ),
)
def test_ansible_variable_stands_in(load, variables, attribute, expected):
    inventory = load(f"""
        all:
          vars: {{role: sbs, ansible_user: x, password: {{env: P}}}}
          hosts:
            h: {variables if variables.startswith("{") else "{" + variables + "}"}
        """)
    assert getattr(inventory.settings("h"), attribute) == expected


def test_ansible_inventory_works_as_it_is(load, tmp_path):
    inventory = load("""
        ---
        all:
          vars:
            ansible_connection: winrm
            ansible_winrm_transport: ntlm
            ansible_winrm_scheme: https
            ansible_winrm_server_cert_validation: validate
            ansible_winrm_ca_trust_path: ca.pem
            ansible_user: "EXAMPLE\\\\deploy"
            ansible_password: "{{ vault_password }}"
            iis_sites: &sites
              - name: Default Web Site
                ports: [80, 443]
            become_pass: !vault |
              $ANSIBLE_VAULT;1.1;AES256
              33363965
            greeting: !unsafe 'Hi {{ there }}'
            bare: {{ not.even.quoted }}
          children:
            exchange:
              hosts:
                ex[01:02].example.com:
                  sites: *sites
                ex03:
                  ansible_host: 10.0.0.3
              vars:
                role: back-end
                password: {env: EXGATE_PASSWORD}
            web:
              hosts:
                web01:
        """)
    settings = inventory.settings("ex03")
    assert (settings.address, settings.port, settings.user) == ("10.0.0.3", 5986, "EXAMPLE\\deploy")
    assert settings.ca_file == tmp_path / "ca.pem"
    assert settings.password is not None
    assert settings.password.kind is SecretKind.ENV
    assert inventory.select("exchange") == ("ex01.example.com", "ex02.example.com", "ex03")
