"""How long maps and what holds them live."""
