package store

var perPlatform = map[string]int{}

func platform(s *Store, k string) { perPlatform[k]++; s.hidden["linux"] = 1 }
