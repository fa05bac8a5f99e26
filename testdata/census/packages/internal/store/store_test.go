package store

import "testing"

func TestPut(t *testing.T) {
	Default.Put("x", nil)
	Index["x"] = Default
}
