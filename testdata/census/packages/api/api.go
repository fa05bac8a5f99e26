// Package api works on the maps of others.
package api

import (
	"net/http"

	"example.com/packages/internal/store"
	store2 "example.com/packages/internal/store/v2"
)

type Server struct {
	http.Handler
	stores map[string]*store.Store
	row    store.Row
	second store2.Store
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("a", "b")
	w.Header()["x"] = nil
	r.Header.Add("a", "b")
	r.Header["y"] = nil
	delete(r.Header, "y")
	s.stores[r.URL.Path] = store.New()
	s.stores[r.URL.Path].Rows["x"] = &store.Row{}
	s.stores["x"].Rows["y"].Columns["z"] = 1
	s.row.Columns["a"] = 1
	s.row.Versions[1] = "x"
	s.row.Bump(2)
	s.row.Owner.Rows["x"].Owner.Put("y", &s.row)
	s.second.Rows[1] = "x"
	s.second.Store.Rows["x"] = nil
	s.second.Put(1, "x")
	s.second.Drop("x")
	store.Default.Rows["x"] = nil
	store.Default.Put("k", nil)
	store.Index["x"] = store.Default
	delete(store.Index, "x")
	store := map[string]int{}
	store["hides the package"] = 1
	s.Handler.ServeHTTP(w, r)
	http.Error(w, "x", 500)
}

var _ http.Handler = (*Server)(nil)

// move has a parameter named as the package of the parameters after it: its scope is only the body.
func (s *Server) move(store *store.Store, row *store.Row, versions map[int]*store.Row) (api *store.Store) {
	store.Put("x", row)
	store.Rows["x"] = row
	row.Columns["y"] = versions[1]
	row.Bump(1)
	versions[2].Bump(2)
	versions[2].Columns["z"] = 1
	api = store
	api.Drop("x")
	return api
}

func Mux() *http.ServeMux {
	mux := http.NewServeMux()
	s := &Server{stores: map[string]*store.Store{}}
	mux.Handle("/", s)
	mux.HandleFunc("/f", s.ServeHTTP)
	mux.HandleFunc("/g", func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) })
	return mux
}
