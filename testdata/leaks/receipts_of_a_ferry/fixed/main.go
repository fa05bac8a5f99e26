// A ticket is forgotten when its holder boards; what is checked at the gate is made for one check and dies with it.
package main

import (
	"bufio"
	"log"
	"net"
	"strings"
)

type crossing struct {
	line    net.Conn
	pending map[string]int
}

func newCrossing(line net.Conn) *crossing {
	return &crossing{line: line, pending: make(map[string]int)}
}

func (c *crossing) show(ticket string) {
	c.pending[ticket]++
}

func (c *crossing) board(ticket string) int {
	shown := c.pending[ticket]
	delete(c.pending, ticket)
	return shown
}

type check struct{ marks map[string]bool }

func (k *check) mark(part string) bool {
	again := k.marks[part]
	k.marks[part] = true
	return again
}

// genuine tells whether no part of a ticket's number comes twice.
func genuine(ticket string) bool {
	k := &check{marks: make(map[string]bool)}
	for part := range strings.SplitSeq(ticket, "-") {
		if k.mark(part) {
			return false
		}
	}
	return true
}

func (c *crossing) serve() {
	in := bufio.NewReader(c.line)
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Fields(text)
		if len(words) != 2 {
			continue
		}
		ticket := words[1]
		switch words[0] {
		case "show":
			if genuine(ticket) {
				c.show(ticket)
			}
		case "board":
			log.Print(c.board(ticket))
		}
	}
}

func main() {
	pier, err := net.Listen("tcp", "localhost:4100")
	if err != nil {
		log.Fatal(err)
	}
	for {
		line, err := pier.Accept()
		if err != nil {
			log.Fatal(err)
		}
		c := newCrossing(line)
		go c.serve()
	}
}
