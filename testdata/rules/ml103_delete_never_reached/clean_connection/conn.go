// Package connection asks over a connection that many goroutines share: what gets the answers is told of
// each question before it is asked, and takes its entry out in time.
package connection

import (
	"errors"
	"strconv"
	"sync"
	"time"
)

type Message struct{ Token, Text string }

type subscription struct {
	handle   func(*Message)
	messages chan *Message
}

// Conn is a connection to the other side.
type Conn struct {
	mu      sync.Mutex
	answers *subscription
	pending map[string]chan *Message
	asked   uint64
}

// Dial makes a connection.
func Dial() *Conn { return &Conn{} }

// Close ends it.
func (c *Conn) Close() {}

func (c *Conn) subscribe(handle func(*Message)) *subscription {
	s := &subscription{handle, make(chan *Message)}
	go func() {
		for m := range s.messages {
			s.handle(m)
		}
	}()
	return s
}

func (c *Conn) setUp(token string) {
	time.AfterFunc(time.Minute, func() { c.answered(&Message{Token: token}) })
	s := c.subscribe(c.answered)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.answers == nil {
		c.answers = s
		c.pending = make(map[string]chan *Message)
	}
}

var errTimeout = errors.New("no answer")

// Ask waits for the answer to a question.
func (c *Conn) Ask(text string) (*Message, error) {
	answer := make(chan *Message, 1)
	c.mu.Lock()
	c.asked++
	token := strconv.FormatUint(c.asked, 10)
	c.mu.Unlock()
	c.setUp(token)
	c.mu.Lock()
	c.pending[token] = answer
	c.mu.Unlock()
	select {
	case m := <-answer:
		return m, nil
	case <-time.After(time.Second):
		return nil, errTimeout
	}
}

func (c *Conn) answered(m *Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := c.pending[m.Token]
	delete(c.pending, m.Token)
	if answer != nil {
		answer <- m
	}
}
