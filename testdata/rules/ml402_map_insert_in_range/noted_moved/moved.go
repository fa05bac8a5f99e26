// The visited entry is moved to another key: no growth, but it may be visited twice.
package moved

var stock = map[string]int{}

func Put(item string, n int) { stock[item] = n }

func Mark() {
	for item, n := range stock {
		delete(stock, item)
		stock[item+"!"] = n // want `ML402: key 'item \+ "!"' is inserted into moved.stock inside a range over it, for the visited one: the map does not grow`
	}
}

func Shift(slots map[int]string) {
	for n, s := range slots {
		slots[n+1] = s // want "ML402: .* a moved entry may be visited once more"
		delete(slots, n)
	}
}
