// Package shapes is imported under its own name, under another, and with a dot.
package shapes

type Table = map[string]int

type Named map[string]int

func (n Named) Put(k string) { n[k]++ }

type Box[K comparable, V any] struct{ Content map[K]V }

func (b *Box[K, V]) Set(k K, v V) { b.Content[k] = v }

func Build() *Box[string, int] { return &Box[string, int]{Content: map[string]int{}} }

type Holder struct{ Public Table }

func (h *Holder) Fill(k string) { h.Public[k] = 1; Fill(k) }

var Global Table

var Registry struct{ Names map[string]bool }

func Fill(k string) { Global[k] = 1 }
