package main

import (
	"net/http"

	"example.com/m/inside/hub"
)

func main() {
	http.Handle("/", hub.Main)
	_ = http.ListenAndServe("localhost:8080", nil)
}
