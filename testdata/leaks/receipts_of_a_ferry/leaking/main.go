// A crossing keeps every ticket number it was ever shown, for as long as the ferry's line stays open.
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
	c.pending[ticket]++ // want `ML102: receipts\.crossing\.pending keeps an entry for every 'ticket'` `ML701: key 'ticket' of receipts\.crossing\.pending is a piece of what`
}

func (c *crossing) board(ticket string) int {
	return c.pending[ticket]
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
			c.show(ticket)
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
