// Command astdump prints the syntax of Go files as go/parser sees it, for comparison with another reader.
//
// It reads file names from standard input, one a line. For every file it prints "file NAME", or "error NAME"
// if the file does not parse, and then one line for each top-level declaration: its syntax as nested lists
// with byte offsets. Parentheses and empty statements are left out; grouped names are listed one by one;
// constants get the values they repeat. A declaration with an expression that is too long to compare
// (more than 32 operands or 256 elements) prints as "long".
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
)

const (
	longChain  = 32
	largeTable = 256
)

// printer writes one declaration.
type printer struct {
	strings.Builder
	base int
	long bool
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for in.Scan() {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, in.Text(), nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			fmt.Fprintln(out, "error", in.Text())
			continue
		}
		fmt.Fprintln(out, "file", in.Text())
		base := fset.File(file.FileStart).Base()
		fmt.Fprintf(out, "(package %s %d %v)\n", file.Name.Name, int(file.Package)-base, ast.IsGenerated(file))
		for _, decl := range file.Decls {
			for _, line := range declaration(decl, base) {
				fmt.Fprintln(out, line)
			}
		}
	}
}

func declaration(decl ast.Decl, base int) []string {
	if function, ok := decl.(*ast.FuncDecl); ok {
		p := &printer{base: base}
		p.function(function)
		return []string{p.line()}
	}
	var lines []string
	for _, spec := range specs(decl.(*ast.GenDecl)) {
		p := &printer{base: base}
		p.spec(spec)
		lines = append(lines, p.line())
	}
	return lines
}

func (p *printer) line() string {
	if p.long {
		return "long"
	}
	return p.String()
}

// spec is a specification with what it inherits from those above it.
type spec struct {
	ast.Spec
	tok    token.Token
	typ    ast.Expr
	values []ast.Expr
	iota   int
}

func specs(decl *ast.GenDecl) []spec {
	var result []spec
	var typ ast.Expr
	var values []ast.Expr
	for i, s := range decl.Specs {
		if value, ok := s.(*ast.ValueSpec); ok {
			if decl.Tok == token.VAR || len(value.Values) > 0 {
				typ, values = value.Type, value.Values
			}
		}
		result = append(result, spec{s, decl.Tok, typ, values, i})
	}
	return result
}

func (p *printer) pos(pos token.Pos) {
	p.WriteByte('@')
	p.WriteString(strconv.Itoa(int(pos) - p.base))
}

// open begins a list; at are the offsets that identify it.
func (p *printer) open(kind string, at ...token.Pos) {
	p.WriteByte('(')
	p.WriteString(kind)
	for _, pos := range at {
		p.pos(pos)
	}
}

func (p *printer) close() { p.WriteByte(')') }

func (p *printer) word(word string) {
	p.WriteByte(' ')
	p.WriteString(word)
}

func (p *printer) name(name *ast.Ident) {
	p.WriteByte(' ')
	p.WriteString(name.Name)
	p.pos(name.Pos())
}

func (p *printer) function(f *ast.FuncDecl) {
	p.open("function", f.Pos(), f.End())
	p.name(f.Name)
	p.list("recv", f.Recv)
	p.signature(f.Type)
	if f.Body != nil {
		p.block(f.Body)
	}
	p.close()
}

func (p *printer) spec(s spec) {
	switch node := s.Spec.(type) {
	case *ast.ImportSpec:
		p.open("import", node.Pos())
		if node.Name != nil {
			p.word(node.Name.Name)
		}
		path, _ := strconv.Unquote(node.Path.Value)
		p.word(path)
		p.close()
	case *ast.ValueSpec:
		p.open(s.tok.String(), node.Pos(), node.End())
		if s.tok == token.CONST {
			p.word(strconv.Itoa(s.iota))
		}
		for _, name := range node.Names {
			p.name(name)
		}
		p.optional(s.typ)
		p.exprs(s.values)
		p.close()
	case *ast.TypeSpec:
		p.open("type", node.Pos(), node.End())
		p.name(node.Name)
		if node.Assign.IsValid() {
			p.word("=")
		}
		p.list("params", node.TypeParams)
		p.expr(node.Type)
		p.close()
	}
}

func (p *printer) signature(t *ast.FuncType) {
	p.list("params", t.TypeParams)
	p.list("params", t.Params)
	p.list("params", t.Results)
}

// list prints the entries of a parameter list, one by one for grouped names.
func (p *printer) list(kind string, fields *ast.FieldList) {
	p.open(kind)
	if fields != nil {
		for _, field := range fields.List {
			for _, name := range field.Names {
				p.open("p")
				p.name(name)
				p.parameter(field.Type)
				p.close()
			}
			if len(field.Names) == 0 {
				p.open("p")
				p.parameter(field.Type)
				p.close()
			}
		}
	}
	p.close()
}

func (p *printer) parameter(t ast.Expr) {
	if variadic, ok := t.(*ast.Ellipsis); ok {
		p.word("...")
		t = variadic.Elt
	}
	p.expr(t)
}

func (p *printer) optional(x ast.Expr) {
	if x == nil {
		p.word("-")
	} else {
		p.expr(x)
	}
}

func (p *printer) exprs(list []ast.Expr) {
	p.open("")
	for _, x := range list {
		p.expr(x)
	}
	p.close()
}
