"""The inventory: which hosts there are, what each is for, and how to log on to it."""

from exgate.inventory.declared_host import Declarations, Declared, DeclaredHost
from exgate.inventory.errors import InventoryError, SecretError
from exgate.inventory.host_file import HOST_FILE, HostFile, check_snapshot_host_file, host_file_text, read_host_file
from exgate.inventory.host_folders import HostFolders
from exgate.inventory.host_settings import HostSettings, Role, Scheme, Transport
from exgate.inventory.inventory import Inventory, load_inventory
from exgate.inventory.patterns import Names
from exgate.inventory.secret import Secret
from exgate.inventory.secret_origins import SecretKind
from exgate.inventory.secret_ref import SecretRef, SecretResolver

__all__ = [
    "HOST_FILE",
    "Declarations",
    "Declared",
    "DeclaredHost",
    "HostFile",
    "HostFolders",
    "HostSettings",
    "Inventory",
    "InventoryError",
    "Names",
    "Role",
    "Scheme",
    "Secret",
    "SecretError",
    "SecretKind",
    "SecretRef",
    "SecretResolver",
    "Transport",
    "check_snapshot_host_file",
    "host_file_text",
    "load_inventory",
    "read_host_file",
]
