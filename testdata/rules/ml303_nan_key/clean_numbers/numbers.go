// Numbers that are no NaN, or of which nothing says that they may be.
package numbers

import (
	"encoding/json"
	"math"
	"math/rand"
	"strconv"
	"time"
)

type point struct{ x, y float64 }

var (
	counts = map[float64]int{}
	points = map[point]int{}
	names  = map[string]float64{}
	few    = map[int]float64{}
)

func Drop(n float64) { delete(counts, n); delete(points, point{n, n}) }

func Constant() { counts[0.5]++ }

func Converted(n int) { counts[float64(n)]++ }

func Scaled(n int64) { counts[float64(n)/1000]++ }

func Cents(euros, cents int) {
	total := float64(euros)*100 + float64(cents)
	counts[math.Floor(total)]++
}

func Tested(text string) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) {
		return
	}
	counts[n]++
}

func Unequal(a, b float64) {
	n := a / b
	if n != n {
		n = 0
	}
	counts[n]++
}

func Guarded(sum float64, count int) {
	if count == 0 {
		return
	}
	counts[sum/float64(count)]++
}

func Corner(x, y int) { points[point{float64(x), float64(y)}]++ }

func Lasting(since time.Time) { counts[time.Since(since).Seconds()]++ }

func Drawn() { counts[rand.Float64()]++ }

func Inverse(n int) { counts[1/float64(n)]++ }

func Unknown(n float64) { counts[n]++ }

func Value(name string, a, b float64) {
	names[name] = a / b
	few[len(name)] = math.Sqrt(a)
}

func Decoded(text []byte) error {
	var order struct{ Prices []float64 }
	if err := json.Unmarshal(text, &order); err != nil {
		return err
	}
	for _, price := range order.Prices {
		counts[price]++
	}
	return nil
}
