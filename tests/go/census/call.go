package main

import (
	"go/ast"
	"go/types"
)

// calls emits the call that a node makes, unless it is a conversion or a builtin.
func calls(p *checked, at visited, functions *functionNames, emit *emitter) {
	node, ok := at.node.(*ast.CallExpr)
	if !ok {
		return
	}
	callee := p.info.Types[ast.Unparen(node.Fun)]
	if callee.IsType() || callee.IsBuiltin() || callee.Type == nil {
		return
	}
	record := target(p, node, functions)
	record.Record, record.Caller, record.How = "call", at.function, at.how
	record.place = placeOf(p.fset, node.Pos())
	emit.record(record)
}

func target(p *checked, node *ast.CallExpr, functions *functionNames) callRecord {
	switch callee := uninstantiated(p, node.Fun).(type) {
	case *ast.FuncLit:
		return callRecord{Kind: "static", Callee: functions.literals[callee], CalleePackage: p.path}
	case *ast.Ident:
		if function, ok := p.info.Uses[callee].(*types.Func); ok {
			return functionTarget(function)
		}
	case *ast.SelectorExpr:
		if function, ok := p.info.Uses[callee.Sel].(*types.Func); ok {
			return functionTarget(function)
		}
	}
	return callRecord{Kind: "value"}
}

// functionTarget is a declared function, the declared method behind a promoted one, or, when the
// method belongs to an interface (a constraint too), the interface's method.
func functionTarget(function *types.Func) callRecord {
	record := callRecord{Kind: "static", Callee: functionName(function)}
	if function.Pkg() != nil {
		record.CalleePackage = function.Pkg().Path()
	}
	if receiver := function.Signature().Recv(); receiver != nil && types.IsInterface(receiver.Type()) {
		record.Kind = "interface"
	}
	return record
}
