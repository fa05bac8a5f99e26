// Value receivers and parameters that look like copies of their own, and methods that change what they are called on.
package main

import (
	"log"
	"net/http"
)

type query struct {
	table string
	args  map[string]string
}

var base = query{table: "visits", args: map[string]string{}}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		log.Print(base.where("host", r.Host), base.from("hits"), named(base, r.Host), through(r))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// where seems to give another query, and changes this one.
func (q query) where(name, value string) query {
	q.args[name] = value // want `ML501: \(methods.query\).where changes q.args, which is also the map of the value that the method is called on`
	return q
}

func (q query) from(table string) *query {
	q.table = table
	q.args["from"] = table // want `ML501: \(methods.query\).from changes q.args`
	return &q
}

// The name is set in the copy, the argument in the original as well; whether callers use that again is not known: low
// confidence.
func named(q query, name string) query {
	q.table = name
	q.args["name"] = name
	return q
}

func (q *query) set(name, value string) { q.args[name] = value }

func through(r *http.Request) query {
	q := base
	q.set("host", r.Host) // want `ML501: methods.through, through \(\*methods.query\).set, changes q.args, which is also the map of base`
	return q
}
