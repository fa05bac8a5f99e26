// Calls inside a range that insert into another map, under the visited key, or not while the loop runs.
package calls

var (
	stock = map[string]int{}
	sold  = map[string]int{}
)

func set(item string, n int) { stock[item] = n }

func sell(item string) { sold[item+"'"]++ }

func Visited() {
	for item, n := range stock {
		set(item, n+1)
	}
}

func Another() {
	for item := range stock {
		sell(item)
	}
}

func Drop(item string) { delete(stock, item); delete(sold, item) }

// Shelf holds what is on it.
type Shelf struct {
	items map[string]int
	parts []*Shelf
}

func (s *Shelf) put(item string, n int) { s.items[item] = n }

func (s *Shelf) Take(item string) { delete(s.items, item) }

func (s *Shelf) Hand(to *Shelf) {
	for item, n := range s.items {
		to.put(item+"'", n)
	}
}

func (s *Shelf) Spread() {
	for item := range s.items {
		for _, part := range s.parts {
			part.put("part of "+item, 1)
		}
	}
}

func (s *Shelf) rotate(item string) {
	s.items = map[string]int{}
	s.items["first "+item] = 1
}

func (s *Shelf) Rotate() {
	for item := range s.items {
		s.rotate(item)
	}
}

func Found(shelf *Shelf) bool {
	for item := range shelf.items {
		if item != "" {
			shelf.put("found "+item, 1)
			return true
		}
	}
	return false
}

func Later(shelf *Shelf) {
	for item := range shelf.items {
		defer shelf.put("later "+item, 1)
	}
}

func New(words map[string]int) {
	for word := range words {
		count(map[string]int{}, word+"s")
	}
}

func count(words map[string]int, word string) { words[word]++ }

func Tree(depth int) map[int]int {
	children := map[int]int{depth: 1}
	for child := range children {
		if depth > 0 {
			children[child] += len(Tree(depth - 1))
		}
	}
	return children
}

func Present() {
	for item := range stock {
		again(item + "'")
	}
}

func again(item string) {
	if _, ok := stock[item]; ok {
		stock[item]++
	}
}
