// Votes can be withdrawn, and the poll they were for stays in the table without any.
package main

import (
	"log"
	"net/http"
	"sync"
)

type board struct {
	mu    sync.Mutex
	votes map[string]map[string]int
}

func (b *board) vote(poll, voter string, points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.votes[poll] == nil {
		b.votes[poll] = make(map[string]int) // want `ML10[23]: .*votesperpoll\.board\.votes`
	}
	b.votes[poll][voter] = points
}

func (b *board) withdraw(poll, voter string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.votes[poll], voter)
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodDelete {
		b.withdraw(r.FormValue("poll"), r.RemoteAddr)
		return
	}
	b.vote(r.FormValue("poll"), r.RemoteAddr, 1)
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &board{votes: make(map[string]map[string]int)}))
}
