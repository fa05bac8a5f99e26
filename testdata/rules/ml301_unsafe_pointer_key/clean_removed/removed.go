// Address keys that something takes out again, or that are filled only once.
package removed

import (
	"reflect"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

type object struct{ data [1 << 10]byte }

var (
	names     = map[unsafe.Pointer]string{}
	sizes     = map[uintptr]int{}
	cleared   = map[unsafe.Pointer]bool{}
	remade    = map[unsafe.Pointer]bool{}
	shared    sync.Map
	spans     = map[struct{ start unsafe.Pointer }]int{}
	anything  = map[any]bool{}
	typed     = map[*object]string{}
	constants = map[unsafe.Pointer]string{}
	globals   [4]object
)

func init() {
	for i := range globals {
		constants[unsafe.Pointer(&globals[i])] = "global"
	}
}

func Name(o *object, name string) { names[unsafe.Pointer(o)] = name }
func Forget(o *object)            { delete(names, unsafe.Pointer(o)) }

func Size(o *object) {
	at := uintptr(unsafe.Pointer(o))
	sizes[at] = len(o.data)
	runtime.SetFinalizer(o, func(*object) { delete(sizes, at) })
}

func Mark(o *object) { cleared[unsafe.Pointer(o)] = true }
func Round()         { clear(cleared) }

func Remade(o *object) { remade[unsafe.Pointer(o)] = true }

func Start() {
	go func() {
		for range time.Tick(time.Minute) {
			remade = map[unsafe.Pointer]bool{}
		}
	}()
}

func Share(o *object)   { shared.Store(unsafe.Pointer(o), true) }
func Unshare(o *object) { shared.Delete(unsafe.Pointer(o)) }

func Span(o *object) {
	key := struct{ start unsafe.Pointer }{unsafe.Pointer(o)}
	spans[key]++
	defer delete(spans, key)
	runtime.Gosched()
}

func Any(value any) {
	key := reflect.ValueOf(value).UnsafePointer()
	anything[key] = true
	delete(anything, key)
}

func Typed(o *object, name string) { typed[o] = name }
func Untyped(o *object)            { delete(typed, o) }
