// Package nested is a module of its own below another one.
package nested

type Counter map[string]uint

func (c Counter) Inc(k string) { c[k]++ }

var Totals = Counter{}
