// The map is a field of an object that lives long, or of which nothing says how long it lives.
package fields

import (
	"sync"
	"unsafe"
)

type object struct{ data [1 << 10]byte }

// Registry is kept by the package.
type Registry struct {
	mutex sync.Mutex
	names map[unsafe.Pointer]string
	sizes map[uintptr]int
}

var registry = &Registry{names: map[unsafe.Pointer]string{}, sizes: map[uintptr]int{}}

func Name(o *object, name string) { registry.name(o, name) }

func (r *Registry) name(o *object, name string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.names[unsafe.Pointer(o)] = name                 // want "ML301: fields.Registry.names has an unsafe.Pointer as key "
	r.sizes[uintptr(unsafe.Pointer(o))] = len(o.data) // want "ML301: fields.Registry.sizes has the address "
}
