"""``host.yml`` in a host's folder: what is said of a host whose facts lie in files beside it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import TypeVar

import yaml

from exgate.inventory.declared_host import DeclaredHost
from exgate.inventory.document import read_document
from exgate.inventory.errors import InventoryError
from exgate.inventory.host_settings import Role
from exgate.inventory.settings_reader import MAX_SITE
from exgate.inventory.value import ShapeError
from exgate.inventory.variables import Variable, Variables

HOST_FILE = "host.yml"
_NAMES = (
    *("role", "organization", "site", "groups", "front_ends", "collected"),
    *("computer_name", "dns_names", "addresses", "own_name_resolves_to"),
    *("iis_admin_started", "utc_offset", "date_format"),
)
_WHO = ("role", "organization", "site", "groups")
_OFFSET = re.compile(r"([+-])([0-9]{1,2}):([0-5][0-9])")
_MOST_MINUTES = 14 * 60
_EXPECTED = "expected variables, for example role: back-end"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFile:
    """What host.yml says; every variable but the role may be missing.

    Attributes:
        declared: Name, role, organization, site, groups.
        front_ends: The front-end servers of the organization, an empty list for none; None where it does not say.
        collected: When the files were made.
        computer_name: The NetBIOS name.
        dns_names: The DNS names.
        addresses: The server's own IPv4 addresses.
        own_name_resolves_to: What the server's own name resolves to on the server.
        iis_admin_started: When IIS Admin was started last.
        utc_offset: The server's local time minus UTC, for files whose times do not say.
        date_format: How dates in those files are written, as Python's strptime takes it.
    """

    declared: DeclaredHost
    front_ends: tuple[str, ...] | None = None
    collected: datetime | None = None
    computer_name: str | None = None
    dns_names: tuple[str, ...] | None = None
    addresses: tuple[IPv4Address, ...] | None = None
    own_name_resolves_to: tuple[IPv4Address, ...] | None = None
    iis_admin_started: datetime | None = None
    utc_offset: timedelta | None = None
    date_format: str | None = None


def read_host_file(path: Path, host: str, declared: DeclaredHost | None = None) -> HostFile:
    """Read a host.yml.

    Args:
        path: The file.
        host: The host's name, for what is wrong.
        declared: What an inventory says of the host: then that counts, and the file may be missing.

    Raises:
        InventoryError: It is missing or malformed, or a variable is unknown, missing or wrong; one line with the line.
    """
    if declared is not None and not path.exists():
        return HostFile(declared=declared)
    document = read_document(path)
    if not document.is_mapping:
        raise InventoryError(f"{path}:{document.line}: it holds {document.kind}; {_EXPECTED}")
    try:
        values = dict(document.pairs())
    except ShapeError as error:
        raise InventoryError(f"{path}:{error.line}: {error}; {_EXPECTED}") from None
    variables = Variables(path, host, document.line, values)
    for name, value in values.items():
        if name not in _NAMES:
            near = difflib.get_close_matches(name.lower().replace("-", "_"), _NAMES, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(_NAMES)}"
            raise InventoryError(f'{path}:{value.line}: host {host}: variable "{name}" is not known; {hint}')
    return HostFile(
        declared=declared or _declared(variables),
        front_ends=_texts(variables, "front_ends"),
        collected=_scalar(variables, "collected", _moment),
        computer_name=variables.text("computer_name"),
        dns_names=_texts(variables, "dns_names"),
        addresses=_addresses(variables, "addresses"),
        own_name_resolves_to=_addresses(variables, "own_name_resolves_to"),
        iis_admin_started=_scalar(variables, "iis_admin_started", _moment),
        utc_offset=_scalar(variables, "utc_offset", _offset),
        date_format=variables.text("date_format"),
    )


def check_snapshot_host_file(path: Path, host: str) -> None:
    """Refuse a host.yml that says more than who a host is, beside facts that say the rest themselves.

    Raises:
        InventoryError: It does, or is malformed.
    """
    document = read_document(path)
    for name, value in dict(document.pairs()).items():
        if name not in _WHO:
            raise InventoryError(
                f"{path}:{value.line}: host {host}: {name} stands beside facts that a run has saved, and is not taken; "
                "remove it"
            )


def _declared(variables: Variables) -> DeclaredHost:
    role = variables.choice("role", Role)
    if role is None:
        raise variables.error(None, f"role is not set; set it to one of {', '.join(Role)}")
    return DeclaredHost(
        name=variables.host,
        role=role,
        organization=variables.text("organization"),
        site=variables.number("site", 1, MAX_SITE),
        groups=_texts(variables, "groups") or (),
    )


def host_file_text(declared: DeclaredHost) -> str:
    """Give the text of a host.yml that says this of a host, and nothing else."""
    said = {
        "role": declared.role.value,
        "organization": declared.organization,
        "site": declared.site,
        "groups": list(declared.groups),
    }
    return yaml.safe_dump({name: value for name, value in said.items() if value}, sort_keys=False, allow_unicode=True)


def _texts(variables: Variables, name: str) -> tuple[str, ...] | None:
    """Give a list's texts; one text alone is a list of one."""
    variable = variables.find_own(name)
    if variable is None:
        return None
    items = variable.value.items() if variable.value.is_list else [variable.value]
    for item in items:
        if not item.is_text or item.is_template or not item.text.strip():
            found = "an empty text" if item.is_text and not item.text.strip() else item.kind
            found = "a Jinja template" if item.is_template else found
            raise variables.error(Variable(name, item), f"{name} holds {found}; expected texts, for example [a, b]")
    return tuple(item.text.strip() for item in items)


def _addresses(variables: Variables, name: str) -> tuple[IPv4Address, ...] | None:
    texts = _texts(variables, name)
    try:
        return None if texts is None else tuple(map(IPv4Address, texts))
    except AddressValueError:
        raise variables.error(variables.find_own(name), f"{name} holds something else than IPv4 addresses") from None


def _scalar(variables: Variables, name: str, read: Callable[[str], _T]) -> _T | None:
    variable = variables.find_own(name)
    if variable is None:
        return None
    try:
        return read(variable.value.text)
    except ValueError as error:
        raise variables.error(variable, f"{name}: {error}") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("expected a time with its offset, 2026-11-25T10:00:00Z")


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    minutes = int(match[2]) * 60 + int(match[3]) if match else _MOST_MINUTES + 1
    if match is None or minutes > _MOST_MINUTES:
        raise ValueError('expected hours and minutes, "+01:00"')
    return timedelta(minutes=minutes if match[1] == "+" else -minutes)
