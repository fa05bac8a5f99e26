// Tests that do not keep NaN from becoming a key.
package unchecked

import (
	"log"
	"math"
	"strconv"
)

var (
	logged    = map[float64]int{}
	other     = map[float64]int{}
	negative  = map[float64]int{}
	before    = map[float64]int{}
	infinite  = map[float64]int{}
	unheeded  = map[float64]int{}
	one       = map[place]int{}
	combined  = map[complex128]int{}
	wrong     = map[float64]int{}
	sometimes = map[float64]int{}
)

type place struct{ lat, lon float64 }

func read(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

func odd(n float64) bool { return math.IsNaN(n) || n < 0 }

func large(n float64) bool { return n > 1e6 }

func Logged(text string) {
	n := read(text)
	if math.IsNaN(n) {
		log.Print("not a number")
	}
	logged[n]++ // want "is read from text"
}

func Other(a, b string) {
	n, m := read(a), read(b)
	if math.IsNaN(m) {
		return
	}
	other[n]++ // want "is read from text"
}

func Negative(text string) {
	n := read(text)
	if n < 0 {
		return
	}
	negative[n]++ // want "is read from text"
}

func Before(a, b string) {
	n := read(a)
	if math.IsNaN(n) {
		return
	}
	n = read(b)
	before[n]++ // want "is read from text"
}

func Infinite(text string) {
	n := read(text)
	if math.IsInf(n, 0) || large(n) {
		return
	}
	infinite[n]++ // want "is read from text"
}

func Unheeded(text string) {
	n := read(text)
	ok := !odd(n)
	log.Print(ok)
	unheeded[n]++ // want "is read from text"
}

func One(lat, lon string) {
	p := place{lat: read(lat)}
	if math.IsNaN(p.lon) {
		return
	}
	q := place{read(lat), read(lon)}
	one[q]++ // want "is read from text"
}

func Combined(re, im string) {
	x, y := read(re), read(im)
	if odd(x) {
		return
	}
	combined[complex(x, y)]++ // want "is read from text"
}

func Wrong(text string) {
	n := read(text)
	if !odd(n) {
		return
	}
	wrong[n]++ // want "is read from text"
}

func Sometimes(text string, strict bool) {
	n := read(text)
	if strict && math.IsNaN(n) {
		return
	}
	sometimes[n]++ // want "is read from text"
}
