package main

import "testing"

func TestVisitors(t *testing.T) {
	visitors["test"]++
	delete(visitors, "test")
	if len(visitors) != 0 {
		t.Fatal("not empty")
	}
}
