"""What can be wrong with an inventory or with a secret that it refers to."""

from __future__ import annotations


class InventoryError(Exception):
    """The inventory, or what was asked of it, is wrong; the text is one line and names file and line."""


class SecretError(Exception):
    """A secret cannot be had; the text is one line, names where it is asked for, and never holds the value."""
