"""The exports in a .reg file: of each what is needed, and what it proves not to be there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from exgate.facts.reg_file import LOCAL_MACHINE, RegKeyLine, RegValueLine
from exgate.facts.registry import EXCHANGE_SETUP, MASSYNC, MASSYNC_PARAMETERS, RegistryData, RegistryValue
from exgate.facts.sharepoint import PORTS, VERSION, WEB_SERVER_EXTENSIONS
from exgate.facts.unknown import Unknown
from exgate.sources.unreadable import UnreadableFile

INET_STP = r"SOFTWARE\Microsoft\InetStp"
PRODUCT_OPTIONS = r"SYSTEM\CurrentControlSet\Control\ProductOptions"
CURRENT_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
TIME_ZONE = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
COMPUTER_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"
TCPIP_PARAMETERS = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
SHAREPOINT = rf"{WEB_SERVER_EXTENSIONS}\{VERSION}"
NEEDED = (
    MASSYNC,
    MASSYNC_PARAMETERS,
    EXCHANGE_SETUP,
    INET_STP,
    PRODUCT_OPTIONS,
    CURRENT_VERSION,
    TIME_ZONE,
    COMPUTER_NAME,
    TCPIP_PARAMETERS,
    WEB_SERVER_EXTENSIONS,
    SHAREPOINT,
    PORTS,
)
"""Keys below HKEY_LOCAL_MACHINE that facts are made of; nothing else of a file is kept."""
WITH_SUBKEYS = (WEB_SERVER_EXTENSIONS, PORTS)
"""Those whose subkeys' names are facts too."""
MAX_DATA = 1 << 13
"""Characters, bytes or texts of a value; what is longer is not kept."""
MAX_KEPT = 5000
"""Keys and values of a file."""

_SUBKEYS_OF = frozenset(path.lower() for path in WITH_SUBKEYS)
_CONTROL_SET = r"system\currentcontrolset"


@dataclass(slots=True)
class Export:
    """One export: its first key holds all others.

    Attributes:
        file: The file's name.
        root: The first key, lower-case as all paths here.
        keys: The values of the keys that are kept, by path and by name in lower case.
        subkeys: The names of the subkeys of `WITH_SUBKEYS`, by path.
        twice: Keys that it shows twice and differently.
    """

    file: str
    root: str
    keys: dict[str, dict[str, RegistryValue]] = field(default_factory=dict)
    subkeys: dict[str, list[str]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def covers(self, path: str) -> bool:
        """Whether a key is not there if this export does not show it.

        An export from above CurrentControlSet, which is a link, proves nothing of what is below unless it shows it.
        """
        hidden = _is_in(path, _CONTROL_SET) and not _is_in(self.root, _CONTROL_SET) and _CONTROL_SET not in self.keys
        return _is_in(path, self.root) and not hidden

    def agrees(self, other: Export, path: str) -> bool:
        """Whether two exports show the same of a key that both cover."""
        ours, theirs = self.keys.get(path), other.keys.get(path)
        return ours == theirs and set(self.subkeys.get(path, ())) == set(other.subkeys.get(path, ()))


def exports_in(file: str, items: Iterable[RegKeyLine | RegValueLine], kept: frozenset[str]) -> list[Export]:
    """Keep what is needed of a file.

    Args:
        file: Its name.
        items: Its keys and values.
        kept: The keys below HKEY_LOCAL_MACHINE whose values are kept, lower-case.

    Raises:
        UnreadableFile: It removes something, or shows what no export shows, or too much.
        RegFileError: The items are of a damaged file.
    """
    builder = _Builder(file, kept)
    for item in items:
        if isinstance(item, RegKeyLine):
            builder.add_key(item)
        else:
            builder.add_value(item)
    builder.close_key()
    return builder.exports


class _Builder:
    """The exports of a file while it is read."""

    def __init__(self, file: str, kept: frozenset[str]) -> None:
        self.exports: list[Export] = []
        self._file = file
        self._kept = kept
        self._root: tuple[str, str] | None = None
        self._export: Export | None = None
        self._key: str | None = None
        self._values: dict[str, RegistryValue] = {}
        self._count = 0

    def add_key(self, item: RegKeyLine) -> None:
        if item.delete:
            raise UnreadableFile("it removes a key, so it is no export", item.line)
        self.close_key()
        path = item.path.lower()
        if self._root is None or item.hive != self._root[0] or not _is_in(path, self._root[1]):
            self._begin(item.hive, path)
        if self._export is None:
            return
        above, _, name = item.path.rpartition("\\")
        if above.lower() in _SUBKEYS_OF:
            self._keep_one(item.line)
            names = self._export.subkeys.setdefault(above.lower(), [])
            names += [name] * (name not in names)
        if path in self._kept or path == _CONTROL_SET:
            self._keep_one(item.line)
            self._key = path

    def add_value(self, item: RegValueLine) -> None:
        if item.value is None:
            raise UnreadableFile("it removes a value, so it is no export", item.line)
        if self._key not in self._kept:
            return
        name = item.name.lower()
        if name in self._values:
            raise UnreadableFile("it shows a value twice, so it is no export", item.line)
        self._keep_one(item.line)
        self._values[name] = replace(item.value, data=_short(item.value.data))

    def close_key(self) -> None:
        """Put the key that was read last into its export."""
        if self._key is None or self._export is None:
            return
        if self._export.keys.setdefault(self._key, self._values) != self._values:
            self._export.twice.add(self._key)
        self._key, self._values = None, {}

    def _begin(self, hive: str, path: str) -> None:
        """Begin an export; one of which nothing is needed is passed over."""
        self._root, self._export = (hive, path), None
        if hive == LOCAL_MACHINE and any(_is_in(needed, path) for needed in self._kept):
            self._export = Export(self._file, path)
            self.exports.append(self._export)

    def _keep_one(self, line: int) -> None:
        self._count += 1
        if self._count > MAX_KEPT:
            raise UnreadableFile(f"more than {MAX_KEPT} keys and values where facts are looked for", line)


def _is_in(path: str, root: str) -> bool:
    """Whether a key is another or below it."""
    return not root or path == root or path.startswith(f"{root}\\")


def _short(data: RegistryData | Unknown) -> RegistryData | Unknown:
    parts = data if isinstance(data, tuple) else (data,)
    length = len(parts) + sum(len(part) for part in parts if isinstance(part, str | bytes))
    if length <= MAX_DATA:
        return data
    return Unknown(f"it holds more than {MAX_DATA} characters", "look at the value in regedit")
