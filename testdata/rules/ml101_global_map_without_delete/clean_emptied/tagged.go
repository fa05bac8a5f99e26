//go:build special

package emptied

// OnRequest is built with a tag only.
func OnRequest(key string) { delete(tagged, key) }
