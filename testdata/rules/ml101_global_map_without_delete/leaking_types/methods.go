package types

var (
	words = Registry{}
	names = Registry{}
	marks = Set[string]{}
)

// The insertion is in a method of the type; the variable names the map.

func Word(word string) {
	words.Add(word)
}

func Name(name string) {
	add := names.Add
	add(name)
}

func Mark(mark string) {
	Set[string].Add(marks, mark)
}
