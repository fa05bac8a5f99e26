// Command truth runs what the rules claim about the Go runtime and prints what happened, one fact a line.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// target is large enough not to share an allocation with anything else.
type target struct{ data [1 << 16]byte }

type inStruct struct {
	size int
	at   unsafe.Pointer
}

type numberInStruct struct{ at uintptr }

func main() {
	reflectKeys()
	pinning()
	syncMapRange()
	mapRange()
	nanKeys()
	decoders()
	elements()
	goroutines()
	tables()
	pieces()
	copies()
}

func fact(name string, value any) { fmt.Printf("%s=%v\n", name, value) }

func reflectKeys() {
	text := strings.Repeat("x", len(os.Args)+3)
	byValue := map[reflect.Value]int{}
	byInterface := map[any]int{}
	for i := 0; i < 1000; i++ {
		byValue[reflect.ValueOf(text)]++
		byInterface[any(text)]++
	}
	fact("reflect.entries", len(byValue))
	fact("interface.entries", len(byInterface))
	_, found := byValue[reflect.ValueOf(text)]
	fact("reflect.found", found)
	delete(byValue, reflect.ValueOf(text))
	fact("reflect.entries_after_delete_by_key", len(byValue))
	for key := range byValue {
		delete(byValue, key)
	}
	fact("reflect.entries_after_delete_by_range", len(byValue))
	pointer := new(target)
	byValue[reflect.ValueOf(pointer)]++
	byValue[reflect.ValueOf(pointer)]++
	fact("reflect.entries_of_one_pointer", len(byValue))
}

// collected says whether the object is freed although the map that store fills, and keep returns, is still in use.
func collected(store func(*target), keep func() int) bool {
	freed := make(chan struct{})
	func() {
		object := new(target)
		runtime.SetFinalizer(object, func(*target) { close(freed) })
		store(object)
	}()
	gone := collect(freed)
	runtime.KeepAlive(keep())
	return gone
}

func collect(freed <-chan struct{}) bool {
	for i := 0; i < 10; i++ {
		runtime.GC()
		select {
		case <-freed:
			return true
		case <-time.After(10 * time.Millisecond):
		}
	}
	return false
}

var (
	typed     = map[*target]bool{}
	pointers  = map[unsafe.Pointer]bool{}
	structs   = map[inStruct]bool{}
	arrays    = map[[2]unsafe.Pointer]bool{}
	anything  = map[any]bool{}
	values    = map[reflect.Value]bool{}
	numbers   = map[uintptr]bool{}
	addresses = map[numberInStruct]bool{}
	removed   = map[unsafe.Pointer]bool{}
)

func pinning() {
	fact("freed.typed_pointer", collected(func(o *target) { typed[o] = true }, func() int { return len(typed) }))
	fact("freed.unsafe_pointer", collected(func(o *target) { pointers[unsafe.Pointer(o)] = true },
		func() int { return len(pointers) }))
	fact("freed.inside", collected(func(o *target) { pointers[unsafe.Pointer(&o.data[8])] = true },
		func() int { return len(pointers) }))
	fact("freed.struct", collected(func(o *target) { structs[inStruct{1, unsafe.Pointer(o)}] = true },
		func() int { return len(structs) }))
	fact("freed.array", collected(func(o *target) { arrays[[2]unsafe.Pointer{nil, unsafe.Pointer(o)}] = true },
		func() int { return len(arrays) }))
	fact("freed.interface", collected(func(o *target) { anything[unsafe.Pointer(o)] = true },
		func() int { return len(anything) }))
	fact("freed.reflect_value", collected(func(o *target) { values[reflect.ValueOf(o)] = true },
		func() int { return len(values) }))
	fact("freed.uintptr", collected(func(o *target) { numbers[uintptr(unsafe.Pointer(o))] = true },
		func() int { return len(numbers) }))
	fact("freed.uintptr_of_value", collected(func(o *target) { numbers[reflect.ValueOf(o).Pointer()] = true },
		func() int { return len(numbers) }))
	fact("freed.uintptr_in_struct", collected(func(o *target) { addresses[numberInStruct{uintptr(unsafe.Pointer(o))}] = true },
		func() int { return len(addresses) }))
	fact("freed.after_delete", collected(func(o *target) {
		removed[unsafe.Pointer(o)] = true
		delete(removed, unsafe.Pointer(o))
	}, func() int { return len(removed) }))
}

const visited = 2000

// ranged fills a map, visits it once, and gives the size afterwards as a multiple of the size before.
func ranged(visit func(m *sync.Map, key int)) float64 {
	var m sync.Map
	for i := 0; i < visited; i++ {
		m.Store(i, i)
	}
	m.Range(func(key, _ any) bool {
		visit(&m, key.(int))
		return true
	})
	size := 0
	m.Range(func(_, _ any) bool {
		size++
		return true
	})
	return float64(size) / visited
}

func syncMapRange() {
	next := visited
	fresh := func() int {
		next++
		return next
	}
	fact("range.new_key", ranged(func(m *sync.Map, _ int) { m.Store(fresh(), 0) }))
	fact("range.two_new_keys", ranged(func(m *sync.Map, _ int) {
		m.Store(fresh(), 0)
		m.LoadOrStore(fresh(), 0)
	}))
	fact("range.visited_key", ranged(func(m *sync.Map, key int) { m.Store(key, 0) }))
	fact("range.constant_key", ranged(func(m *sync.Map, _ int) { m.Store(-1, 0) }))
	fact("range.moved_key", ranged(func(m *sync.Map, key int) {
		m.Delete(key)
		m.Store(fresh(), 0)
	}))
	fact("range.compare_and_swap", ranged(func(m *sync.Map, key int) { m.CompareAndSwap(-1, nil, key) }))
	fact("range.delete", ranged(func(m *sync.Map, key int) { m.Delete(key) }))
}

// held says whether a parked goroutine keeps the only value of a map alive.
func held(start func(m map[string]*target, ready chan<- struct{}, wait <-chan struct{})) bool {
	freed, ready, wait := make(chan struct{}), make(chan struct{}), make(chan struct{})
	func() {
		object := new(target)
		runtime.SetFinalizer(object, func(*target) { close(freed) })
		start(map[string]*target{"only": object}, ready, wait)
	}()
	<-ready
	gone := collect(freed)
	close(wait)
	return !gone
}

func goroutines() {
	fact("held.used_after_wait", held(func(m map[string]*target, ready chan<- struct{}, wait <-chan struct{}) {
		go func() {
			ready <- struct{}{}
			<-wait
			runtime.KeepAlive(m)
		}()
	}))
	fact("held.used_before_wait", held(func(m map[string]*target, ready chan<- struct{}, wait <-chan struct{}) {
		go func() {
			runtime.KeepAlive(m)
			ready <- struct{}{}
			<-wait
		}()
	}))
	fact("held.deferred", held(func(m map[string]*target, ready chan<- struct{}, wait <-chan struct{}) {
		go func() {
			defer runtime.KeepAlive(m)
			ready <- struct{}{}
			<-wait
		}()
	}))
	fact("held.argument_after_parent_forgot", held(func(m map[string]*target, ready chan<- struct{}, wait <-chan struct{}) {
		go func(own map[string]*target) {
			ready <- struct{}{}
			<-wait
			runtime.KeepAlive(own)
		}(m)
		m = nil
		runtime.KeepAlive(m)
	}))
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func tables() {
	before := heap()
	m := map[int]int{}
	for i := 0; i < 200_000; i++ {
		m[i] = i
	}
	full := heap() - before
	for i := 0; i < 200_000; i++ {
		delete(m, i)
	}
	fact("table.kept_after_delete", heap()-before > full*9/10)
	clear(m)
	fact("table.kept_after_clear", heap()-before > full*9/10)
	runtime.KeepAlive(m)
	m = make(map[int]int)
	fact("table.kept_after_make", heap() > before+full/10)
	runtime.KeepAlive(m)
}

// inserted ranges over a map of a thousand entries while visit changes it, and tells how many visits there were.
func inserted(visit func(m map[int]int, key int)) (visits int, m map[int]int) {
	m = map[int]int{}
	for i := 0; i < 1000; i++ {
		m[i] = i
	}
	for key := range m {
		visits++
		visit(m, key)
	}
	return visits, m
}

func mapRange() {
	next := 1000
	visits, m := inserted(func(m map[int]int, _ int) { m[next] = 0; next++ })
	fact("map_range.visits", visits)
	fact("map_range.entries", len(m))
	visits, m = inserted(func(m map[int]int, key int) { m[key]++ })
	fact("map_range.visits_of_updated", visits)
	fact("map_range.entries_of_updated", len(m))
	visits, _ = inserted(func(m map[int]int, key int) {
		for other := range m {
			if other != key {
				delete(m, other)
			}
		}
	})
	fact("map_range.visits_of_deleted", visits)
	missed := false
	for try := 0; try < 100 && !missed; try++ {
		seen := map[int]bool{}
		_, m := inserted(func(m map[int]int, key int) {
			seen[key] = true
			if key < 1000 {
				m[key+1000] = 0
			}
		})
		missed = len(seen) < len(m)
	}
	fact("map_range.some_new_not_visited", missed)
}

func nanKeys() {
	m := map[float64]int{}
	for i := 0; i < 1000; i++ {
		m[math.NaN()]++
	}
	fact("nan.entries", len(m))
	_, found := m[math.NaN()]
	fact("nan.found", found)
	for key := range m {
		delete(m, key)
	}
	fact("nan.entries_after_delete", len(m))
	maps.DeleteFunc(m, func(float64, int) bool { return true })
	fact("nan.entries_after_delete_func", len(m))
	clear(m)
	fact("nan.entries_after_clear", len(m))
	read, err := strconv.ParseFloat("NaN", 64)
	fact("nan.is_read", err == nil && math.IsNaN(read))
	var zero float64
	fact("nan.is_quotient", math.IsNaN(zero/zero))
	_, err = fmt.Sscanf("NaN", "%g", &read)
	fact("nan.is_scanned", err == nil && math.IsNaN(read))
	err = binary.Read(bytes.NewReader([]byte{0x7f, 0xf8, 0, 0, 0, 0, 0, 0}), binary.BigEndian, &read)
	fact("nan.is_on_the_wire", err == nil && math.IsNaN(read))
	fact("nan.is_json", json.Unmarshal([]byte("NaN"), &read) == nil || json.Unmarshal([]byte(`"NaN"`), &read) == nil)
	of := map[any]int{}
	for i := 0; i < 10; i++ {
		of[math.Sqrt(-1)]++
		of[struct{ x float64 }{math.NaN()}]++
		of[[1]float64{math.Log(-1)}]++
		of[complex(math.NaN(), 0)]++
	}
	fact("nan.entries_inside", len(of))
	var shared sync.Map
	for i := 0; i < 10; i++ {
		shared.Store(math.NaN(), i)
	}
	shared.Range(func(key, _ any) bool { shared.Delete(key); return true })
	left := 0
	shared.Range(func(_, _ any) bool { left++; return true })
	fact("nan.sync_map_entries_after_delete", left)
}

type labels struct{ Of map[string]int }

type message struct {
	Labels map[string]int
	Inner  labels
	Behind *labels
	ByName map[string]labels
	Any    any
}

// messageWith is a message whose maps all have the one key.
func messageWith(key string) message {
	of := map[string]int{key: 1}
	return message{of, labels{of}, &labels{of}, map[string]labels{"name": {of}}, nil}
}

func decoders() {
	var text, wire [2][]byte
	for i, key := range []string{"old", "new"} {
		m := messageWith(key)
		var buffer bytes.Buffer
		if err := gob.NewEncoder(&buffer).Encode(m); err != nil {
			panic(err)
		}
		wire[i] = buffer.Bytes()
		m.Any = m.Labels
		text[i], _ = json.Marshal(m)
	}
	for name, decode := range map[string]func(i int, into *message) error{
		"json": func(i int, into *message) error { return json.Unmarshal(text[i], into) },
		"stream": func(i int, into *message) error {
			return json.NewDecoder(bytes.NewReader(text[i])).Decode(into)
		},
		"gob": func(i int, into *message) error { return gob.NewDecoder(bytes.NewReader(wire[i])).Decode(into) },
	} {
		var m message
		for i := range text {
			if err := decode(i, &m); err != nil {
				panic(err)
			}
		}
		fact(name+".field", len(m.Labels))
		fact(name+".inner", len(m.Inner.Of))
		fact(name+".pointer", len(m.Behind.Of))
		fact(name+".stored", len(m.ByName["name"].Of))
		if held, ok := m.Any.(map[string]any); ok {
			fact(name+".any", len(held))
		}
	}
	kept := map[string]int{}
	for i := 0; i < 1000; i++ {
		if err := json.Unmarshal(fmt.Appendf(nil, `{"%d": 1}`, i), &kept); err != nil {
			panic(err)
		}
	}
	fact("json.messages", len(kept))
	m := messageWith("old")
	if err := json.Unmarshal([]byte(`{"Inner": {}}`), &m); err != nil {
		panic(err)
	}
	fact("json.absent", len(m.Labels)+len(m.Inner.Of))
	if err := json.Unmarshal([]byte(`{"Labels": null}`), &m); err != nil {
		panic(err)
	}
	fact("json.null", m.Labels == nil)
}
