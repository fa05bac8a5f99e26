// Package forms has one construct of each kind that the compiler's escape analysis speaks of.
package forms

import "unsafe"

var Made = make(map[string]*int)
var Literal = map[string]int{"a": 1}
var Zero map[string]int
var Pointed = new(map[string]int)

// Demo keeps a pointer in a map that dies with the call.
func Demo() int {
	data := make([]byte, 1<<20)
	pinned := map[unsafe.Pointer]bool{unsafe.Pointer(&data[0]): true}
	return len(pinned)
}

func Fresh() map[string]int { return map[string]int{"b": 2} }

func Inlined() int { return len(Fresh()) }

func Boxed() any {
	boxed := make(map[string]bool)
	return boxed
}

func Keep(key string, value *int) { Made[key] = value }

func Watch(events chan string) {
	seen := make(map[string]bool)
	go func() {
		for event := range events {
			seen[event] = true
		}
	}()
}

func Each(m map[string]int) (sum int) {
	add := func(n int) { sum += n }
	for _, n := range m {
		add(n)
	}
	return sum
}

func Counter() func() int {
	count := 0
	return func() int { count++; return count }
}

var 日本 = map[string]string{"語": "言葉"}; var After = make(map[string]string, 7)

func Wide() int { /* ........................................................................................................................................................................................................................................................ */ wide := make(map[int]int); return len(wide) }
