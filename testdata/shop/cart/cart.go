// Package cart keeps the customers' carts and takes orders.
package cart

import (
	"net/http"
	"strconv"
	"sync"

	"example.com/shop/catalog"
	"example.com/shop/session"
	"example.com/shop/web"
)

// Line is one product in a cart.
type Line struct {
	Product  string `json:"product"`
	Quantity int    `json:"quantity"`
}

// Handler serves carts.
type Handler struct {
	shelf *catalog.Shelf

	mu    sync.Mutex
	carts map[string][]Line // by customer
}

// NewHandler returns a handler without carts.
func NewHandler(shelf *catalog.Shelf) *Handler {
	return &Handler{shelf: shelf, carts: make(map[string][]Line)}
}

// Add puts a product into the customer's cart.
func (h *Handler) Add(w http.ResponseWriter, r *http.Request) {
	customer, ok := session.Customer(r)
	if !ok {
		http.Error(w, "please log in", http.StatusUnauthorized)
		return
	}
	quantity, err := strconv.Atoi(r.FormValue("quantity"))
	if err != nil || quantity < 1 {
		http.Error(w, "quantity is not a positive number", http.StatusBadRequest)
		return
	}
	line := Line{Product: r.FormValue("product"), Quantity: quantity}
	if err := web.Validate(&line); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// fine: Checkout takes the customer's cart out again.
	h.carts[customer] = append(h.carts[customer], line)
	web.WriteJSON(w, h.carts[customer])
}

// Checkout turns the customer's cart into an order.
func (h *Handler) Checkout(w http.ResponseWriter, r *http.Request) {
	customer, ok := session.Customer(r)
	if !ok {
		http.Error(w, "please log in", http.StatusUnauthorized)
		return
	}
	lines := h.take(customer)
	if len(lines) == 0 {
		http.Error(w, "the cart is empty", http.StatusConflict)
		return
	}
	total := h.total(lines)
	receipt, err := pay(r.FormValue("method"), total)
	if err != nil {
		http.Error(w, err.Error(), http.StatusPaymentRequired)
		return
	}
	web.WriteJSON(w, struct {
		Receipt  string         `json:"receipt"`
		Total    int            `json:"total"`
		Quantity map[string]int `json:"quantity"`
	}{receipt, total, quantities(lines)})
}

func (h *Handler) take(customer string) []Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := h.carts[customer]
	delete(h.carts, customer)
	return lines
}

// quantities adds up the lines of each product.
func quantities(lines []Line) map[string]int {
	// fine: the map belongs to one request.
	sum := make(map[string]int, len(lines))
	for _, line := range lines {
		sum[line.Product] += line.Quantity
	}
	return sum
}

// total asks for all prices at once and waits for the answers.
func (h *Handler) total(lines []Line) int {
	var (
		mu     sync.Mutex
		group  sync.WaitGroup
		prices = make(map[string]int)
	)
	for _, line := range lines {
		group.Add(1)
		// fine: the goroutine ends with its one question, and group.Wait waits for it.
		go func() {
			defer group.Done()
			price := h.shelf.Price(line.Product)
			mu.Lock()
			defer mu.Unlock()
			prices[line.Product] = price
		}()
	}
	group.Wait()
	sum := 0
	for _, line := range lines {
		sum += prices[line.Product] * line.Quantity
	}
	return sum
}
