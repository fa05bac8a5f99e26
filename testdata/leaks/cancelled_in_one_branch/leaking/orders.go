// An order that is cancelled as a whole is forgotten; the last of its items, cancelled or served alone, leaves it there.
package main

import (
	"log"
	"net/http"
	"sync"
)

type item struct{ order, dish string }

type kitchen struct {
	mu     sync.Mutex
	orders map[string][]string
	dishes map[item]bool
}

func (k *kitchen) order(id, dish string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.orders[id] = append(k.orders[id], dish) // want `ML103: orders\.kitchen\.orders .* removes only in one branch; where it removes from orders\.kitchen\.dishes`
	k.dishes[item{id, dish}] = true
}

func (k *kitchen) done(id, dish string, all bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if all {
		for _, dish := range k.orders[id] {
			delete(k.dishes, item{id, dish})
		}
		delete(k.orders, id)
	} else {
		delete(k.dishes, item{id, dish})
	}
}

func (k *kitchen) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		k.order(r.FormValue("order"), r.FormValue("dish"))
	} else {
		k.done(r.FormValue("order"), r.FormValue("dish"), r.FormValue("dish") == "")
	}
}

func main() {
	log.Fatal(http.ListenAndServe(":8080", &kitchen{orders: map[string][]string{}, dishes: map[item]bool{}}))
}
