// Keys that the inserting function computes, and that are NaN on some input.
package computed

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
)

type point struct{ x, y float64 }

var (
	read    = map[float64]int{}
	means   = map[float64]int{}
	roots   = map[float32]bool{}
	points  = map[point]string{}
	pairs   = map[[2]float64]int{}
	mixed   = map[any]int{}
	shared  sync.Map
	wired   = map[float64]int64{}
	divided = map[float64]int{}
	scaled  = map[float64]int{}
	scanned = map[float64]int{}
	packets = map[float64]int{}
)

func Read(text string) {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		read[n]++ // want "ML303: key 'n' of computed.read may be NaN .it is read from text"
	}
}

func Mean(sum float64, count int) {
	means[sum/float64(count)]++ // want "ML303: key 'sum / float64.count.' of computed.means may be NaN"
}

func Root(square float64) {
	root := math.Sqrt(square)
	roots[float32(root)] = true // want "ML303: .* may be NaN .math.Sqrt gives NaN for some numbers"
}

func Locate(name string, width, height float64) {
	at := point{x: 1, y: height / width}
	points[at] = name // want "ML303: key 'at' .field x. of computed.points may be NaN"
}

func Pair(a, b float64) {
	pairs[[2]float64{a, math.Log(b)}]++ // want "ML303: .*array element.* may be NaN"
}

func Mixed(text string) {
	var n float64
	n, _ = strconv.ParseFloat(text, 64)
	mixed[n]++ // want "ML303: .* may be NaN"
}

func Shared(a, b float64) {
	ratio := a / b
	shared.Store(ratio, true) // want "ML303: .* may be NaN"
}

func Wired(message []byte) {
	n := math.Float64frombits(binary.BigEndian.Uint64(message))
	wired[n] = 1 // want "ML303: .* may be NaN .it is made from bits"
}

func Divided(n, by float64) {
	n /= by
	divided[n]++ // want "ML303: .* may be NaN"
}

func Forget(n float64) { delete(divided, n) }

func ForgetAll() {
	for n := range scaled {
		delete(scaled, n)
	}
}

func Scaled(n, by float64) {
	scaled[math.Round(2*n/by)]++ // want "ML303: .* may be NaN"
}

func Scan(text string) {
	var n float64
	if _, err := fmt.Sscanf(text, "%g", &n); err == nil {
		scanned[n]++ // want "ML303: key 'n' of computed.scanned may be NaN .it is read from text, and 'NaN' is a number to fmt.Sscanf"
	}
}

func Packet(r io.Reader) error {
	var packet struct{ Level float64 }
	if err := binary.Read(r, binary.BigEndian, &packet); err != nil {
		return err
	}
	packets[packet.Level]++ // want "ML303: key 'packet.Level' of computed.packets may be NaN .its bits are read by encoding/binary.Read"
	return nil
}
