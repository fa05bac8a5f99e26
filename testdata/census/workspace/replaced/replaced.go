// Package replaced stands in for a module by a replace directive.
package replaced

import "example.com/replaced/sub"

type Session struct {
	sub.State
	Values map[string]any
}

var Sessions = map[string]*Session{}
