package main

import (
	"fmt"
	"go/ast"
	"go/token"
)

func (p *printer) block(b *ast.BlockStmt) {
	p.open("block", b.Pos(), b.End())
	p.stmts(b.List)
	p.close()
}

func (p *printer) stmts(list []ast.Stmt) {
	for _, s := range list {
		if _, empty := s.(*ast.EmptyStmt); !empty {
			p.stmt(s)
		}
	}
}

func (p *printer) optionalStmt(s ast.Stmt) {
	if s == nil {
		p.word("-")
	} else {
		p.stmt(s)
	}
}

func (p *printer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		p.block(s)
	case *ast.ExprStmt:
		p.open("do")
		p.expr(s.X)
		p.close()
	case *ast.AssignStmt:
		p.open("assign", s.TokPos)
		p.exprs(s.Lhs)
		p.word(s.Tok.String())
		p.exprs(s.Rhs)
		p.close()
	case *ast.IncDecStmt:
		p.open("step", s.End())
		p.word(s.Tok.String())
		p.expr(s.X)
		p.close()
	case *ast.SendStmt:
		p.open("send")
		p.expr(s.Chan)
		p.expr(s.Value)
		p.close()
	case *ast.GoStmt:
		p.open("go", s.Pos(), s.End())
		p.expr(s.Call)
		p.close()
	case *ast.DeferStmt:
		p.open("defer", s.Pos(), s.End())
		p.expr(s.Call)
		p.close()
	case *ast.ReturnStmt:
		p.open("return", s.Pos())
		p.exprs(s.Results)
		p.close()
	case *ast.BranchStmt:
		p.open(s.Tok.String(), s.Pos())
		if s.Label != nil {
			p.word(s.Label.Name)
		}
		p.close()
	case *ast.LabeledStmt:
		p.open("label", s.Pos())
		p.word(s.Label.Name)
		if _, empty := s.Stmt.(*ast.EmptyStmt); !empty {
			p.stmt(s.Stmt)
		}
		p.close()
	case *ast.DeclStmt:
		for _, spec := range specs(s.Decl.(*ast.GenDecl)) {
			p.spec(spec)
		}
	default:
		p.compound(s)
	}
}

func (p *printer) compound(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.IfStmt:
		p.open("if", s.Pos(), s.End())
		p.optionalStmt(s.Init)
		p.expr(s.Cond)
		p.block(s.Body)
		p.optionalStmt(s.Else)
		p.close()
	case *ast.ForStmt:
		p.open("for", s.Pos(), s.End())
		p.optionalStmt(s.Init)
		p.optional(s.Cond)
		p.optionalStmt(s.Post)
		p.block(s.Body)
		p.close()
	case *ast.RangeStmt:
		p.open("range", s.Pos(), s.End())
		p.optional(s.Key)
		p.optional(s.Value)
		if s.Tok == token.DEFINE {
			p.word(":=")
		}
		p.expr(s.X)
		p.block(s.Body)
		p.close()
	case *ast.SwitchStmt:
		p.open("switch", s.Pos(), s.End())
		p.optionalStmt(s.Init)
		p.optional(s.Tag)
		p.cases(s.Body)
		p.close()
	case *ast.TypeSwitchStmt:
		p.typeSwitch(s)
	case *ast.SelectStmt:
		p.open("select", s.Pos(), s.End())
		for _, clause := range s.Body.List {
			clause := clause.(*ast.CommClause)
			p.open("comm", clause.Pos())
			p.optionalStmt(clause.Comm)
			p.stmts(clause.Body)
			p.close()
		}
		p.close()
	default:
		panic(fmt.Sprintf("unexpected %T", s))
	}
}

func (p *printer) typeSwitch(s *ast.TypeSwitchStmt) {
	p.open("typeswitch", s.Pos(), s.End())
	p.optionalStmt(s.Init)
	guard := ast.Expr(nil)
	switch assign := s.Assign.(type) {
	case *ast.AssignStmt:
		p.expr(assign.Lhs[0])
		guard = assign.Rhs[0]
	case *ast.ExprStmt:
		guard = assign.X
	}
	p.expr(guard.(*ast.TypeAssertExpr).X)
	p.cases(s.Body)
	p.close()
}

func (p *printer) cases(body *ast.BlockStmt) {
	for _, clause := range body.List {
		clause := clause.(*ast.CaseClause)
		p.open("case", clause.Pos())
		p.exprs(clause.List)
		p.stmts(clause.Body)
		p.close()
	}
}
