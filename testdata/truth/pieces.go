package main

import (
	"bufio"
	"bytes"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

const (
	payloads    = 100
	payloadSize = 64 << 10
)

// payload is an input of its own: a number, a word, and much else.
func payload(i int) []byte {
	text := strconv.Itoa(1000000+i) + ", word=" + strconv.Itoa(i) + "\n"
	return append(append(make([]byte, 0, payloadSize), text...), bytes.Repeat([]byte("x"), payloadSize-len(text))...)
}

// pinned says whether a map keeps the payloads alive, one of each of which store puts something into it.
func pinned(store func(m map[string][]byte, payload []byte)) bool {
	m := map[string][]byte{}
	before := heap()
	for i := 0; i < payloads; i++ {
		store(m, payload(i))
	}
	grown := heap() - before
	if len(m) < payloads {
		panic("the keys are not all different")
	}
	runtime.KeepAlive(m)
	return grown > payloads*payloadSize/2
}

func pieces() {
	number := regexp.MustCompile("[0-9]+")
	for name, cut := range map[string]func(s string) string{
		"slice":       func(s string) string { return s[:8] },
		"Split":       func(s string) string { return strings.Split(s, ",")[0] },
		"SplitN":      func(s string) string { return strings.SplitN(s, ",", 2)[0] },
		"SplitAfter":  func(s string) string { return strings.SplitAfter(s, ",")[0] },
		"Fields":      func(s string) string { return strings.Fields(s)[0] },
		"FieldsFunc":  func(s string) string { return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })[0] },
		"TrimSpace":   func(s string) string { return strings.TrimSpace(s[:8]) },
		"TrimPrefix":  func(s string) string { return strings.TrimPrefix(s[:8], "1") },
		"FindString":  func(s string) string { return number.FindString(s) },
		"Submatch":    func(s string) string { return number.FindStringSubmatch(s)[0] },
		"RegexpSplit": func(s string) string { return regexp.MustCompile(",").Split(s, -1)[0] },
		"Cut": func(s string) string {
			before, _, _ := strings.Cut(s, ",")
			return before
		},
		"Clone":   func(s string) string { return strings.Clone(s[:8]) },
		"convert": func(s string) string { return string([]byte(s)[:8]) },
		"join":    func(s string) string { return "a" + s[:8] },
		"Scanner": func(s string) string {
			lines := bufio.NewScanner(strings.NewReader(s))
			lines.Scan()
			return lines.Text()
		},
	} {
		fact("pinned.key."+name, pinned(func(m map[string][]byte, payload []byte) { m[cut(string(payload))] = nil }))
	}
	for name, cut := range map[string]func(b []byte) []byte{
		"slice":     func(b []byte) []byte { return b[:8] },
		"full":      func(b []byte) []byte { return b[:8:8] },
		"Fields":    func(b []byte) []byte { return bytes.Fields(b)[0] },
		"Find":      func(b []byte) []byte { return number.Find(b) },
		"Clone":     func(b []byte) []byte { return bytes.Clone(b[:8]) },
		"slices":    func(b []byte) []byte { return slices.Clone(b[:8]) },
		"append":    func(b []byte) []byte { return append([]byte(nil), b[:8]...) },
		"roundtrip": func(b []byte) []byte { return []byte(string(b[:8])) },
	} {
		fact("pinned.value."+name, pinned(func(m map[string][]byte, payload []byte) { m[string(payload[:7])] = cut(payload) }))
	}
	lines := bufio.NewScanner(strings.NewReader("first\n" + strings.Repeat("other\n", 20)))
	lines.Buffer(make([]byte, 16), 16)
	lines.Scan()
	lent, copied := lines.Bytes(), string(lines.Bytes())
	for lines.Scan() {
		_ = lines.Bytes()
	}
	fact("lent.after_other_scans", string(lent) != copied)
	fact("lent.copied", copied)
	reader := bufio.NewReaderSize(strings.NewReader("first\n"+strings.Repeat(".", 15)+"\n"), 16)
	lent, _ = reader.ReadSlice('\n')
	_, _ = reader.ReadSlice('\n')
	fact("lent.after_next_slice", string(lent) != "first\n")
}
