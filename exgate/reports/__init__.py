"""Reports: verdicts as HTML, JUnit and lines on a terminal."""
