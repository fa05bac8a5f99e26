// Another map that is stored in the same place, another one of the same type, one that has been replaced.
package stored

type Words map[string]int

var shelves = map[string]map[string]int{"new": {}, "old": {}}

func Moved(from, to string) {
	for word, n := range shelves[from] {
		shelves[to][word+"s"] = n
	}
}

func Turned() {
	for shelf, words := range shelves {
		for word, n := range words {
			if shelves[word] != nil {
				shelves[word][shelf+word] = n
			}
		}
	}
}

func Replaced(fresh map[string]int) {
	for word := range shelves["new"] {
		shelves["new"] = fresh
		shelves["new"][word+"s"] = 1
	}
}

func Called(shelf string) {
	for word := range shelves[shelf] {
		archive(word + "s")
	}
}

func archive(word string) { shelves["old"][word] = 1 }

func (w Words) add(word string) { w[word] = 1 }

var known, plurals = Words{}, Words{}

func Others() {
	for word := range known {
		plurals.add(word + "s")
	}
}

func Visited() {
	for word := range known {
		known.add(word)
	}
}
