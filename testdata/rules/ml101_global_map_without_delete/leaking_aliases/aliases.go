// The insertion does not name the package variable: aliases, parameters, results, closures, other packages.
package aliases

import (
	"net/http"

	"example.com/aliases/state"
)

var (
	byAlias   = map[string]int{}
	byPointer = map[string]int{}
	byParam   = map[string]int{}
	byResult  = map[string]int{}
	byClosure = map[string]int{}
	byGeneric = map[string]int{}
	byField   = map[string]int{}
	byValue   = map[string]int{}
)

func Alias(key string) {
	counts := byAlias
	counts[key]++ // want "ML101: aliases.byAlias "
}

func Pointer(key string) {
	counts := &byPointer
	(*counts)[key]++ // want "ML101: aliases.byPointer "
}

func count(counts map[string]int, key string) {
	counts[key]++
}

func Param(key string) { count(byParam, key) } // want "ML101: aliases.byParam "

func table() map[string]int { return byResult }

func Result(key string) {
	table()[key]++ // want "ML101: aliases.byResult "
}

func Closure(keys []string) {
	each(keys, func(key string) {
		byClosure[key]++ // want "ML101: aliases.byClosure "
	})
}

func each(keys []string, do func(string)) {
	for _, key := range keys {
		do(key)
	}
}

func bump[M ~map[K]int, K comparable](counts M, key K) {
	counts[key]++
}

func Generic(key string) { bump(byGeneric, key) } // want "ML101: aliases.byGeneric "

type counter struct{ counts map[string]int }

func Field(key string) {
	c := counter{counts: byField}
	c.counts[key]++ // want "ML101: aliases.byField "
}

var bumpValue = func(key string) {
	byValue[key]++ // want "ML101: aliases.byValue "
}

func Value(key string) { bumpValue(key) }

func Elsewhere(_ http.ResponseWriter, request *http.Request) {
	state.Shared[request.URL.Path]++ // want "ML101: state.Shared "
}
