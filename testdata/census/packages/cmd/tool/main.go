// Command tool serves.
package main

import (
	"flag"
	"net/http"

	"example.com/packages/api"
	"example.com/packages/internal/store"
)

var flags = map[string]*string{}

func init() { flags["addr"] = flag.String("addr", ":80", "") }

func main() {
	flag.Parse()
	store.Index["main"] = store.New()
	if err := http.ListenAndServe(*flags["addr"], api.Mux()); err != nil {
		panic(err)
	}
}
