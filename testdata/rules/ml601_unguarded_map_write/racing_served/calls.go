package main

import (
	"net/http"
	"sync"
)

var (
	callsMu sync.RWMutex
	calls   = map[string]int{}
)

// Call has a capital letter, which means nothing in a program: nobody imports it.
func Call(w http.ResponseWriter, r *http.Request) {
	callsMu.RLock()
	defer callsMu.RUnlock()
	calls["all"]++ // want "ML601: served.calls is written under callsMu.RLock, which others hold at the same time"
}

func countCalls() { http.HandleFunc("/call", Call) }
