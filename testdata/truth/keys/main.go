//go:build go1.23

// Command keys inserts a new key for each key that maps.Keys yields of a map of a thousand, and counts those.
package main

import (
	"fmt"
	"maps"
)

func main() {
	m := map[int]bool{}
	for i := 0; i < 1000; i++ {
		m[i] = true
	}
	visits := 0
	for range maps.Keys(m) {
		visits++
		m[1000+visits] = true
	}
	fmt.Println(visits)
}
