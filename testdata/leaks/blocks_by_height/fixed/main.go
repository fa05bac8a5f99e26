// One height that is long past is dropped for each that comes.
package main

import (
	"bufio"
	"log"
	"net"
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
	for old := range c.blocks {
		if old+900 < height {
			delete(c.blocks, old)
			break
		}
	}
	c.blocks[height] = append(c.blocks[height], block)
}

func (c *chain) listen(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		number, block, _ := strings.Cut(lines.Text(), " ")
		if height, err := strconv.ParseUint(number, 10, 64); err == nil {
			c.add(height, block)
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "localhost:8081")
	if err != nil {
		log.Fatal(err)
	}
	c := &chain{blocks: map[uint64][]string{}}
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go c.listen(conn)
	}
}
