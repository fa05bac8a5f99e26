// The number is computed elsewhere: by who calls, or by what is called.
package passed

import "strconv"

// Histogram counts what it is shown.
type Histogram struct{ counts map[float64]int }

var global = &Histogram{counts: map[float64]int{}}

func (h *Histogram) observe(n float64) {
	h.counts[n]++ // want "ML303: key 'n' of passed.Histogram.counts may be NaN .it is a quotient, 'part / whole', and 0/0 is NaN .in passed.Share"
}

func Share(part, whole float64) { global.observe(part / whole) }

type bucket struct {
	name string
	from float64
}

var seen = map[bucket]bool{}

func see(name string, from float64) {
	seen[bucket{name, from}] = true // want "ML303: .*field from.* of passed.seen may be NaN .it is read from text.* .in passed.See."
}

func See(name, text string) {
	from, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return
	}
	see(name, from)
}

// Board keeps one line for each number.
type Board struct {
	title string
	lines map[float64]string
	next  func(float64) string
}

var board = Board{lines: map[float64]string{}}

func (b *Board) show(n float64) { b.draw(n) }

func (b *Board) draw(n float64) {
	b.lines[n] = b.title // want "ML303: .* of passed.Board.lines may be NaN .* .in passed.Draw."
}

func Draw(text string) {
	n, _ := strconv.ParseFloat(text, 64)
	board.show(n)
}

var shares = map[float64]string{}

func share(part, whole float64) float64 { return part / whole }

func Name(part, whole float64, name string) {
	shares[share(part, whole)] = name // want "ML303: .* of passed.shares may be NaN .* .in passed.share"
}
