// Numbers that were looked at before they became keys.
package checked

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"strconv"
)

var (
	counts  = map[float64]int{}
	places  = map[place]int{}
	complex = map[complex128]int{}
)

type place struct{ lat, lon float64 }

func (p place) valid() bool { return !math.IsNaN(p.lat) && !math.IsNaN(p.lon) }

func Drop(n float64, c complex128) {
	delete(counts, n)
	delete(places, place{n, n})
	delete(complex, c)
}

func read(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

func odd(n float64) bool { return math.IsNaN(n) || math.IsInf(n, 0) }

func usable(n float64) bool { return !odd(n) }

func check(n float64) error {
	if odd(n) {
		return errors.New("no number")
	}
	return nil
}

func positive(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, err
	}
	if !(n > 0) {
		return 0, fmt.Errorf("%v is not positive", n)
	}
	return n, nil
}

func Odd(text string) {
	n := read(text)
	if odd(n) {
		return
	}
	counts[n]++
}

func Usable(text string) {
	if n := read(text); usable(n) {
		counts[n*100]++
	}
}

func Checked(text string) error {
	n := read(text)
	if err := check(n); err != nil {
		return err
	}
	counts[math.Round(n)]++
	return nil
}

func Positive(text string) error {
	n, err := positive(text)
	if err != nil {
		return err
	}
	counts[n]++
	return nil
}

func Between(text string) {
	n := read(text)
	if !(n >= 0 && n <= 100) {
		return
	}
	counts[n]++
}

func Inside(text string) {
	if n := read(text); n >= 0 && n <= 1 {
		counts[n]++
	}
}

func Replaced(text string) {
	n := read(text)
	if math.IsNaN(n) {
		n = 0
	}
	counts[n]++
}

func Cases(text string) {
	n := read(text)
	switch {
	case math.IsNaN(n):
		return
	case n < 0:
		counts[-n]++
	default:
		counts[n]++
	}
}

func Sum(texts []string) {
	sum := 0.0
	for _, text := range texts {
		n := read(text)
		if n != n {
			continue
		}
		sum += n
	}
	counts[sum]++
}

func Norm(x, y int) {
	counts[math.Sqrt(float64(x*x)+float64(y*y)+1)]++
	counts[float64(x)/float64(len(counts)+1)]++
	counts[math.Pow(float64(x), 2)]++
}

func Place(lat, lon string) {
	p := place{read(lat), read(lon)}
	if !p.valid() {
		return
	}
	places[p]++
}

func Complex(text string) {
	c, err := strconv.ParseComplex(text, 128)
	if err != nil || cmplx.IsNaN(c) {
		return
	}
	complex[c]++
}
