// Address keys in maps that die with a call: the compiler keeps them from escaping, and they pin nothing for long.
package shortlived

import (
	"reflect"
	"unsafe"
)

type node struct {
	next *node
	data [1 << 10]byte
}

func Once() int {
	large := make([]byte, 1<<20)
	held := map[unsafe.Pointer]bool{unsafe.Pointer(&large[0]): true}
	held[unsafe.Pointer(&large[1])] = true
	return len(held)
}

func Cyclic(n *node) bool {
	visited := map[unsafe.Pointer]bool{}
	for ; n != nil; n = n.next {
		if visited[unsafe.Pointer(n)] {
			return true
		}
		visited[unsafe.Pointer(n)] = true
	}
	return false
}

func Size(value any) int {
	return size(reflect.ValueOf(value), map[uintptr]bool{})
}

func size(v reflect.Value, visited map[uintptr]bool) int {
	if v.Kind() != reflect.Pointer || visited[v.Pointer()] {
		return 0
	}
	visited[v.Pointer()] = true
	return int(v.Type().Elem().Size()) + size(v.Elem(), visited)
}

type pair struct{ a, b unsafe.Pointer }

func Equal(a, b *node) bool {
	compared := make(map[pair]bool)
	for a != nil && b != nil {
		key := pair{unsafe.Pointer(a), unsafe.Pointer(b)}
		if compared[key] {
			return true
		}
		compared[key] = true
		a, b = a.next, b.next
	}
	return a == nil && b == nil
}
