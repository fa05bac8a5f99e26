// Package state holds what the other package fills.
package state

// Shared is filled by the importing package only.
var Shared = map[string]int{}
