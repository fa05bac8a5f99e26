package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// operations emits the inserts and removes that a node makes by itself (not its children).
func operations(p *checked, at visited, names fieldNames, emit *emitter) {
	o := &operationFinder{p, at.function, names, emit}
	switch node := at.node.(type) {
	case *ast.AssignStmt:
		o.assignment(node)
	case *ast.IncDecStmt:
		o.store(node.X, "inc_dec")
	case *ast.RangeStmt:
		if node.Tok == token.ASSIGN {
			o.ranged(node.Key)
			o.ranged(node.Value)
		}
	case *ast.CallExpr:
		o.call(node)
	}
}

type operationFinder struct {
	p        *checked
	function string
	names    fieldNames
	emit     *emitter
}

func (o *operationFinder) assignment(node *ast.AssignStmt) {
	if node.Tok != token.ASSIGN && node.Tok != token.DEFINE {
		o.store(node.Lhs[0], "op_assign")
		return
	}
	for i, left := range node.Lhs {
		if o.store(left, "assign") {
			continue
		}
		var right ast.Expr
		if len(node.Rhs) == len(node.Lhs) {
			right = node.Rhs[i]
		}
		o.replace(left, right)
	}
}

func (o *operationFinder) ranged(target ast.Expr) {
	if target != nil && !o.store(target, "range_assign") {
		o.replace(target, nil)
	}
}

// store emits an insert when the target is an element of a map.
func (o *operationFinder) store(target ast.Expr, form string) bool {
	index, ok := ast.Unparen(target).(*ast.IndexExpr)
	if !ok || mapKind(o.p.info.TypeOf(index.X)) == "" {
		return false
	}
	o.operation("insert", form, index.X, index.X.Pos())
	return true
}

// replace emits the replacement of a whole map: "nil", or "remake" for anything else. Declarations
// are no operations.
func (o *operationFinder) replace(target, value ast.Expr) {
	target = ast.Unparen(target)
	if name, ok := target.(*ast.Ident); ok && (name.Name == "_" || o.p.info.Defs[name] != nil) {
		return
	}
	t := o.p.info.TypeOf(target)
	if t == nil {
		return
	}
	form := "remake"
	if value != nil && o.p.info.Types[value].IsNil() {
		form = "nil"
	}
	if mapKind(t) != "" {
		o.operation("remove", form, target, target.Pos())
	} else if isStruct(t) {
		o.record("remove", form, base{kind: "owner"}, target.Pos())
	}
}

// isStruct tells whether a type is a struct or a pointer to one: assigning it replaces the maps in it.
func isStruct(t types.Type) bool {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

var mapsFunctions = map[string]string{"Copy": "insert", "Insert": "insert", "DeleteFunc": "remove"}

var syncMethods = map[string]string{
	"Store": "insert", "LoadOrStore": "insert", "Swap": "insert",
	"Delete": "remove", "LoadAndDelete": "remove", "CompareAndDelete": "remove", "Clear": "remove",
}

func (o *operationFinder) call(node *ast.CallExpr) {
	switch callee := uninstantiated(o.p, node.Fun).(type) {
	case *ast.Ident:
		switch object := o.p.info.Uses[callee].(type) {
		case *types.Builtin:
			o.builtin(node, object.Name())
		case *types.Func: // dot import
			o.library(node, object)
		}
	case *ast.SelectorExpr:
		function, ok := o.p.info.Uses[callee.Sel].(*types.Func)
		if !ok {
			return
		}
		if selection := o.p.info.Selections[callee]; selection != nil {
			o.method(node, callee, selection, function)
			return
		}
		o.library(node, function)
	}
}

func (o *operationFinder) builtin(node *ast.CallExpr, name string) {
	if (name == "delete" || name == "clear") && len(node.Args) > 0 && mapKind(o.p.info.TypeOf(node.Args[0])) != "" {
		o.operation("remove", name, node.Args[0], node.Pos())
	}
}

func (o *operationFinder) library(node *ast.CallExpr, function *types.Func) {
	if function.Pkg() != nil && function.Pkg().Path() == "maps" && len(node.Args) > 0 {
		if op := mapsFunctions[function.Name()]; op != "" {
			o.operation(op, "maps."+function.Name(), node.Args[0], node.Pos())
		}
	}
}

// method emits operations of sync.Map, called as x.m.Store(k, v), through an embedded field, or as
// a method expression (*sync.Map).Store(&x.m, k, v).
func (o *operationFinder) method(node *ast.CallExpr, callee *ast.SelectorExpr, selection *types.Selection, function *types.Func) {
	op := syncMethods[function.Name()]
	if op == "" || functionName(function) != "(*sync.Map)."+function.Name() {
		return
	}
	form := "sync.Map." + function.Name()
	operand := ast.Expr(callee.X)
	if selection.Kind() == types.MethodExpr {
		if len(node.Args) == 0 {
			return
		}
		operand = node.Args[0]
	}
	base := o.base(operand)
	if field := promoting(selection); field != nil {
		base = o.fieldBase(field)
	}
	o.record(op, form, base, node.Pos())
}

func (o *operationFinder) operation(op, form string, operand ast.Expr, pos token.Pos) {
	o.record(op, form, o.base(operand), pos)
}

func (o *operationFinder) record(op, form string, b base, pos token.Pos) {
	record := operationRecord{
		Record: "op", Op: op, Form: form, Map: b.name, Base: b.kind, Level: b.level,
		Function: o.function, place: placeOf(o.p.fset, pos),
	}
	if b.object != nil {
		declaration := placeOf(o.p.fset, b.object.Pos())
		record.Declaration = &declaration
	}
	o.emit.record(record)
}

// base is the variable or field that an expression names, and how many index steps lie between.
type base struct {
	kind   string // var, field, local, call, other
	name   string
	object *types.Var
	level  int
}

// base looks through everything that denotes the same map, or a map inside the same variable:
// parentheses, pointers, conversions, slicing, indexing.
func (o *operationFinder) base(expression ast.Expr) base {
	switch e := ast.Unparen(expression).(type) {
	case *ast.Ident:
		if object, ok := o.p.info.Uses[e].(*types.Var); ok {
			return o.variableBase(object)
		}
	case *ast.SelectorExpr:
		if selection := o.p.info.Selections[e]; selection != nil {
			if field, ok := selection.Obj().(*types.Var); ok {
				return o.fieldBase(field)
			}
			return base{kind: "other"}
		}
		if object, ok := o.p.info.Uses[e.Sel].(*types.Var); ok {
			return o.variableBase(object)
		}
	case *ast.StarExpr:
		return o.base(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return o.base(e.X)
		}
	case *ast.SliceExpr:
		return o.base(e.X)
	case *ast.IndexExpr:
		inner := o.base(e.X)
		inner.level++
		return inner
	case *ast.CallExpr:
		if o.p.info.Types[e.Fun].IsType() && len(e.Args) == 1 {
			return o.base(e.Args[0])
		}
		return base{kind: "call"}
	}
	return base{kind: "other"}
}

func (o *operationFinder) variableBase(object *types.Var) base {
	object = object.Origin()
	if object.Pkg() != nil && object.Parent() == object.Pkg().Scope() {
		return base{kind: "var", name: object.Pkg().Path() + "." + object.Name(), object: object}
	}
	return base{kind: "local", name: object.Name(), object: object}
}

func (o *operationFinder) fieldBase(field *types.Var) base {
	field = field.Origin()
	return base{kind: "field", name: o.names[field], object: field}
}

// promoting is the last embedded field on the way from the operand to the selected method, or nil.
func promoting(selection *types.Selection) *types.Var {
	t := selection.Recv()
	var last *types.Var
	for _, i := range selection.Index()[:len(selection.Index())-1] {
		if pointer, ok := t.Underlying().(*types.Pointer); ok {
			t = pointer.Elem()
		}
		structure, ok := t.Underlying().(*types.Struct)
		if !ok {
			return last
		}
		last = structure.Field(i)
		t = last.Type()
	}
	return last
}

// uninstantiated is the callee without parentheses and explicit type arguments.
func uninstantiated(p *checked, callee ast.Expr) ast.Expr {
	callee = ast.Unparen(callee)
	switch e := callee.(type) {
	case *ast.IndexExpr:
		if isFunctionName(p, e.X) {
			return ast.Unparen(e.X)
		}
	case *ast.IndexListExpr:
		return ast.Unparen(e.X)
	}
	return callee
}

func isFunctionName(p *checked, expression ast.Expr) bool {
	var name *ast.Ident
	switch e := ast.Unparen(expression).(type) {
	case *ast.Ident:
		name = e
	case *ast.SelectorExpr:
		name = e.Sel
	default:
		return false
	}
	_, ok := p.info.Uses[name].(*types.Func)
	return ok
}
