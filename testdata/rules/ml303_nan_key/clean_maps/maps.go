// Maps whose NaN entries go: with the call, with clear, with the map.
package maps

import (
	"strconv"
	"sync"
)

var (
	cleared  = map[float64]int{}
	replaced = map[float64]int{}
	shared   sync.Map
)

func number(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

func Distinct(texts []string) int {
	seen := map[float64]bool{}
	for _, text := range texts {
		seen[number(text)] = true
	}
	return len(seen)
}

func Count(text string) {
	cleared[number(text)]++
	if len(cleared) > 100 {
		clear(cleared)
	}
}

func Add(text string) { replaced[number(text)]++ }

func Rotate() map[float64]int {
	old := replaced
	replaced = map[float64]int{}
	return old
}

func Share(text string) { shared.Store(number(text), true) }

func Forget() { shared.Clear() }

// Window counts for a while.
type Window struct{ counts map[float64]int }

func (w *Window) Add(text string) { w.counts[number(text)]++ }

func (w *Window) Reset() { w.counts = make(map[float64]int) }

func Grouped(texts []string) map[float64][]string {
	groups := make(map[float64][]string)
	for _, text := range texts {
		groups[number(text)] = append(groups[number(text)], text)
	}
	return groups
}

var known = map[float64]string{}

func init() {
	known[number("NaN")] = "not a number"
}

func Known(n float64) string { return known[n] }
