// A count goes with the answer to its signal.
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
	(*book)[signal]++
	return (*book)[signal]
}

func (l *lighthouse) leadershipLost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leads = false
	l.signal = nil
	l.tower.repeats = nil
}

func (l *lighthouse) answered(signal string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tower != nil {
		delete(l.tower.repeats, signal)
	} else {
		delete(l.signal, signal)
	}
}

func (l *lighthouse) watch(conn net.Conn) {
	defer conn.Close()
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch line := lines.Text(); line {
		case "extinguish":
			l.leadershipLost()
		default:
			log.Print(l.repeated(line))
			l.answered(line)
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
