package main

import (
	"fmt"
	"go/ast"
)

func (p *printer) expr(x ast.Expr) {
	switch x := x.(type) {
	case *ast.ParenExpr:
		p.expr(x.X)
	case *ast.Ident:
		p.name(x)
	case *ast.BasicLit:
		p.open("literal", x.Pos(), x.End())
		p.close()
	case *ast.SelectorExpr:
		p.open("selector", x.Sel.Pos())
		p.expr(x.X)
		p.word(x.Sel.Name)
		p.close()
	case *ast.IndexExpr:
		p.open("index", x.Lbrack)
		p.expr(x.X)
		p.exprs([]ast.Expr{x.Index})
		p.close()
	case *ast.IndexListExpr:
		p.open("index", x.Lbrack)
		p.expr(x.X)
		p.exprs(x.Indices)
		p.close()
	case *ast.SliceExpr:
		p.open("slice")
		p.expr(x.X)
		for _, bound := range []ast.Expr{x.Low, x.High, x.Max} {
			if bound != nil {
				p.expr(bound)
			}
		}
		p.close()
	case *ast.StarExpr:
		p.open("star", x.Pos())
		p.expr(x.X)
		p.close()
	case *ast.UnaryExpr:
		p.open("unary", x.Pos())
		p.word(x.Op.String())
		p.expr(x.X)
		p.close()
	case *ast.BinaryExpr:
		p.binary(x)
	case *ast.CallExpr:
		p.open("call", x.Lparen, x.End())
		p.expr(x.Fun)
		p.exprs(x.Args)
		if x.Ellipsis.IsValid() {
			p.word("...")
		}
		p.close()
	case *ast.TypeAssertExpr:
		p.open("assert")
		p.expr(x.X)
		p.optional(x.Type)
		p.close()
	case *ast.CompositeLit:
		p.composite(x)
	case *ast.FuncLit:
		p.open("closure", x.Pos(), x.End())
		p.signature(x.Type)
		p.block(x.Body)
		p.close()
	default:
		p.typeExpr(x)
	}
}

func (p *printer) binary(x *ast.BinaryExpr) {
	operands := 1
	for left := ast.Expr(x); ; {
		if paren, ok := left.(*ast.ParenExpr); ok {
			left = paren.X
			continue
		}
		inner, ok := left.(*ast.BinaryExpr)
		if !ok {
			break
		}
		operands++
		left = inner.X
	}
	if operands > longChain {
		p.long = true
		return
	}
	p.open("binary")
	p.expr(x.X)
	p.word(x.Op.String())
	p.expr(x.Y)
	p.close()
}

func (p *printer) composite(x *ast.CompositeLit) {
	if len(x.Elts) > largeTable {
		p.long = true
		return
	}
	p.open("composite", x.Lbrace, x.End())
	p.optional(x.Type)
	for _, element := range x.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			p.open("pair")
			p.expr(pair.Key)
			p.expr(pair.Value)
			p.close()
		} else {
			p.expr(element)
		}
	}
	p.close()
}

func (p *printer) typeExpr(x ast.Expr) {
	switch x := x.(type) {
	case *ast.ArrayType:
		p.open("array", x.Pos())
		switch length := x.Len.(type) {
		case nil:
			p.word("slice")
		case *ast.Ellipsis:
			p.word("...")
		default:
			p.expr(length)
		}
		p.expr(x.Elt)
		p.close()
	case *ast.MapType:
		p.open("map", x.Pos())
		p.expr(x.Key)
		p.expr(x.Value)
		p.close()
	case *ast.ChanType:
		p.open("chan", x.Pos())
		p.word(map[ast.ChanDir]string{ast.SEND: "send", ast.RECV: "recv", ast.SEND | ast.RECV: "both"}[x.Dir])
		p.expr(x.Value)
		p.close()
	case *ast.FuncType:
		p.open("func", x.Pos())
		p.signature(x)
		p.close()
	case *ast.StructType:
		p.structType(x)
	case *ast.InterfaceType:
		p.interfaceType(x)
	default:
		panic(fmt.Sprintf("unexpected %T", x))
	}
}

func (p *printer) structType(x *ast.StructType) {
	p.open("struct", x.Pos(), x.End())
	for _, field := range x.Fields.List {
		tag := "-"
		if field.Tag != nil {
			tag = fmt.Sprintf("%q", field.Tag.Value)
		}
		for _, name := range field.Names {
			p.open("field", name.Pos())
			p.word(name.Name)
			p.expr(field.Type)
			p.word(tag)
			p.close()
		}
		if len(field.Names) == 0 {
			p.open("embedded", field.Pos())
			p.word(embeddedName(field.Type))
			p.expr(field.Type)
			p.word(tag)
			p.close()
		}
	}
	p.close()
}

func embeddedName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.StarExpr:
		return embeddedName(x.X)
	case *ast.IndexExpr:
		return embeddedName(x.X)
	case *ast.IndexListExpr:
		return embeddedName(x.X)
	}
	return "?"
}

func (p *printer) interfaceType(x *ast.InterfaceType) {
	p.open("interface", x.Pos(), x.End())
	for _, field := range x.Methods.List {
		for _, name := range field.Names {
			p.open("method", name.Pos())
			p.word(name.Name)
			p.signature(field.Type.(*ast.FuncType))
			p.close()
		}
	}
	for _, field := range x.Methods.List {
		if len(field.Names) == 0 {
			p.expr(field.Type)
		}
	}
	p.close()
}
