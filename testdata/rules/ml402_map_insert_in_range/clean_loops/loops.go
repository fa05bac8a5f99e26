// What changes a map inside a range over it and adds no new key to it, or none that is visited.
package loops

import "strings"

var stock = map[string]int{}

func Visited() {
	for item := range stock {
		stock[item]++
	}
}

func Removed() {
	for item, n := range stock {
		if n == 0 {
			delete(stock, item)
		}
	}
}

func Another(from, to map[string]int) {
	for item, n := range from {
		to[item+"'"] = n
	}
}

// Shelf holds what is on it.
type Shelf struct {
	items map[string]int
	next  *Shelf
	parts []*Shelf
}

func (s *Shelf) Hand(to *Shelf) {
	for item, n := range s.items {
		to.items[item+"'"] = n
	}
}

func (s *Shelf) Shadowed() {
	for item := range s.items {
		for _, s := range s.parts {
			s.items["part of "+item] = 1
		}
	}
}

func (s *Shelf) Walked() {
	for item := range s.items {
		s = s.next
		s.items["next to "+item] = 1
	}
}

func (s *Shelf) Replaced() {
	for item := range s.items {
		s.items = map[string]int{}
		s.items["after "+item] = 1
	}
}

func Found(links map[string]string) {
	for from, to := range links {
		if _, ok := links[to]; ok {
			links[to] = from
		}
	}
}

func LeftAtOnce(stock map[string]int) bool {
	for item := range stock {
		if strings.HasSuffix(item, "?") {
			stock[item+"!"] = 1
			return true
		}
	}
	return false
}

func Broken(stock map[string]int) {
	for item, n := range stock {
		switch {
		case n > 10:
			stock["much "+item] = n
			return
		}
		if n > 5 {
			stock["some "+item] = n
			break
		}
	}
}

func BrokenOut(stock map[string]int, marks []string) {
search:
	for item := range stock {
		for _, mark := range marks {
			if strings.HasPrefix(item, mark) {
				stock[mark+item] = 1
				break search
			}
		}
	}
}

func Constant(stock map[string]int) {
	for _, n := range stock {
		stock["total"] += n
	}
}

func Afterwards(stock map[string]int) {
	more := map[string]int{}
	for item, n := range stock {
		more[item+"'"] = n
	}
	for item, n := range more {
		stock[item] = n
	}
}

func Elements(shelves map[string]map[string]int) {
	for name, items := range shelves {
		items[name+"'"] = 1
		shelves[name]["'"+name] = 1
	}
}

func Slice(items []int, index map[int]int) {
	for i := range items {
		index[i+len(items)] = items[i]
	}
}

type worker struct{ team, name string }

func id(team, name string) string { return team + "/" + name }

func Restored(workers map[string]*worker, old map[string]*worker) {
	for _, w := range workers {
		key := id(w.team, w.name)
		if before, ok := old[key]; ok {
			workers[key] = before
		}
		workers[w.team+"/"+w.name] = w
	}
}

func Lower(stock map[string]int) {
	for item, n := range stock {
		delete(stock, item)
		stock[strings.ToLower(item)] = n
	}
}

func Both(stock map[string]int) {
	for item, n := range stock {
		lower := strings.ToLower(item)
		stock[lower] = n
	}
}

// Named has names without a price, too: none of them has an equals sign.
func Named(prices map[string]string) {
	for item, price := range prices {
		if strings.Contains(item, "=") && price == "" {
			parts := strings.SplitN(item, "=", 2)
			name, amount := parts[0], parts[1]
			if _, ok := prices[name]; !ok {
				prices[name] = amount
			}
		}
	}
}

type dish struct {
	name  string
	parts []*dish
}

func simple(d *dish) (*dish, []*dish) {
	var rest []*dish
	for i, part := range d.parts {
		if len(part.parts) > 0 {
			only, more := simple(part)
			rest = append(append(rest, only), more...)
			d.parts[i] = &dish{name: part.name}
		}
	}
	return d, rest
}

// Flat adds what is simple already.
func Flat(menu map[string]*dish) {
	for name, d := range menu {
		only, rest := simple(d)
		menu[name] = only
		for _, part := range rest {
			menu[part.name] = part
		}
	}
}

var settings = map[string]string{}

func init() {
	for name, value := range settings {
		short := name[:1]
		if _, ok := settings[short]; !ok {
			settings[short] = value
		}
	}
}

func hasPrefixAndSuffix(text, prefix, suffix string) bool {
	return strings.HasPrefix(text, prefix) && strings.HasSuffix(text, suffix)
}

// Options gives each shelf that the form tells of a field of options: no such field is one of a shelf.
func Options(form map[string][]string) {
	for field, values := range form {
		if hasPrefixAndSuffix(field, "shelf[", "][name]") {
			form["options_of_"+field] = values
		}
		if values != nil && strings.HasSuffix(field, ".old") {
			form[field+".new"] = nil
		}
	}
}

const announced = "Announced:"

func proper(name string) string {
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// Announced gives what comes behind a text its own name, which does not have the text.
func Announced(headers map[string][]string) {
	for name, values := range headers {
		if !strings.HasPrefix(name, announced) {
			continue
		}
		headers[proper(strings.TrimPrefix(name, announced))] = values
		headers[proper(name[len(announced):])] = values
	}
}

// Renamed gives all that is in the old room a name in the new one, in which the old one does not stand any more.
func Renamed(places map[string]int, from, to string) {
	for place, n := range places {
		if strings.Contains(place, "."+from+".") {
			places[strings.Replace(place, "."+from+".", "."+to+".", 1)] = n
		}
	}
}

// Aliased does the same under a name of its own for the new key.
type Aliased struct{ places map[string]int }

func (a *Aliased) Alias(from, to string) {
	for place, n := range a.places {
		if strings.Contains(place, "."+from+".") {
			other := strings.Replace(place, "."+from+".", "."+to+".", 1)
			a.places[other] = n
		}
	}
}
