// uintptr keys made from pointers: the object may go, its entry stays, and another object may get its address.
package addresses

import (
	"reflect"
	"sync"
	"unsafe"
)

type object struct{ data [1 << 10]byte }

type handle uintptr

type visit struct {
	at  uintptr
	typ reflect.Type
}

var (
	sizes    = map[uintptr]int{}
	handles  = map[handle]*object{}
	visited  = map[visit]bool{}
	pairs    = map[[2]uintptr]bool{}
	anything = map[any]int{}
	shared   sync.Map
	owners   = map[uintptr]string{}
	called   = map[uintptr]bool{}
)

func Size(o *object) {
	sizes[uintptr(unsafe.Pointer(o))] = len(o.data) // want `ML301: addresses.sizes has the address of an object as uintptr for key 'uintptr\(unsafe.Pointer\(o\)\)'`
}

func Track(o *object) handle {
	h := handle(unsafe.Pointer(o))
	handles[h] = nil // want "ML301: addresses.handles has the address of an object as uintptr "
	return h
}

func Visit(value any) {
	v := reflect.ValueOf(value).Elem()
	visited[visit{v.Addr().Pointer(), v.Type()}] = true // want `ML301: addresses.visited has the address of an object as uintptr \(field at\) `
}

func Pair(a, b *object) {
	pairs[[2]uintptr{uintptr(unsafe.Pointer(a)), uintptr(unsafe.Pointer(b))}] = true // want `ML301: addresses.pairs has the address of an object as uintptr \(array element\) `
}

func Any(o *object) {
	anything[uintptr(unsafe.Pointer(o))]++ // want `ML301: addresses.anything has the address of an object as uintptr \(dynamic value\) `
}

func Share(o *object) {
	shared.LoadOrStore(uintptr(unsafe.Pointer(o)), true) // want "ML301: addresses.shared has the address of an object as uintptr "
}

func Own(items []*object, owner string) {
	owners[reflect.ValueOf(items).Pointer()] = owner // want "ML301: addresses.owners has the address of an object as uintptr "
}

func address(o *object) uintptr { return uintptr(unsafe.Pointer(o)) }

// What address makes of the pointer is not followed: only the growth is reported.
func Called(o *object) {
	called[address(o)] = true // want "ML101: addresses.called "
}
