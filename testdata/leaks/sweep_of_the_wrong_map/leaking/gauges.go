// The sweep of the tides was copied from that of the winds, and still deletes from the winds.
package main

import (
	"log"
	"net/http"
	"strconv"
	"sync"
	"time"
)

type reading struct {
	value float64
	at    time.Time
}

type station struct {
	mu    sync.Mutex
	winds map[string]reading
	tides map[string]reading
}

func (s *station) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	value, err := strconv.ParseFloat(r.FormValue("value"), 64)
	if err != nil {
		http.Error(w, "no number", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.URL.Path {
	case "/wind":
		s.winds[r.FormValue("buoy")] = reading{value, time.Now()}
	case "/tide":
		s.tides[r.FormValue("buoy")] = reading{value, time.Now()} // want `ML103: gauges\.station\.tides .* ranges over it and deletes the keys from gauges\.station\.winds`
	}
}

func (s *station) report(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for buoy, r := range s.winds {
		if time.Since(r.at) > time.Hour {
			delete(s.winds, buoy)
			continue
		}
		_, _ = w.Write([]byte(buoy + " " + strconv.FormatFloat(r.value, 'f', 1, 64) + "\n"))
	}
	for buoy, r := range s.tides {
		if time.Since(r.at) > time.Hour {
			delete(s.winds, buoy)
			continue
		}
		_, _ = w.Write([]byte(buoy + " " + strconv.FormatFloat(r.value, 'f', 1, 64) + "\n"))
	}
}

func main() {
	s := &station{winds: map[string]reading{}, tides: map[string]reading{}}
	http.Handle("/wind", s)
	http.Handle("/tide", s)
	http.HandleFunc("/report", s.report)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
