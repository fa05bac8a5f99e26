// Package catalog knows the products, their prices and their images.
package catalog

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	"example.com/shop/web"
)

// Product is something that can be bought.
type Product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Price int    `json:"price"` // in cents
}

// Shelf holds the products.
type Shelf struct {
	products map[string]Product
	prices   sync.Map // "EUR/" and the product's ID to cents

	mu       sync.Mutex
	searches map[string][]Product // results by search text
}

const maxSearches = 1000

// Load reads the products from a file with one JSON object a line; no file, no products.
func Load(name string) (*Shelf, error) {
	s := &Shelf{products: make(map[string]Product), searches: make(map[string][]Product)}
	if name == "" {
		return s, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var p Product
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		// fine: the products are read once, when the service starts.
		s.products[p.ID] = p
	}
	return s, lines.Err()
}

// Search lists the products whose name contains the text asked for.
func (s *Shelf) Search(w http.ResponseWriter, r *http.Request) {
	text := strings.ToLower(r.FormValue("q"))
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.searches[text]
	if !ok {
		found = s.search(text)
		if len(s.searches) >= maxSearches {
			clear(s.searches)
		}
		// fine: the cache never holds more than maxSearches results.
		s.searches[text] = found
	}
	web.WriteJSON(w, found)
}

func (s *Shelf) search(text string) []Product {
	found := []Product{}
	for _, product := range s.products {
		if strings.Contains(strings.ToLower(product.Name), text) {
			found = append(found, product)
		}
	}
	return found
}
