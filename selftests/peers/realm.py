"""MIT Kerberos' own KDC with a realm of its own: one user, and the services of one host."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from peers.processes import Server, free_port, run

REALM = "CORP.TEST"
USER, PASSWORD = "alice", "Alice-Pass-1"
HOST = "be01.corp.test"
"""The host's full name; its services exist by its short name too, as Windows registers them."""

_KRB5_CONF = """\
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  qualify_shortname = ""
  rdns = false
  udp_preference_limit = 1
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
[domain_realm]
  .corp.test = {realm}
"""
_KDC_CONF = """\
[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/kadm5.acl
    supported_enctypes = aes256-cts:normal aes128-cts:normal
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
"""


@dataclass(frozen=True)
class Realm:
    """A running realm.

    Attributes:
        folder: Its files.
        port: The KDC's port.
    """

    folder: Path
    port: int

    @property
    def config(self) -> Path:
        """krb5.conf, for KRB5_CONFIG."""
        return self.folder / "krb5.conf"

    @property
    def keytab(self) -> Path:
        """The services' keys."""
        return self.folder / "http.keytab"

    @property
    def env(self) -> dict[str, str]:
        """What Kerberos' programs need to know of it."""
        return {"KRB5_CONFIG": str(self.config), "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf")}

    def log_on(self, cache: Path) -> str:
        """Get the user's ticket, and give the cache's name for KRB5CCNAME."""
        name = f"FILE:{cache}"
        run("kinit", "-c", name, f"{USER}@{REALM}", env=self.env, typed=f"{PASSWORD}\n")
        return name


def start(folder: Path) -> tuple[Realm, Server]:
    """Make the realm and start its KDC."""
    realm = Realm(folder, free_port())
    where = {"realm": REALM, "port": realm.port, "folder": folder}
    realm.config.write_text(_KRB5_CONF.format_map(where), encoding="utf-8")
    (folder / "kdc.conf").write_text(_KDC_CONF.format_map(where), encoding="utf-8")
    run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master-key", env=realm.env)
    services = [f"HTTP/{host}" for host in (HOST, HOST.partition(".")[0])]
    commands = [f"addprinc -pw {PASSWORD} {USER}"]
    commands += [f"addprinc -randkey {service}" for service in services]
    commands += [f"ktadd -k {realm.keytab} {service}" for service in services]
    for command in commands:
        run("kadmin.local", "-r", REALM, "-q", command, env=realm.env)
    server = Server("krb5kdc", "-n", "-r", REALM, "-P", str(folder / "kdc.pid"), env=realm.env, log=folder / "kdc.out")
    server.wait_for(realm.port)
    return realm, server
