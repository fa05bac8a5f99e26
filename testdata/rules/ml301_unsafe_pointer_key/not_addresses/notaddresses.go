// Numbers that are no addresses of objects, pointers that are values and no keys: other rules may speak, not ML301.
package notaddresses

import (
	"os"
	"reflect"
	"runtime"
	"unsafe"
)

var (
	callers  = map[uintptr]int{}
	files    = map[uintptr]string{}
	sizes    = map[uintptr]string{}
	handlers = map[uintptr]string{}
	targets  = map[string]unsafe.Pointer{}
	typed    = map[*os.File]string{}
)

func Caller() {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	callers[pcs[0]]++ // the program has finitely many
}

func File(file *os.File) {
	files[file.Fd()] = file.Name() // only the name says that descriptors are ever new
}

func Size(value any, name string) {
	sizes[reflect.TypeOf(value).Size()] = name // types have few sizes
}

func Named(handler func(), name string) {
	handlers[reflect.ValueOf(handler).Pointer()] = name // code stays where it is
}

func Target(user string, target *int) {
	targets[user] = unsafe.Pointer(target) // want "ML101: notaddresses.targets "
}

func Typed(file *os.File) {
	typed[file] = file.Name() // want "ML101: notaddresses.typed "
}
