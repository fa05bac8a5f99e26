// reflect.Value keys, alone and inside other keys: equal values do not find each other.
package keys

import (
	"reflect"
	"sync"
)

type argument struct {
	value reflect.Value
	index int
}

var (
	counts   = map[reflect.Value]int{}
	seen     = map[reflect.Value]bool{}
	pairs    = map[[2]reflect.Value]bool{}
	args     = map[argument]string{}
	anything = map[any]bool{}
	results  sync.Map
	aliased  = map[reflect.Value]bool{}
	passed   = map[reflect.Value]bool{}
	walked   = map[reflect.Value]bool{}
)

func Count(value any) {
	counts[reflect.ValueOf(value)]++ // want `ML302: keys.counts has a reflect.Value as key 'reflect.ValueOf\(value\)': Values compare by identity, so entries for equal values pile up, lookups do not find them and nothing takes them out`
}

func Keys(m any) {
	for _, key := range reflect.ValueOf(m).MapKeys() {
		seen[key] = true // want "ML302: keys.seen has a reflect.Value as key 'key'"
	}
}

func Pair(a, b any) {
	pairs[[2]reflect.Value{reflect.ValueOf(a), reflect.ValueOf(b)}] = true // want `ML302: keys.pairs has a reflect.Value \(array element\) as key `
}

func Argument(value any, index int) {
	args[argument{reflect.ValueOf(value), index}] = "" // want `ML302: keys.args has a reflect.Value \(field value\) as key `
}

func Any(value any) {
	anything[reflect.ValueOf(value)] = true // want `ML302: keys.anything has a reflect.Value \(dynamic value\) as key `
}

func Result(value any, result string) {
	results.Store(reflect.ValueOf(value), result) // want "ML302: keys.results has a reflect.Value "
}

func Alias(v reflect.Value) {
	m := aliased
	m[v.Elem()] = true // want "ML302: keys.aliased has a reflect.Value "
}

func mark(m map[reflect.Value]bool, v reflect.Value) {
	m[v] = true
}

func Pass(value any) { mark(passed, reflect.ValueOf(value)) } // want "ML302: keys.passed has a reflect.Value "

func Walk(v reflect.Value) {
	if walked[v] {
		return
	}
	walked[v] = true // want "ML302: keys.walked has a reflect.Value "
	for i := range v.NumField() {
		Walk(v.Field(i))
	}
}
