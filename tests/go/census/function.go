package main

import (
	"fmt"
	"go/ast"
	"go/types"
)

// functionNames are the names of the functions declared in a package and of its function literals,
// as golang.org/x/tools/go/ssa writes them, without type arguments.
type functionNames struct {
	literals map[*ast.FuncLit]string
	declared map[*ast.FuncDecl]string
	initial  string // the package initialiser
}

// nameFunctions names every function of the package. Literals are numbered in source order within
// the function that holds them; those of package variables belong to the package initialiser.
func nameFunctions(p *checked) *functionNames {
	names := &functionNames{
		literals: map[*ast.FuncLit]string{},
		declared: map[*ast.FuncDecl]string{},
		initial:  p.path + ".init",
	}
	inits, initialLiterals := 0, 0
	for _, file := range p.files {
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok {
				ast.Walk(&literalNamer{names, names.initial, &initialLiterals}, declaration)
				continue
			}
			name := declaredName(p, function)
			if function.Recv == nil && function.Name.Name == "init" {
				inits++
				name = fmt.Sprintf("%s#%d", name, inits)
			}
			names.declared[function] = name
			ast.Walk(&literalNamer{names, name, new(int)}, function)
		}
	}
	return names
}

type literalNamer struct {
	names  *functionNames
	parent string
	count  *int
}

func (n *literalNamer) Visit(node ast.Node) ast.Visitor {
	literal, ok := node.(*ast.FuncLit)
	if !ok {
		return n
	}
	*n.count++
	name := fmt.Sprintf("%s$%d", n.parent, *n.count)
	n.names.literals[literal] = name
	return &literalNamer{n.names, name, new(int)}
}

func declaredName(p *checked, function *ast.FuncDecl) string {
	if object, ok := p.info.Defs[function.Name].(*types.Func); ok {
		return functionName(object)
	}
	return p.path + "." + function.Name.Name
}

// functionName is the name of a declared function or method; a generic one is named by its origin.
func functionName(function *types.Func) string {
	function = function.Origin()
	path := ""
	if function.Pkg() != nil {
		path = function.Pkg().Path() + "."
	}
	receiver := function.Signature().Recv()
	if receiver == nil {
		return path + function.Name()
	}
	pointer, star := types.Unalias(receiver.Type()), ""
	if p, ok := pointer.(*types.Pointer); ok {
		pointer, star = types.Unalias(p.Elem()), "*"
	}
	return fmt.Sprintf("(%s%s).%s", star, typeName(pointer), function.Name())
}

// typeName is the qualified name of a named type without type arguments, or the text of another type.
func typeName(t types.Type) string {
	named, ok := t.(*types.Named)
	if !ok {
		return types.TypeString(t, nil)
	}
	object := named.Obj()
	if object.Pkg() == nil {
		return object.Name()
	}
	return object.Pkg().Path() + "." + object.Name()
}

// visited is a node inside a function, or inside the initialiser of a package variable.
type visited struct {
	node     ast.Node
	function string
	how      string // go, defer for the call of such a statement, else call
}

// walkBodies visits every node of a file, each with the function that holds it.
func walkBodies(p *checked, file *ast.File, names *functionNames, visit func(visited)) {
	for _, declaration := range file.Decls {
		function := names.initial
		if declared, ok := declaration.(*ast.FuncDecl); ok {
			function = names.declared[declared]
		}
		ast.Walk(&bodyWalker{names, function, map[*ast.CallExpr]string{}, visit}, declaration)
	}
}

type bodyWalker struct {
	names    *functionNames
	function string
	how      map[*ast.CallExpr]string
	visit    func(visited)
}

func (w *bodyWalker) Visit(node ast.Node) ast.Visitor {
	switch node := node.(type) {
	case nil:
		return nil
	case *ast.GoStmt:
		w.how[node.Call] = "go"
	case *ast.DeferStmt:
		w.how[node.Call] = "defer"
	}
	current := visited{node, w.function, "call"}
	if call, ok := node.(*ast.CallExpr); ok && w.how[call] != "" {
		current.how = w.how[call]
	}
	w.visit(current)
	if literal, ok := node.(*ast.FuncLit); ok {
		return &bodyWalker{w.names, w.names.literals[literal], w.how, w.visit}
	}
	return w
}
