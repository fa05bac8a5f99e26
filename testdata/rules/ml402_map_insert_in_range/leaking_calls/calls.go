// The insertion is in what the loop calls.
package calls

var stock = map[string]int{}

func put(item string, n int) { stock[item] = n }

func Drop(item string) { delete(stock, item) }

func Global() {
	for item, n := range stock {
		put(item+"/reserve", n) // want `ML402: keys are inserted into calls.stock inside a range over it`
	}
}

func Deep() {
	for item := range stock {
		first(item + "'") // want "ML402: keys are inserted into calls.stock"
	}
}

func first(item string) { second(item) }

func second(item string) { stock[item] = 1 }

// Shelf holds what is on it.
type Shelf struct{ items map[string]int }

func (s *Shelf) put(item string, n int) { s.items[item] = n }

func (s *Shelf) Take(item string) { delete(s.items, item) }

func (s *Shelf) Label() {
	for item := range s.items {
		s.put("label:"+item, 1) // want "ML402: .* is inserted into calls.Shelf.items"
	}
}

func Shared(shelf *Shelf) {
	for item := range shelf.items {
		shelf.put("label:"+item, 1) // want "ML402: .* is inserted into calls.Shelf.items"
	}
}

func Handed(words map[string]int) {
	for word := range words {
		count(words, word+"s") // want "ML402: keys are inserted"
	}
}

func count(words map[string]int, word string) { words[word]++ }

func Closed(names []string) int {
	seen := map[string]bool{}
	for _, name := range names {
		seen[name] = true
	}
	add := func(name string) { seen[name] = true }
	for name := range seen {
		func() {
			seen["*"+name] = true // want -1 "ML402: .* is inserted into calls.Closed.seen"
		}()
	}
	add("end")
	return len(seen)
}

var shop Shelf

func OfVariable() {
	for item := range shop.items {
		shop.put(item+"?", 1) // want "ML402: .* is inserted into calls.Shelf.items"
	}
}

func Made() {
	for item := range stock {
		made(item) // want "ML402: .* is inserted into calls.stock"
	}
}

func made(item string) { stock["made of "+item] = 1 }
