"""reports/index.html: one run's results as one page for people, which needs nothing but a browser."""

from exgate.reports.page.render import render
from exgate.reports.page.trend import TrendPoint

__all__ = ["TrendPoint", "render"]
