// The doors are open; who counts the callers is not put up yet.
package main

import (
	"log"
	"net/http"

	"example.com/office/internal/doors"
)

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", http.HandlerFunc(doors.Open)))
}
