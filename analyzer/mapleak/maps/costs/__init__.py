"""What one entry of a map takes: heap blocks, the runtime's tables, and the cost of an entry made of both."""
