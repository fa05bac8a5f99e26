// Whoever waits for an echo is forgotten by a timer; the echo itself stops the timer and forgets nobody.
package main

import (
	"log"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

type sounder struct {
	conn   *net.UDPConn
	mu     sync.Mutex
	echoes map[uint64]func(time.Duration)
}

func (s *sounder) expect(id uint64, heard func(time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if heard == nil {
		delete(s.echoes, id)
	} else {
		s.echoes[id] = heard // want `ML103: echo\.sounder\.echoes .* only the timer that \(\*echo\.sounder\)\.ping starts removes, and the timer is stopped`
	}
}

func (s *sounder) ping(to *net.UDPAddr) {
	id, sent := rand.Uint64(), time.Now()
	deaf := time.AfterFunc(10*time.Second, func() {
		s.expect(id, nil)
		log.Printf("%v: nothing heard", to)
	})
	s.expect(id, func(time.Duration) {
		deaf.Stop()
		log.Printf("%v: %v", to, time.Since(sent))
	})
	_, _ = s.conn.WriteToUDP([]byte{byte(id), byte(id >> 8)}, to)
}

func (s *sounder) listen() {
	buffer := make([]byte, 16)
	for {
		n, from, err := s.conn.ReadFromUDP(buffer)
		if err != nil {
			return
		}
		if n < 2 {
			s.ping(from)
			continue
		}
		id := uint64(buffer[0]) | uint64(buffer[1])<<8
		s.mu.Lock()
		heard := s.echoes[id]
		s.mu.Unlock()
		if heard != nil {
			heard(0)
		}
	}
}

func main() {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{Port: 7})
	if err != nil {
		log.Fatal(err)
	}
	s := &sounder{conn: conn, echoes: map[uint64]func(time.Duration){}}
	s.listen()
}
