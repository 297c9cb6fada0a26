"""The page out of its parts: a template, a style sheet, scripts and data, all in one file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from exgate.reports.page.overview import Overview
from exgate.reports.page.payload import Payload
from exgate.reports.page.shown import shown
from exgate.reports.page.trend import Chart, TrendPoint
from exgate.reports.results import Results

_SCRIPTS = ("model.js", "filters.js", "details.js", "matrix.js", "findings.js", "page.js")
"""In this order: each uses what stands before it, and the last one starts."""


def render(results: Results, trend: Sequence[TrendPoint] = ()) -> str:
    """Give the page.

    Every text of the results is shown as text: what is no character to be seen is shown as an escape, so that the page
    can always be encoded, and the data is packed, so that nothing in it can end its element.

    Args:
        results: The run's results.
        trend: Earlier runs, oldest first, and this one as the last.
    """
    style, script = Markup(_part("page.css")), Markup("\n".join(map(_part, _SCRIPTS)))  # noqa: S704 - our own files
    payload = Payload(results)
    return template().render(
        csp=_policy(style, script),
        style=style,
        script=script,
        data=payload.packed(),
        overview=Overview(results, payload.columns),
        chart=Chart(trend),
    )


@cache
def template() -> Template:
    """Give the template, compiled once: that takes longer than filling it for a host."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_as_text,
    )
    return environment.from_string(_part("page.html"))


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").strip()


def _as_text(value: object) -> object:
    # Markup is a text too: the parts of the page itself, which keep their line breaks.
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _policy(style: str, script: str) -> str:
    """Give a Content-Security-Policy that allows this style sheet and this script, and nothing else at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
