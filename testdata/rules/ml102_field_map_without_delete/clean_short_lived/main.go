// Tables of objects that live for one request, one parse or one build.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
)

type parser struct {
	words map[string]int
	lines map[string]bool
}

type report struct{ totals map[string]int }

func main() {
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func handle(w http.ResponseWriter, r *http.Request) {
	p := &parser{words: map[string]int{}, lines: map[string]bool{}}
	p.parse(r.Body)
	fmt.Fprintln(w, build(p).totals)
}

func (p *parser) parse(body io.Reader) {
	scanner := bufio.NewScanner(body)
	for scanner.Scan() {
		p.line(scanner.Text())
	}
}

func (p *parser) line(text string) {
	p.lines[text] = true
	for _, word := range strings.Fields(text) {
		p.words[word]++
	}
}

func build(p *parser) *report {
	r := &report{totals: map[string]int{}}
	for word, n := range p.words {
		r.totals[strings.ToUpper(word)] += n
	}
	return r
}
