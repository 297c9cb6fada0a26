"""reports/index.html: one run's results as one page for people, which needs nothing but a browser."""
