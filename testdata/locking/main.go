// Command locking does one of the wrong things that the rules about locks speak of, and lets the runtime answer.
package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

var counts = map[int]int{}

func main() {
	wrong := map[string]func(){
		"write":      func() { together(write, write) },
		"read":       func() { together(write, read) },
		"range":      func() { together(write, walk) },
		"recover":    func() { together(recovering(write), recovering(write)) },
		"read-locks": readLocks,
		"two-locks":  twoLocks,
		"copied":     func() { b := book{counts: counts}; together(b.write, b.write) },
		"timer":      timer,
		"unlock":     func() { var mu sync.RWMutex; recovering(func() { mu.RLock(); mu.Unlock() })() },
		"runlock":    func() { var mu sync.RWMutex; recovering(func() { mu.Lock(); mu.RUnlock() })() },
		"left":       left,
		"left-read":  leftRead,
		"none":       func() {},
	}
	wrong[os.Args[1]]()
	fmt.Println("survived")
}

func write() {
	for i := range 1000 {
		counts[i]++
	}
}

func read() {
	for i := range 1000 {
		_ = counts[i]
	}
}

func walk() {
	for range counts {
		_ = 0
	}
}

// together runs two functions at once, again and again for some seconds: the runtime notices if they meet.
func together(one, other func()) {
	var done sync.WaitGroup
	end := time.Now().Add(20 * time.Second)
	for _, f := range []func(){one, other, one, other} {
		done.Add(1)
		go func() {
			defer done.Done()
			for time.Now().Before(end) {
				f()
			}
		}()
	}
	done.Wait()
}

func recovering(f func()) func() {
	return func() {
		defer func() { _ = recover() }()
		f()
	}
}

// readLocks writes under a lock for reading, which others hold as well.
func readLocks() {
	var mu sync.RWMutex
	locked := func() {
		mu.RLock()
		defer mu.RUnlock()
		write()
	}
	together(locked, locked)
}

// twoLocks holds a lock at each write, but not the same.
func twoLocks() {
	var one, other sync.Mutex
	under := func(mu *sync.Mutex) func() {
		return func() {
			mu.Lock()
			defer mu.Unlock()
			write()
		}
	}
	together(under(&one), under(&other))
}

type book struct {
	mu     sync.Mutex
	counts map[int]int
}

// write locks the mutex of a copy: each call has one of its own.
func (b book) write() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range 1000 {
		b.counts[i]++
	}
}

// timer lets a timer's goroutine write while this one does.
func timer() {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		time.AfterFunc(time.Microsecond, write)
		write()
	}
}

// left keeps a lock on one way out; whoever comes next waits.
func left() {
	var mu sync.Mutex
	func() {
		mu.Lock()
		if len(counts) == 0 {
			return
		}
		mu.Unlock()
	}()
	go func() { mu.Lock(); fmt.Println("got it") }()
	show()
}

// leftRead keeps a lock for reading: readers go on until a writer comes.
func leftRead() {
	var mu sync.RWMutex
	mu.RLock()
	mu.RLock()
	fmt.Println("read again")
	go mu.Lock()
	time.Sleep(200 * time.Millisecond)
	go func() { mu.RLock(); fmt.Println("got it") }()
	show()
}

// show prints in which states goroutines wait.
func show() {
	time.Sleep(200 * time.Millisecond)
	var stacks strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
	for _, line := range strings.Split(stacks.String(), "\n") {
		if strings.HasPrefix(line, "goroutine ") {
			fmt.Println(line)
		}
	}
}
