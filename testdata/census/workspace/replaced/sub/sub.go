// Package sub is below a replaced module.
package sub

type State struct{ Flags map[string]bool }

func (s *State) Set(f string) { s.Flags[f] = true }
