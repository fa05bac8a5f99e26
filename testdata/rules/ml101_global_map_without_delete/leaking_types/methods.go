package types

var (
	words = Registry{}
	names = Registry{}
	marks = Set[string]{}
)

// The insertion is in a method of the type; the variable names the map.

func Word(word string) {
	words.Add(word) // want "ML101: types.words "
}

func Name(name string) {
	add := names.Add // want "ML101: types.names "
	add(name)
}

func Mark(mark string) {
	Set[string].Add(marks, mark) // want "ML101: types.marks "
}
