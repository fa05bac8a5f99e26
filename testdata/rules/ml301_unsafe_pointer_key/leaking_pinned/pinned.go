// unsafe.Pointer keys, alone and inside other keys: each keeps its target alive.
package pinned

import (
	"reflect"
	"sync"
	"unsafe"
)

type object struct{ data [1 << 10]byte }

type span struct {
	start unsafe.Pointer
	size  int
}

type address unsafe.Pointer

var (
	names     = map[unsafe.Pointer]string{}
	spans     = map[span]string{}
	pairs     = map[[2]unsafe.Pointer]bool{}
	anything  = map[any]string{}
	addresses = map[address]int{}
	values    = map[unsafe.Pointer]reflect.Type{}
	counts    = map[unsafe.Pointer]int{}
	nested    = map[struct{ at span }]bool{}
	shared    sync.Map
	generic   = map[unsafe.Pointer]bool{}
	aliased   = map[unsafe.Pointer]bool{}
	passed    = map[unsafe.Pointer]bool{}
)

func Name(o *object, name string) {
	names[unsafe.Pointer(o)] = name // want `ML301: pinned.names has an unsafe.Pointer as key 'unsafe.Pointer\(o\)': it keeps the object it points to alive`
}

func Span(o *object, name string) {
	spans[span{unsafe.Pointer(o), len(o.data)}] = name // want `ML301: pinned.spans has an unsafe.Pointer \(field start\) as key `
}

func Pair(a, b *object) {
	pairs[[2]unsafe.Pointer{unsafe.Pointer(a), unsafe.Pointer(b)}] = true // want `ML301: pinned.pairs has an unsafe.Pointer \(array element\) as key `
}

func Any(o *object, name string) {
	anything[unsafe.Pointer(o)] = name // want `ML301: pinned.anything has an unsafe.Pointer \(dynamic value\) as key `
}

func Address(o *object) {
	addresses[address(unsafe.Pointer(o))]++ // want "ML301: pinned.addresses has an unsafe.Pointer "
}

func Value(value any) {
	v := reflect.ValueOf(value)
	values[v.UnsafePointer()] = v.Type() // want "ML301: pinned.values has an unsafe.Pointer "
}

func Count(o *object) {
	key := unsafe.Pointer(&o.data[8]) // into the middle: the whole object stays
	counts[key]++                     // want "ML301: pinned.counts has an unsafe.Pointer "
}

func Nested(o *object) {
	nested[struct{ at span }{at: span{start: unsafe.Pointer(o)}}] = true // want "ML301: pinned.nested has an unsafe.Pointer "
}

func Share(o *object) {
	shared.Store(unsafe.Pointer(o), o) // want "ML301: pinned.shared has an unsafe.Pointer "
}

func Generic[T any](o *T) {
	generic[unsafe.Pointer(o)] = true // want "ML301: pinned.generic has an unsafe.Pointer "
}

func Alias(o *object) {
	m := aliased
	m[unsafe.Pointer(o)] = true // want "ML301: pinned.aliased has an unsafe.Pointer "
}

func mark(m map[unsafe.Pointer]bool, o *object) {
	m[unsafe.Pointer(o)] = true
}

func Pass(o *object) { mark(passed, o) } // want "ML301: pinned.passed has an unsafe.Pointer "
