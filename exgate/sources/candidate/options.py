"""Options of Windows' programs: ``/name value``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from exgate.facts.change import Origin, PlanError


def options(program: str, arguments: tuple[str, ...], known: Mapping[str, int], origin: Origin) -> dict[str, str]:
    """Read options, which may stand in any case and order.

    Args:
        program: Its name, for the message.
        arguments: What stands behind it.
        known: How many values (0 or 1) an option takes, by its name in lower case.
        origin: Where the command stands.

    Returns:
        The values by the options' names, ``""`` for an option without one.

    Raises:
        PlanError: An option is not known, given twice, or lacks its value; the text shows no value, which may be a
            password.
    """
    given: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name = argument[1:].lower()
        if not argument.startswith("/") or name not in known:
            option = re.split("[:=]", argument, maxsplit=1)[0]
            shown = option if argument.startswith("/") else "an argument without an option's name before it"
            raise PlanError(origin, f"{program}: {shown} is not understood")
        if name in given:
            raise PlanError(origin, f"{program}: /{name} is given twice")
        value = next(rest, None) if known[name] else ""
        if value is None:
            raise PlanError(origin, f"{program}: /{name} without its value")
        given[name] = value
    return given
