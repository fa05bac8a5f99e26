// Command app uses every module of the workspace.
package main

import (
	"example.com/lib"
	"example.com/lib/nested"
	"example.com/replaced"
)

var local = map[string]*replaced.Session{}

func main() {
	lib.Shared.Register("main", main)
	lib.Shared.Items["x"] = nil
	nested.Totals.Inc("x")
	nested.Totals["y"]++
	replaced.Sessions["a"] = &replaced.Session{}
	replaced.Sessions["a"].Values["b"] = 1
	replaced.Sessions["a"].Flags["c"] = true
	replaced.Sessions["a"].Set("d")
	local["x"] = replaced.Sessions["a"]
	delete(local["x"].State.Flags, "c")
}
