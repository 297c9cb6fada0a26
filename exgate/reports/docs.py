"""The docs on disk: ``requirements/KB817379-NN.md``, ``requirements/README.md`` and ``coverage.md``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exgate.reports.docs_coverage import passages
from exgate.reports.docs_pages import coverage_page, requirement_page, requirements_page
from exgate.requirements import ID_PREFIX, Requirement


def write_docs(folder: Path, requirements: Sequence[Requirement]) -> int:
    """Write every page, and remove the pages of requirements that are no more.

    The same requirements give the same bytes on every system.

    Args:
        folder: The docs' folder; it is made where it is missing.
        requirements: All of them, in order.

    Returns:
        The number of pages.

    Raises:
        OSError: A page cannot be written.
        exgate.reports.docs_coverage.CoverageError: The coverage is not well-formed.
    """
    own = folder / "requirements"
    pages = {own / f"{requirement.id}.md": requirement_page(requirement) for requirement in requirements}
    pages[own / "README.md"] = requirements_page(requirements)
    pages[folder / "coverage.md"] = coverage_page(passages(), requirements)
    own.mkdir(parents=True, exist_ok=True)
    for path in own.glob(f"{ID_PREFIX}*.md"):
        if path not in pages:
            path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return len(pages)
