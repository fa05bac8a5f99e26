"""What lets a map grow: who inserts, how often, and with keys from where."""
