// The lock is held, though not by the function that touches the map, or it is no mutex.
package guarded

import (
	"sync"
	"time"
)

type Cache struct {
	mu      sync.RWMutex
	entries map[string]int
	once    sync.Once
	gate    chan struct{}
	ages    map[string]time.Time
}

func New() *Cache {
	c := &Cache{entries: map[string]int{}, gate: make(chan struct{}, 1), ages: map[string]time.Time{}}
	c.fill([]string{"a", "b"})
	return c
}

// fill runs before anybody else has the cache.
func (c *Cache) fill(keys []string) {
	for _, key := range keys {
		c.entries[key] = 0
	}
}

func (c *Cache) Put(key string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(key, n)
}

func (c *Cache) put(key string, n int) { c.entries[key] = n }

func (c *Cache) Get(key string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[key]
}

func (c *Cache) Drop(key string) {
	c.mu.Lock()
	c.drop(key)
	c.mu.Unlock()
}

func (c *Cache) drop(key string) { c.remove(key) }

func (c *Cache) remove(key string) { delete(c.entries, key) }

func (c *Cache) with(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *Cache) Inc(key string) {
	c.with(func() { c.entries[key]++ })
}

func (c *Cache) begin() { c.mu.Lock() }

func (c *Cache) end() { c.mu.Unlock() }

func (c *Cache) Dec(key string) {
	c.begin()
	defer c.end()
	c.entries[key]--
}

// ClearLocked is for callers that hold the lock.
func (c *Cache) ClearLocked() { clear(c.entries) }

func (c *Cache) Preload(keys []string) {
	c.once.Do(func() {
		for _, key := range keys {
			c.ages[key] = time.Now()
		}
	})
}

func (c *Cache) Touch(key string) {
	c.gate <- struct{}{}
	defer func() { <-c.gate }()
	c.ages[key] = time.Now()
}

func (c *Cache) Age(key string) time.Duration {
	c.gate <- struct{}{}
	age := time.Since(c.ages[key])
	<-c.gate
	return age
}

func (c *Cache) Forget(key string) {
	c.gate <- struct{}{}
	delete(c.ages, key)
	<-c.gate
}

func (c *Cache) Copy() *Cache {
	fresh := New()
	c.mu.RLock()
	defer c.mu.RUnlock()
	for key, n := range c.entries {
		fresh.entries[key] = n
	}
	return fresh
}

func (c *Cache) Sweep(limit int) {
	c.mu.Lock()
	for key, n := range c.entries {
		if n < limit {
			continue
		}
		delete(c.entries, key)
	}
	c.mu.Unlock()
}

func (c *Cache) Wait(key string, ready <-chan int) {
	c.mu.Lock()
again:
	if c.entries[key] == 0 {
		c.mu.Unlock()
		n := <-ready
		c.mu.Lock()
		c.entries[key] = n
		goto again
	}
	c.mu.Unlock()
}
