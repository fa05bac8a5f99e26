// Another map, the visited key, a name that has come to stand for something else.
package aliases

import "maps"

type Index struct{ words map[string]int }

func Clone(words map[string]int) {
	same := maps.Clone(words)
	for word := range same {
		words[word+"s"] = 1
	}
}

func (x *Index) Visited() {
	words := x.words
	for word := range words {
		x.words[word] = 1
	}
}

func (x *Index) Replaced() {
	words := x.words
	x.words = map[string]int{}
	for word := range words {
		x.words[word+"s"] = 1
	}
}

func Turned(words, others map[string]int) {
	same := words
	same = others
	for word := range words {
		same[word+"s"] = 1
	}
}

func KeysVisited(words map[string]int) {
	for word := range maps.Keys(words) {
		words[word]++
	}
}

func AllDeleted(words map[string]int) {
	for word, n := range maps.All(words) {
		if n == 0 {
			delete(words, word)
		}
	}
}

func Other(words map[string]int) map[string]int {
	plurals := map[string]int{}
	for word := range maps.Keys(words) {
		plurals[word+"s"] = 1
	}
	return plurals
}

func LiteralOther(words map[string]int) map[string]int {
	plurals := map[string]int{}
	add := func(word string) { plurals[word] = 1 }
	for word := range words {
		add(word + "s")
	}
	return plurals
}

func LiteralVisited(words map[string]int) {
	set := func(word string) { words[word] = 1 }
	for word := range words {
		set(word)
	}
}

func (x *Index) Left() {
	words := x.words
	for word := range words {
		x.words[word+"s"] = 1
		return
	}
}
