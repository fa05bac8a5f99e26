package catalog

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const euro = "EUR/"

// Price is the price of a product in euro cents, as last set or else as in the catalogue.
func (s *Shelf) Price(id string) int {
	if price, ok := s.prices.Load(euro + id); ok {
		return price.(int)
	}
	return s.products[id].Price
}

// SetPrice changes the price of a product, or takes the change back with the price 0.
func (s *Shelf) SetPrice(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if _, ok := s.products[id]; !ok {
		http.NotFound(w, r)
		return
	}
	cents, err := strconv.Atoi(r.FormValue("cents"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if cents == 0 {
		s.prices.Delete(euro + id)
		return
	}
	s.prices.Store(euro+id, cents)
}

// AddCurrency gives every price a twin in another currency.
func (s *Shelf) AddCurrency(w http.ResponseWriter, r *http.Request) {
	rate, err := strconv.ParseFloat(r.FormValue("rate"), 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	code := r.PathValue("code") + "/"
	s.prices.Range(func(key, price any) bool {
		converted := int(float64(price.(int)) * rate)
		// leak: Range may visit the twins as well, which then get twins of their own.
		s.prices.Store(code+key.(string), converted)
		return true
	})
}

// Import sets many prices at once, and again every hour, so that changes by hand do not last.
func (s *Shelf) Import(w http.ResponseWriter, r *http.Request) {
	wanted := make(map[string]int)
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.apply(wanted)
	// leak: nothing ends this goroutine; every import leaves one behind, each with its own list.
	go func() {
		for {
			time.Sleep(time.Hour)
			s.apply(wanted)
		}
	}()
}

func (s *Shelf) apply(wanted map[string]int) {
	for id, cents := range wanted {
		if _, ok := s.products[strings.TrimSpace(id)]; !ok {
			slog.Warn("price for a product that does not exist", "product", id)
			continue
		}
		s.prices.Store(euro+strings.TrimSpace(id), cents)
	}
}
