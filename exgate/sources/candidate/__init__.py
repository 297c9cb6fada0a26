"""A planned change: a folder with exports, commands, scripts and registry files, read into steps."""

from exgate.sources.candidate.describe import describe, warnings
from exgate.sources.candidate.plan import read_plan

__all__ = ["describe", "read_plan", "warnings"]
