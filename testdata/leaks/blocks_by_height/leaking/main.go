// A short list of blocks for each height there ever was: it is the heights that grow.
package main

import (
	"bufio"
	"log"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

type chain struct {
	mu     sync.Mutex
	blocks map[uint64][]string
}

func (c *chain) add(height uint64, block string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, known := range c.blocks[height] {
		if known == block {
			return
		}
	}
	c.blocks[height] = append(c.blocks[height], block) // want `ML102: blocksbyheight\.chain\.blocks keeps an entry for every`
}

func (c *chain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	lines := bufio.NewScanner(r.Body)
	for lines.Scan() {
		number, block, _ := strings.Cut(lines.Text(), " ")
		if height, err := strconv.ParseUint(number, 10, 64); err == nil {
			c.add(height, block)
		}
	}
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &chain{blocks: map[uint64][]string{}}))
}
