package caller

import "example.com/escape/shapes"

func Call() int { return shapes.Elsewhere("k") }
