"""Apache with WebDAV, Negotiate (Kerberos and NTLM) and Basic: a web site laid out as Exchange 2003 lays it out."""

from __future__ import annotations

import base64
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import trustme
from peers.processes import Server, free_port
from peers.realm import HOST, PASSWORD, USER, Realm

NT_DOMAIN = "CORP"
_LOG_SECONDS = 10.0
_LIBRARIES = "/usr/lib/apache2/modules"
_MODULES = """
    mpm_worker authn_core authn_file auth_basic auth_gssapi authz_core authz_user authz_host
    dav dav_fs mime dir alias env headers proxy proxy_http socache_shmcb ssl
"""
_CONFIG = """\
{modules}
ServerName {host}
PidFile {folder}/run/httpd.pid
DefaultRuntimeDir {folder}/run
Mutex file:{folder}/run
ErrorLog {folder}/run/error.log
LogLevel warn auth_gssapi:info
StartServers 1
ServerLimit 2
ThreadsPerChild 16
MaxRequestWorkers 32
TypesConfig /etc/mime.types
ServerTokens Prod
KeepAlive On
KeepAliveTimeout 15
Listen 127.0.0.1:{http}
Listen 127.0.0.1:{https} https
Listen 127.0.0.1:{tls_1_0} https
LogFormat "%>s %u %{{GSS_MECH}}e %r" one
CustomLog {folder}/run/access.log one
DocumentRoot {folder}/www
DavLockDB {folder}/run/lockdb
<Directory {folder}/www>
  AllowOverride None
  Options None
  Require all granted
</Directory>
<Location /Exchange>
  Dav On
  DirectoryIndex disabled
{negotiate}{ntlm}
  GssapiBasicAuth On
  GssapiBasicAuthMech krb5
  Header always set MS-WebStorage "6.5.7638"
</Location>
<Location /Public>
  AuthType Basic
  AuthName "{host}"
  AuthBasicProvider file
  AuthUserFile {folder}/none
  Require valid-user
</Location>
Alias /ExchSSL {folder}/www/Exchange
<Location /ExchSSL>
  SSLRequireSSL
{negotiate}{ntlm}
</Location>
Alias /ExchIP {folder}/www/Exchange
<Location /ExchIP>
  Require ip 192.0.2.0/24
</Location>
<Location /wsman>
{negotiate}
  RequestHeader set Authorization "Basic {behind_log_on}"
  ProxyPass {behind}
</Location>
<VirtualHost *:{https}>
  SSLEngine on
  SSLCertificateFile {folder}/tls.pem
</VirtualHost>
# As IIS 6: TLS 1.0, and suites with RSA key exchange
<VirtualHost *:{tls_1_0}>
  SSLEngine on
  SSLProtocol TLSv1
  SSLCipherSuite AES128-SHA:AES256-SHA:@SECLEVEL=0
  SSLCertificateFile {folder}/tls.pem
</VirtualHost>
"""
_NEGOTIATE = """\
  AuthType GSSAPI
  AuthName "{host}"
  GssapiCredStore keytab:{keytab}
  GssapiAllowedMech krb5
  GssapiConnectionBound On
  Require valid-user"""
_NTLM = """
  GssapiAllowedMech ntlmssp
  GssapiAcceptorName HTTP@{host}"""
"""gss-ntlmssp answers only where the server is named; Kerberos answers for every name in the keytab where none is."""


@dataclass(frozen=True)
class Behind:
    """A WS-Management server behind Apache.

    Attributes:
        url: Where it is.
        user: Who logs on to it on behalf of whoever has logged on to Apache.
        password: The user's.
    """

    url: str
    user: str
    password: str


@dataclass(frozen=True)
class Httpd:
    """A running Apache.

    Attributes:
        http: Port without TLS.
        https: Port with TLS.
        tls_1_0: Port with TLS 1.0 only.
    """

    folder: Path
    http: int
    https: int
    tls_1_0: int

    def asked(self, path: str, *, wait_for: int) -> list[tuple[str, str]]:
        """Give status and user of the requests for a path.

        Args:
            path: With a query that nobody else sends.
            wait_for: How many to wait for: Apache writes its log after it has answered.
        """
        deadline = time.monotonic() + _LOG_SECONDS
        while True:
            lines = (self.folder / "run" / "access.log").read_text(encoding="utf-8").splitlines()
            found = [(status, user) for status, user, *rest in (line.split() for line in lines) if path in rest]
            if len(found) >= wait_for or time.monotonic() > deadline:
                return found
            time.sleep(0.02)


def start(folder: Path, realm: Realm, issuer: trustme.CA, behind: Behind) -> tuple[Httpd, Server]:
    """Write Apache's files and start it."""
    httpd = Httpd(folder, free_port(), free_port(), free_port())
    for name in ("run", "www/Exchange/alice", "www/Public"):
        (folder / name).mkdir(parents=True)
    (folder / "www/Exchange/alice/hi.eml").write_text("Subject: hi\n", encoding="utf-8")
    users = folder / "ntlm.users"
    users.write_text(f"{NT_DOMAIN}:{USER}:{PASSWORD}\n", encoding="utf-8")
    keytab = folder / "http.keytab"
    keytab.write_bytes(realm.keytab.read_bytes())
    certificate = issuer.issue_cert("127.0.0.1", HOST, key_type=trustme.KeyType.RSA)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "tls.pem"))
    log_on = base64.b64encode(f"{behind.user}:{behind.password}".encode()).decode()
    modules = "\n".join(f"LoadModule {name}_module {_LIBRARIES}/mod_{name}.so" for name in _MODULES.split())
    config = [
        _CONFIG.format(
            modules=modules,
            folder=folder,
            host=HOST,
            http=httpd.http,
            https=httpd.https,
            tls_1_0=httpd.tls_1_0,
            negotiate=_NEGOTIATE.format(host=HOST, keytab=keytab),
            ntlm=_NTLM.format(host=HOST),
            behind=behind.url,
            behind_log_on=log_on,
        )
    ]
    if os.geteuid() == 0:  # Apache will not serve as root
        config.append("User www-data\nGroup www-data\n")
        for path in (folder / "run", folder / "www", users, keytab):
            shutil.chown(path, "www-data", "www-data")
    (folder / "httpd.conf").write_text("\n".join(config), encoding="utf-8")
    env = realm.env | {
        "NTLM_USER_FILE": str(users),
        "NETBIOS_COMPUTER_NAME": "BE01",
        "NETBIOS_DOMAIN_NAME": NT_DOMAIN,
        "KRB5_KTNAME": str(keytab),
        "KRB5RCACHENAME": "none:",
    }
    command = ("apache2", "-f", str(folder / "httpd.conf"), "-DFOREGROUND")
    server = Server(*command, env=env, log=folder / "httpd.out")
    server.wait_for(httpd.http, httpd.https, httpd.tls_1_0)
    return httpd, server
