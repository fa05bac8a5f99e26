// Census lists the maps of Go packages, the operations on them and the calls between
// functions, as the type checker sees them: the truth mapleak's own reading is measured
// against.
//
// Usage: census [-C directory] [patterns...]
//
// The output is JSON Lines, one record each; see the types in record.go.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	directory := flag.String("C", ".", "directory in which to load the packages")
	flag.Parse()
	patterns := flag.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	if err := run(*directory, patterns); err != nil {
		fmt.Fprintln(os.Stderr, "census:", err)
		os.Exit(1)
	}
}

func run(directory string, patterns []string) error {
	directory, err := filepath.Abs(directory)
	if err != nil {
		return err
	}
	listed, err := list(directory, patterns)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	emit := newEmitter(out)
	loader := newLoader(emit)
	for _, meta := range listed {
		checked := loader.check(meta)
		if checked == nil || meta.DepOnly {
			continue
		}
		census(checked, loader, emit)
	}
	if emit.err != nil {
		return emit.err
	}
	return out.Flush()
}

// census emits everything about one package. Packages come in dependency order, so the
// fields of everything it imports already have their names.
func census(p *checked, loader *loader, emit *emitter) {
	for _, file := range p.files {
		emit.record(fileRecord{Record: "file", File: emit.path(file.Package, p.fset), Package: p.path})
	}
	functions := nameFunctions(p)
	declarations(p, functions, loader.names, emit)
	for _, file := range p.files {
		walkBodies(p, file, functions, func(node visited) {
			operations(p, node, loader.names, emit)
			calls(p, node, functions, emit)
		})
	}
}
