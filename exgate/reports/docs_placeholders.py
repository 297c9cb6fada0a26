"""What stands in the docs where a report has a host's own values."""

from __future__ import annotations

import string
from collections.abc import Iterator

from exgate.requirements import Requirement

SENTENCES = {
    "delete_values": 'reg delete "<its key>" /v "<its name>" /f\n',
    "near_miss": 'reg delete "<its key>" /v "<its name>" /f   (only where there is a value of a wrong name or type)\n',
    "wizard": "On Small Business Server run the Configure E-Mail and Internet Connection Wizard first. "
    "Only if that does not help, and on every other server:\n",
}
"""Placeholders that stand for whole lines, and are empty on most hosts."""

MEANINGS = {
    "addresses": "the addresses that the server's own name resolves to on the server itself",
    "exchange_vdir": "what the registry value ExchangeVDir holds now",
    "host": "the server's name",
    "id": "the requirement's id, so that every fix has a backup of its own",
    "mobile_vdir": "the virtual directory that ActiveSync and OMA use, without the slash in front: what ExchangeVDir "
    "names, or Exchange",
    "providers_key": "the key of the metabase where NTAuthenticationProviders is set",
    "restrictions": "the address restrictions as they are now",
    "right_data": "the secondary virtual directory's name as IIS Manager shows it, with a slash in front",
    "secondary_vdir": "the virtual directory of Method 2, without the slash in front",
    "site": "the number of the web site that holds /Exchange, for example 1",
    "undo_authentication": "the command that brings AuthFlags back to what it is now",
    "undo_redirect": "the command that brings HttpRedirect back to what it is now",
    "undo_providers": "the command that brings NTAuthenticationProviders back to what it is now",
    "undo_ssl": "the command that brings AccessSSLFlags back to what it is now",
}
"""What the other placeholders stand for; a report has the host's own value there."""


def filled(requirement: Requirement, text: str) -> str:
    """Give a text of a requirement with ``<site>`` and the like where a report has the host's own values."""
    return requirement.fill(text, SENTENCES)


def used(requirement: Requirement) -> Iterator[tuple[str, str]]:
    """Give the placeholders that a requirement's texts show, as shown, with their meaning."""
    texts = (requirement.fix, requirement.fix_secondary, requirement.rollback, requirement.risk)
    names = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    for name in sorted(names & MEANINGS.keys()):
        yield f"<{name.replace('_', ' ')}>", MEANINGS[name]
