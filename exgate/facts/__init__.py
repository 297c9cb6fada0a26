"""Facts: frozen, typed values without I/O, and what could not be read."""
