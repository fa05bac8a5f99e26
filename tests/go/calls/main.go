// Command calls prints the dynamic calls of a program as golang.org/x/tools sees them.
//
// Usage: calls DIRECTORY PATTERN…
//
// Each line is "algorithm TAB kind TAB caller TAB callee TAB file:line", where the algorithm is cha (class
// hierarchy analysis, an upper bound) or vta (variable type analysis), and the kind interface or value. Instances
// of generic functions go by the name of their origin. Lines "package TAB path" list what was loaded.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: calls DIRECTORY PATTERN…")
	}
	config := &packages.Config{Mode: packages.LoadAllSyntax, Dir: os.Args[1]}
	loaded, err := packages.Load(config, os.Args[2:]...)
	if err != nil {
		log.Fatal(err)
	}
	program, _ := ssautil.AllPackages(loaded, ssa.InstantiateGenerics)
	program.Build()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	hierarchy := cha.CallGraph(program)
	write(out, "cha", hierarchy)
	write(out, "vta", vta.CallGraph(ssautil.AllFunctions(program), hierarchy))
	packages.Visit(loaded, nil, func(p *packages.Package) { fmt.Fprintf(out, "package\t%s\n", p.PkgPath) })
}

// write prints the calls of a graph that are no static calls.
func write(out *bufio.Writer, algorithm string, graph *callgraph.Graph) {
	graph.DeleteSyntheticNodes()
	_ = callgraph.GraphVisitEdges(graph, func(edge *callgraph.Edge) error {
		if edge.Site == nil || edge.Caller.Func == nil || edge.Callee.Func == nil {
			return nil
		}
		kind := "value"
		switch call := edge.Site.Common(); {
		case call.IsInvoke():
			kind = "interface"
		case call.StaticCallee() != nil:
			return nil
		}
		place := edge.Caller.Func.Prog.Fset.Position(edge.Pos())
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s:%d\n", algorithm, kind, name(edge.Caller.Func), name(edge.Callee.Func), place.Filename, place.Line)
		return nil
	})
}

// name is that of the function's origin, closures numbered within the function they are written in.
func name(f *ssa.Function) string {
	if parent := f.Parent(); parent != nil {
		for i, closure := range parent.AnonFuncs {
			if closure == f {
				return fmt.Sprintf("%s$%d", name(parent), i+1)
			}
		}
	}
	if origin := f.Origin(); origin != nil {
		return origin.String()
	}
	return f.String()
}
