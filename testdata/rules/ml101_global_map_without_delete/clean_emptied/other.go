package emptied

// Elsewhere deletes what another file fills.
func Elsewhere(key string) { delete(faraway, key) }
