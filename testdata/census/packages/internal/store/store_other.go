//go:build !linux

package store

var perPlatform = map[string]int{}

func platform(s *Store, k string) { perPlatform[k] = 1; delete(s.hidden, "linux") }
