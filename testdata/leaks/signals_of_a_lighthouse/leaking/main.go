// Counts of signals go only when the lighthouse stops leading.
package main

import (
	"bufio"
	"log"
	"net"
	"sync"
)

type lighthouse struct {
	mu     sync.Mutex
	leads  bool
	signal map[string]int
	tower  *tower
}

type tower struct {
	repeats map[string]int
}

// repeated counts how often a signal was given again: in the tower's book when the lighthouse has one.
func (l *lighthouse) repeated(signal string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	var book *map[string]int
	if l.tower != nil {
		book = &l.tower.repeats
	} else {
		book = &l.signal
	}
	if *book == nil {
		*book = make(map[string]int)
	}
	(*book)[signal]++ // want `ML102: coast\.\w+\.\w+ keeps an entry for every .* a new map does not help: it runs only when` `ML102: coast\.\w+\.\w+ keeps an entry`
	return (*book)[signal]
}

func (l *lighthouse) leadershipLost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leads = false
	l.signal = nil
	l.tower.repeats = nil
}

func (l *lighthouse) watch(conn net.Conn) {
	defer conn.Close()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch line := lines.Text(); line {
		case "extinguish":
			l.leadershipLost()
		default:
			log.Print(l.repeated(line))
		}
	}
}

func main() {
	port, err := net.Listen("tcp", ":4000")
	if err != nil {
		log.Fatal(err)
	}
	l := &lighthouse{leads: true, tower: &tower{}}
	for {
		conn, err := port.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go l.watch(conn)
	}
}
