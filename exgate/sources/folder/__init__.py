"""A host's folder: files that an administrator, the collector or an earlier run has put there, read into facts."""
