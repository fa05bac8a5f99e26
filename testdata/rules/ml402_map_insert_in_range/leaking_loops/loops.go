// New keys inserted by the body of the loop itself.
package loops

import (
	"fmt"
	"maps"
	"path"
	"strings"
)

var (
	stock  = map[string]int{}
	prices = map[string]int{}
)

func Put(item string, n int) { stock[item] = n; prices[item] = n }

func Drop(item string) { delete(stock, item); delete(prices, item) }

func Derived() {
	for item, n := range stock {
		stock[item+"/reserve"] = n / 10 // want `ML402: key 'item \+ "/reserve"' is inserted into loops.stock inside a range over it: the loop visits`
	}
}

func Counted(words map[string]int) {
	for word, n := range words {
		words[fmt.Sprintf("%s.%d", word, n)]++ // want "ML402: .* is inserted into loops.Counted.words inside a range"
	}
}

func Conditional(limits map[int]int) {
	for n, limit := range limits {
		if limit > 10 {
			limits[n+1] += limit - 10 // want "ML402: key 'n . 1' is inserted"
		}
	}
}

func Local(names []string) int {
	seen := map[string]bool{}
	for _, name := range names {
		seen[name] = true
	}
	for name := range seen {
		if i := strings.IndexByte(name, '.'); i > 0 {
			seen["*"+name[i:]] = true // want "ML402: .* is inserted into loops.Local.seen"
		}
	}
	return len(seen)
}

// Shelf holds what is on it.
type Shelf struct{ items map[string]int }

func (s *Shelf) Label() {
	for item := range s.items {
		s.items["label:"+item] = 1 // want "ML402: .* is inserted into loops.Shelf.items"
	}
}

func Others(graph map[int]bool, edges map[int][]int) {
	for at := range graph {
		for _, next := range follow(edges, at) {
			if !graph[next] {
				graph[-next] = true // want "ML402: key .-next., which may be new, is inserted"
			}
			graph[at*next+1] = true // want "ML402: .* is inserted into loops.Others.graph"
		}
	}
}

func follow(edges map[int][]int, at int) []int { return edges[at] }

func Copied(all map[string]int, more func(string) map[string]int) {
	for item := range all {
		maps.Copy(all, more(item)) // want "ML402: keys, which may be new, are inserted into loops.Copied.all inside a range over it"
	}
}

func Absent(prices map[string]int) {
	for item, price := range prices {
		net := "net " + item
		if _, ok := prices[net]; !ok {
			prices[net] = price // want "ML402: key 'net' is inserted"
		}
	}
}

func Inner(prices map[string]int, markets []string) {
	for item, price := range prices {
		for _, market := range markets {
			if market == "" {
				break
			}
			prices[market+item] = price // want "ML402: .* is inserted"
		}
	}
}

// Parents adds what is above: the last slash is gone, others are not.
func Parents(stock map[string]int) {
	for item, n := range stock {
		if strings.Contains(item, "/") {
			above := path.Dir(item)
			if _, ok := stock[above]; !ok {
				stock[above] = n // want "ML402: key 'above' is inserted"
			}
		}
	}
}

type dish struct{ parts []string }

// Whole adds the parts of parts, as far as it happens to visit them.
func Whole(menu map[string]*dish, fetch func(string) *dish) {
	for _, d := range menu {
		for _, part := range d.parts {
			if _, ok := menu[part]; !ok {
				menu[part] = fetch(part) // want "ML402: key 'part' is inserted"
			}
		}
	}
}

// Copies gives each shelf that the form tells of another one, which the form tells of as well.
func Copies(form map[string][]string) {
	for field, values := range form {
		if strings.HasPrefix(field, "shelf") {
			form["shelf_copy"+field] = values // want "ML402: key .* is inserted"
		}
	}
}

// Renamed finds the old room in the new names as well.
func Renamed(places map[string]int, from, to string) {
	for place, n := range places {
		if strings.Contains(place, "."+from+".") {
			places[strings.Replace(place, "."+from+".", "."+from+"."+to+".", 1)] = n // want "ML402: .* is inserted into loops.Renamed.places"
			places[strings.Replace(place, "."+to+".", "..", 1)] = n                   // want "ML402: .* is inserted into loops.Renamed.places"
		}
	}
}

// Aliased has a name of its own for a key that is given the old text again.
type Aliased struct{ places map[string]int }

func (a *Aliased) Alias(from, to string) {
	for place, n := range a.places {
		if strings.Contains(place, "."+from+".") {
			other := strings.Replace(place, "."+from+".", "."+to+".", 1)
			if n > 1 {
				other = place + "." + from + "."
			}
			a.places[other] = n // want "ML402: .* is inserted into loops.Aliased.places"
		}
	}
}
