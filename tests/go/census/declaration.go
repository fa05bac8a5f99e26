package main

import (
	"go/ast"
	"go/types"
)

// fieldNames are the names of struct fields: pkg/path.Type.field, pkg/path.Variable.field for
// fields of anonymous structs, with the fields in between for nested ones.
type fieldNames map[*types.Var]string

// addScope names the fields of the named types of a package that is only imported.
func (names fieldNames) addScope(pkg *types.Package) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		names.addType(pkg.Path()+"."+name, object.Type(), 0)
	}
}

// addType names the fields of a type that holds a struct; nesting is cut where only a program that
// wants to be read with difficulty goes on.
func (names fieldNames) addType(prefix string, t types.Type, depth int) {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if depth > 0 {
			return
		}
		t = named.Origin().Underlying()
	}
	structure, ok := t.(*types.Struct)
	if !ok || depth > 8 {
		return
	}
	for i := range structure.NumFields() {
		field := structure.Field(i)
		if _, ok := names[field]; ok {
			continue
		}
		names[field] = prefix + "." + field.Name()
		names.addType(names[field], field.Type(), depth+1)
	}
}

// declarations names the fields of a package and emits its map-like variables and fields, and its
// functions.
func declarations(p *checked, functions *functionNames, names fieldNames, emit *emitter) {
	for _, file := range p.files {
		for _, declaration := range file.Decls {
			scope := p.path
			if function, ok := declaration.(*ast.FuncDecl); ok {
				scope = functions.declared[function]
				emit.record(functionRecord{"function", scope, placeOf(p.fset, function.Name.Pos())})
			}
			ast.Walk(&declarationWalker{p, functions, names, emit, scope, ""}, declaration)
		}
	}
}

// declarationWalker knows the scope (package or function) and the holder: what a struct type
// written here is the type of, or "".
type declarationWalker struct {
	p         *checked
	functions *functionNames
	names     fieldNames
	emit      *emitter
	scope     string
	holder    string
}

func (w *declarationWalker) Visit(node ast.Node) ast.Visitor {
	switch node := node.(type) {
	case nil:
		return nil
	case *ast.FuncLit:
		name := w.functions.literals[node]
		w.emit.record(functionRecord{"function", name, placeOf(w.p.fset, node.Pos())})
		return w.inside(name, "")
	case *ast.TypeSpec:
		if node.TypeParams != nil {
			ast.Walk(w.inside(w.scope, ""), node.TypeParams)
		}
		ast.Walk(w.inside(w.scope, w.scope+"."+node.Name.Name), node.Type)
		return nil
	case *ast.ValueSpec:
		w.values(node)
		return nil
	case *ast.AssignStmt:
		w.assignment(node)
		return nil
	case *ast.StructType:
		w.structure(node)
		return nil
	case *ast.Field: // of a function type or interface; fields of structs do not come here
		holder := ""
		if len(node.Names) > 0 {
			holder = w.scope + "." + node.Names[0].Name
		}
		return w.inside(w.scope, holder)
	case *ast.StarExpr, *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.ParenExpr, *ast.CompositeLit,
		*ast.UnaryExpr, *ast.CallExpr, *ast.FieldList, *ast.FuncType:
		return w
	}
	return w.inside(w.scope, "")
}

func (w *declarationWalker) inside(scope, holder string) *declarationWalker {
	return &declarationWalker{w.p, w.functions, w.names, w.emit, scope, holder}
}

func (w *declarationWalker) values(node *ast.ValueSpec) {
	for _, name := range node.Names {
		object, ok := w.p.info.Defs[name].(*types.Var)
		if ok && object.Parent() == w.p.types.Scope() {
			w.mapLike(object, name, w.p.path+"."+name.Name, "var")
		}
	}
	if node.Type != nil {
		ast.Walk(w.inside(w.scope, w.scope+"."+node.Names[0].Name), node.Type)
	}
	for i, value := range node.Values {
		holder := w.scope + "." + node.Names[min(i, len(node.Names)-1)].Name
		ast.Walk(w.inside(w.scope, holder), value)
	}
}

func (w *declarationWalker) assignment(node *ast.AssignStmt) {
	for _, left := range node.Lhs {
		ast.Walk(w.inside(w.scope, ""), left)
	}
	for i, right := range node.Rhs {
		holder := ""
		if name, ok := node.Lhs[min(i, len(node.Lhs)-1)].(*ast.Ident); ok {
			holder = w.scope + "." + name.Name
		}
		ast.Walk(w.inside(w.scope, holder), right)
	}
}

func (w *declarationWalker) structure(node *ast.StructType) {
	for _, field := range node.Fields.List {
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{embeddedName(field.Type)}
		}
		inner := ""
		for _, name := range names {
			object, ok := w.p.info.Defs[name].(*types.Var)
			if !ok {
				continue
			}
			full := ""
			if w.holder != "" {
				full = w.holder + "." + name.Name
			}
			if inner == "" {
				inner = full
			}
			w.names[object] = full
			w.mapLike(object, name, full, "field")
		}
		ast.Walk(w.inside(w.scope, inner), field.Type)
	}
}

func (w *declarationWalker) mapLike(object *types.Var, name *ast.Ident, full, role string) {
	kind := mapKind(object.Type())
	if kind == "" || name.Name == "_" {
		return
	}
	w.emit.record(mapRecord{
		Record: "map", Name: full, Role: role, Kind: kind, Type: types.TypeString(object.Type(), nil),
		Package: w.p.path, place: placeOf(w.p.fset, name.Pos()),
	})
}

// embeddedName is the identifier that names an embedded field: T in T, *T, q.T, T[A].
func embeddedName(expression ast.Expr) *ast.Ident {
	switch e := expression.(type) {
	case *ast.Ident:
		return e
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.ParenExpr:
		return embeddedName(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return embeddedName(e.X)
	case *ast.IndexListExpr:
		return embeddedName(e.X)
	}
	return nil
}

// mapKind says whether a type is map-like: "map" (built-in, named, or a type parameter all of whose
// types are maps), "sync.Map", or a pointer to one of them ("*map", "*sync.Map"); else "".
func mapKind(t types.Type) string {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		if kind := directKind(pointer.Elem()); kind != "" {
			return "*" + kind
		}
		return ""
	}
	return directKind(t)
}

func directKind(t types.Type) string {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.TypeParam:
		if allMaps(t) {
			return "typeparam"
		}
		return ""
	case *types.Named:
		if typeName(t) == "sync.Map" {
			return "sync.Map"
		}
	}
	if _, ok := t.Underlying().(*types.Map); ok {
		return "map"
	}
	return ""
}

// allMaps tells whether every type in the type set of a constraint is a map. A constraint without
// type terms has every type in it.
func allMaps(parameter *types.TypeParam) bool {
	constraint, ok := parameter.Constraint().Underlying().(*types.Interface)
	return ok && someTermsAllMaps(constraint, 0)
}

// someTermsAllMaps: an interface is the intersection of its embedded parts, so one part made of
// maps alone is enough.
func someTermsAllMaps(constraint *types.Interface, depth int) bool {
	if depth > 20 {
		return false
	}
	for i := range constraint.NumEmbeddeds() {
		switch part := types.Unalias(constraint.EmbeddedType(i)).(type) {
		case *types.Union:
			maps := part.Len() > 0
			for j := range part.Len() {
				maps = maps && isMap(part.Term(j).Type(), depth)
			}
			if maps {
				return true
			}
		default:
			if isMap(part, depth) {
				return true
			}
		}
	}
	return false
}

func isMap(t types.Type, depth int) bool {
	switch u := t.Underlying().(type) {
	case *types.Map:
		return true
	case *types.Interface:
		return someTermsAllMaps(u, depth+1)
	}
	return false
}
