// Types as keys, values taken out of a Value, Values as map values, and maps that die with a call.
package lookalikes

import "reflect"

var (
	fields  = map[reflect.Type][]string{}
	kinds   = map[reflect.Kind]int{}
	counts  = map[any]int{}
	numbers = map[int64]int{}
	methods = map[string]reflect.Value{}
)

func Fields(v reflect.Value) []string {
	if known, ok := fields[v.Type()]; ok {
		return known
	}
	var names []string
	for i := range v.NumField() {
		names = append(names, v.Type().Field(i).Name)
	}
	fields[v.Type()] = names
	return names
}

func Kind(v reflect.Value) { kinds[v.Kind()]++ }

func Count(v reflect.Value)   { counts[v.Interface()]++ }
func Uncount(v reflect.Value) { delete(counts, v.Interface()) }

func Number(v reflect.Value)   { numbers[v.Int()]++ }
func Unnumber(v reflect.Value) { delete(numbers, v.Int()) }

func Method(name string, v reflect.Value) { methods[name] = v }
func Unmethod(name string)                { delete(methods, name) }

func Distinct(values []any) int {
	distinct := map[reflect.Value]bool{}
	for _, value := range values {
		distinct[reflect.ValueOf(value)] = true
	}
	return len(distinct)
}
