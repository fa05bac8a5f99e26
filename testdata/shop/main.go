// Command shop serves a small web shop: a catalogue, carts, sessions and a price import.
package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"example.com/shop/cart"
	"example.com/shop/catalog"
	"example.com/shop/session"
	"example.com/shop/web"
)

func main() {
	address := flag.String("address", "localhost:8080", "where to listen")
	products := flag.String("products", "", "file with the products, one JSON object a line")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *address, *products); err != nil {
		slog.Error("shop", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, address, products string) error {
	shelf, err := catalog.Load(products)
	if err != nil {
		return err
	}
	visitors := session.NewVisitors(30 * time.Minute)
	go visitors.Sweep(ctx)
	visitors.Watch(ctx, func(minutes map[int]int) { slog.Info("visitors", "by minute", minutes) })

	server := &http.Server{
		Addr:              address,
		Handler:           web.Observe(routes(shelf, visitors)),
		ReadHeaderTimeout: 5 * time.Second,
	}
	go shutDown(ctx, server)
	slog.Info("serving", "address", address)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func routes(shelf *catalog.Shelf, visitors *session.Visitors) http.Handler {
	carts := cart.NewHandler(shelf)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /products", shelf.Search)
	mux.HandleFunc("GET /products/{id}/image", shelf.Image)
	mux.HandleFunc("GET /sheet", shelf.Sheet)
	mux.HandleFunc("PUT /products/{id}/price", shelf.SetPrice)
	mux.HandleFunc("POST /prices/import", shelf.Import)
	mux.HandleFunc("POST /prices/currency/{code}", shelf.AddCurrency)
	mux.HandleFunc("POST /cart", carts.Add)
	mux.HandleFunc("POST /cart/checkout", carts.Checkout)
	mux.HandleFunc("POST /login", session.Login)
	mux.HandleFunc("POST /logout", session.Logout)
	mux.HandleFunc("GET /status", web.Status)
	return visitors.Track(mux)
}

func shutDown(ctx context.Context, server *http.Server) {
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		slog.Warn("shutting down", "error", err)
	}
}
