"""What holds maps and is handed them: wrapper types and helper functions, which are looked through."""
