// The map goes by another name, is visited by an iterator, or is filled by a literal or two calls away.
package aliases

import "maps"

type Index struct{ words map[string]int }

func Twice(words map[string]int) {
	same := words
	for word := range words {
		same[word+"s"] = 1 // want "ML402: key .* is inserted into aliases.Twice.words inside a range over it"
	}
}

func (x *Index) Local() {
	words := x.words
	for word := range x.words {
		words[word+"s"] = 1 // want "ML402: .* is inserted into aliases.Index.words inside a range over it"
	}
}

func (x *Index) Field() {
	words := x.words
	for word := range words {
		x.words[word+"s"] = 1 // want "ML402: .* is inserted into aliases.Index.words"
	}
}

func (x *Index) Method() {
	words := x.words
	for word := range words {
		x.add(word + "s") // want "ML402: .* is inserted into aliases.Index.words"
	}
}

func (x *Index) add(word string) {
	if len(x.words) < 1000 {
		x.words[word] = 1
	}
}

func Keys(words map[string]int) {
	for word := range maps.Keys(words) {
		words[word+"s"] = 1 // want "ML402: .* is inserted into aliases.Keys.words inside a range over it"
	}
}

func All(words map[string]int) {
	for word, n := range maps.All(words) {
		words[word+"s"] = n // want "ML402: .* is inserted into aliases.All.words"
	}
}

func (x *Index) Values(names map[string]string) {
	for name := range maps.Values(names) {
		names["the "+name] = name // want "ML402: .* is inserted into .*Values.names"
	}
}

func Literal(words map[string]int) {
	add := func(word string) { words[word] = 1 }
	for word := range words {
		add(word + "s") // want "ML402: .* inserted into aliases.Literal.words"
	}
}

func (x *Index) Far() {
	for word := range x.words {
		x.plural(word) // want "ML402: .* inserted into aliases.Index.words"
	}
}

func (x *Index) plural(word string) { x.add(word + "s") }
