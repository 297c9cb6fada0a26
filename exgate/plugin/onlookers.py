"""Other plugins that want to take part in the phases of a test: where there are some, pytest's own protocol runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

_COLLECTING = (
    "pytest_fixture_post_finalizer",
    "pytest_fixture_setup",
    "pytest_generate_tests",
    "pytest_make_parametrize_id",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
)
"""Hooks around fixtures, and around functions as pytest collects them."""
_RUNNING = (
    "pytest_assertrepr_compare",
    "pytest_exception_interact",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
)
"""Hooks around a test's phases."""
_ALOOF = frozenset(
    {
        "_hypothesis_pytestplugin",
        "_pytest",
        "anyio",
        "exgate",
        "pytest_asyncio",
        "pytest_cov",
        "pytest_html",
        "pytest_metadata",
        "pytest_mock",
        "testinfra",
        "xdist",
    }
)
"""Packages whose hooks do nothing for a plain function, or are called otherwise."""


def shows_fixtures(config: pytest.Config) -> bool:
    """Whether the command line wants to see fixtures, or to stop in each test."""
    option = config.option
    return any(getattr(option, name, False) for name in ("setuponly", "setupshow", "setupplan", "trace"))


def shows_phases(config: pytest.Config) -> bool:
    """Whether somebody wants what pytest's own protocol alone gives: a debugger, what passing tests print."""
    option = config.option
    return (
        bool(getattr(option, "usepdb", False))
        or not {"P", "A"}.isdisjoint(getattr(option, "reportchars", None) or "")
        or bool(float(config.getini("faulthandler_timeout") or 0))
        or _ini_flag(config, "generate_report_on_test")
    )


def watch_collecting(hooks: Any) -> bool:  # noqa: ANN401 - pytest's hooks for a path
    """Whether other plugins take part in how a function's tests are made."""
    return _watched(hooks, _COLLECTING)


def watch_running(hooks: Any) -> bool:  # noqa: ANN401 - pytest's hooks for a path
    """Whether other plugins take part in a test's phases."""
    return _watched(hooks, _RUNNING)


def _watched(hooks: Any, names: Iterable[str]) -> bool:  # noqa: ANN401 - the same
    return any(
        implementation.function.__module__.partition(".")[0] not in _ALOOF
        for name in names
        for implementation in getattr(hooks, name).get_hookimpls()
    )


def _ini_flag(config: pytest.Config, name: str) -> bool:
    try:
        return bool(config.getini(name))
    except ValueError:
        return False  # the plugin that knows it is not loaded
