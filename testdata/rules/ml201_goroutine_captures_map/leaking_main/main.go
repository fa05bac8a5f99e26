// A program that serves in main's own loop, until a packet cannot be read.
package main

import (
	"log"
	"net"
)

func main() {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{Port: 9000})
	if err != nil {
		log.Fatal(err)
	}
	senders := map[string]int{}
	buffer := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFromUDP(buffer)
		if err != nil {
			log.Fatal(err)
		}
		senders[from.String()] += n // want `ML201: the loop of tower.main adds an entry to tower.main.senders for every '.*' it meets, and none is taken out`
	}
}
