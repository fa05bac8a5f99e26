package shortlived

import "testing"

var recorded = map[string]int{}

func record(name string) { recorded[name]++ }

func TestCount(t *testing.T) {
	record(t.Name())
	if Count([]string{"a", "a"})["a"] != 2 {
		t.Fatal("wrong count")
	}
}
