// Package variables that stop growing: registries, keys from finite sets, caps, updates of keys that are there.
package finite

import (
	"reflect"
	"sync"
)

type state int

const (
	idle state = iota
	busy
	gone
)

type weekday string

const (
	monday  weekday = "monday"
	tuesday weekday = "tuesday"
)

var (
	drivers = map[string]func(){}
	codecs  = build()
	names   = func() map[int]string {
		m := map[int]string{}
		for i, name := range []string{"zero", "one"} {
			m[i] = name
		}
		return m
	}()
	byState   = map[state]int{}
	byDay     = map[weekday]int{}
	byOutcome = map[bool]int{}
	byByte    = map[byte]int{}
	byType    = map[reflect.Type][]string{}
	typeCache sync.Map
	totals    = map[string]int{}
	capped    = map[string]int{}
	flushed   = map[string]int{}
	known     = map[string]int{"a": 1, "b": 2}
	doubled   = map[string]int{"a": 1, "b": 2}
	objects   = map[string]*object{"only": {}}
	table     map[string]int
	once      sync.Once
	lists     = map[string][]int{"fixed": make([]int, 4)}
)

type object struct{ uses int }

func init() {
	drivers["file"] = func() {}
	register("memory")
}

func register(name string) { drivers[name] = func() {} }

func build() map[string]int {
	m := map[string]int{}
	for _, name := range []string{"gzip", "flate"} {
		m[name] = len(m)
	}
	return m
}

func Enter(s state) { byState[s]++ }

func Open(day weekday) { byDay[day]++ }

func Try(ok bool) { byOutcome[ok]++ }

func Count(data []byte) {
	for _, b := range data {
		byByte[b]++
	}
}

func Fields(value any) []string {
	t := reflect.TypeOf(value)
	if fields, ok := byType[t]; ok {
		return fields
	}
	var fields []string
	for i := range t.NumField() {
		fields = append(fields, t.Field(i).Name)
	}
	byType[t] = fields
	return fields
}

func Cached(value any) any {
	cached, _ := typeCache.LoadOrStore(reflect.TypeOf(value), &object{})
	return cached
}

func Total(n int) {
	totals["requests"]++
	totals["bytes"] += n
}

const most = 1000

func Capped(key string) {
	if len(capped) >= most {
		return
	}
	capped[key]++
}

func Flushed(key string) {
	if len(flushed) > most {
		flushed = make(map[string]int)
	}
	flushed[key]++
}

func Touch(key string) {
	if _, ok := known[key]; ok {
		known[key]++
	}
}

func Double() {
	for key, value := range doubled {
		doubled[key] = 2 * value
	}
}

func Use(key string) {
	objects[key].uses++
	lists[key][0] = 1
	_ = doubled[key]
}

func Table(key string) int {
	once.Do(func() {
		table = map[string]int{}
		for i, name := range []string{"x", "y"} {
			table[name] = i
		}
	})
	return table[key]
}
