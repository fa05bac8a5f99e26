"""What empties a map, and how removals that exist or are due miss what is put in."""
