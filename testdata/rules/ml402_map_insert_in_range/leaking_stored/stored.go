// Maps that are stored in other maps, that have a type with methods, and that go by a converted name.
package stored

type Words map[string]int

var shelves = map[string]map[string]int{"new": {}}

func Plurals(shelf string) {
	for word := range shelves[shelf] {
		shelves[shelf][word+"s"] = 1 // want "ML402: key .* is inserted into stored.shelves.. inside a range over it"
	}
}

func Everywhere() {
	for shelf := range shelves {
		for word := range shelves[shelf] {
			shelves[shelf][word+"s"] = 1 // want "ML402: key .* is inserted into stored.shelves"
		}
	}
}

func (w Words) add(word string) { w[word] = 1 }

func (w *Words) put(word string) { (*w)[word] = 1 }

var known = Words{}

func Known() {
	for word := range known {
		known.add(word + "s") // want "ML402: .* inserted into stored.known inside a range over it"
	}
}

func Pointed() {
	for word := range known {
		known.put(word + "s") // want "ML402: .* inserted into stored.known inside a range over it"
	}
}

func (w Words) Plurals() {
	for word := range w {
		w.add(word + "s") // want "ML402: .* inserted into .* inside a range over it"
	}
}

func Converted(words map[string]int) {
	typed := Words(words)
	for word := range typed {
		words[word+"s"] = 1 // want "ML402: .* is inserted into stored.Converted.words inside a range over it"
	}
}
