"""Sources: one host to its facts, or to the one cause why it could not be asked."""
