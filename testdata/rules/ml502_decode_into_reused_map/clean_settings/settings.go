// Settings: read once, collected from several files on purpose, replaced as a whole, filled when they are made.
package main

import (
	"encoding/json"
	"os"
)

type settings struct {
	Name   string
	Limits map[string]int
}

var (
	current  settings
	replaced settings
	chosen   *settings
)

func main() {
	load("settings.json")
	serve := newServer("server.json")
	for {
		serve.wait()
		replace()
		_ = reload()
		if s, err := read(); err == nil {
			chosen = s
		}
		_ = layered("a.json", "b.json")
	}
}

func load(path string) {
	data, _ := os.ReadFile(path)
	_ = json.Unmarshal(data, &current)
}

func layered(paths ...string) settings {
	var s settings
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_ = json.Unmarshal(data, &s)
	}
	return s
}

func replace() { replaced = settings{} }

func reload() error {
	data, err := os.ReadFile("settings.json")
	if err != nil {
		return err
	}
	return json.Unmarshal(data, &replaced)
}

func read() (*settings, error) {
	data, err := os.ReadFile("settings.json")
	if err != nil {
		return nil, err
	}
	s := &settings{}
	return s, json.Unmarshal(data, s)
}

type server struct {
	settings settings
	events   chan string
}

func newServer(path string) *server {
	s := &server{events: make(chan string)}
	s.load(path)
	return s
}

func (s *server) load(path string) {
	data, _ := os.ReadFile(path)
	_ = json.Unmarshal(data, &s.settings)
}

func (s *server) wait() { <-s.events }

func (s *server) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &s.settings) }

func fill(data []byte, s *settings) error { return json.Unmarshal(data, s) }

// Merged collects: what it returns has the keys of all.
func Merged(messages [][]byte, handle func(map[string]int)) map[string]int {
	merged := map[string]int{}
	for _, message := range messages {
		if json.Unmarshal(message, &merged) == nil {
			handle(merged)
		}
	}
	return merged
}
