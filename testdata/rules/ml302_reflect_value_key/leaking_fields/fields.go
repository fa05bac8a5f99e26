// The map is a field of an object that the package keeps.
package fields

import "reflect"

type cache struct {
	results map[reflect.Value]string
}

var shared = cache{results: map[reflect.Value]string{}}

func Result(value any, compute func() string) string {
	return shared.result(reflect.ValueOf(value), compute)
}

func (c *cache) result(v reflect.Value, compute func() string) string {
	if result, ok := c.results[v]; ok {
		return result
	}
	result := compute()
	c.results[v] = result // want "ML302: fields.cache.results has a reflect.Value as key 'v'"
	return result
}
