package main

import (
	"encoding/json"
	"go/token"
	"io"
)

// place is where something is: absolute file name, line and byte column, line directives ignored.
type place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// fileRecord says that a file was compiled: absences can be claimed only about these.
type fileRecord struct {
	Record  string `json:"record"`
	File    string `json:"file"`
	Package string `json:"package"`
}

// errorRecord says that a package could not be checked completely.
type errorRecord struct {
	Record  string `json:"record"`
	Package string `json:"package"`
	Message string `json:"message"`
	Cgo     bool   `json:"cgo"`
}

// mapRecord is a package variable or struct field of map-like type.
type mapRecord struct {
	Record  string `json:"record"`
	Name    string `json:"name"`
	Role    string `json:"role"` // var, field
	Kind    string `json:"kind"` // map, sync.Map, typeparam, with a leading * for pointers
	Type    string `json:"type"`
	Package string `json:"package"`
	place
}

// operationRecord is one insert or remove. Base says what the expression names: var, field,
// local (variables and parameters of functions), call (a result), other; owner for an assignment
// that replaces a whole struct, and with it the maps that the struct may have.
type operationRecord struct {
	Record      string `json:"record"`
	Op          string `json:"op"` // insert, remove
	Form        string `json:"form"`
	Map         string `json:"map"`
	Base        string `json:"base"`
	Level       int    `json:"level"`
	Declaration *place `json:"declaration,omitempty"`
	Function    string `json:"function"`
	place
}

// functionRecord is a declared function or method, or a function literal.
type functionRecord struct {
	Record string `json:"record"`
	Name   string `json:"name"`
	place
}

// callRecord is one call. Callee is empty for calls of function values; for interface calls it
// is the interface's type and the method.
type callRecord struct {
	Record        string `json:"record"`
	Caller        string `json:"caller"`
	Callee        string `json:"callee"`
	CalleePackage string `json:"callee_package"`
	Kind          string `json:"kind"` // static, interface, value
	How           string `json:"how"`  // call, go, defer
	place
}

// emitter writes records and remembers the first error.
type emitter struct {
	encoder *json.Encoder
	err     error
}

func newEmitter(w io.Writer) *emitter {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &emitter{encoder: encoder}
}

func (e *emitter) record(value any) {
	if err := e.encoder.Encode(value); err != nil && e.err == nil {
		e.err = err
	}
}

func (e *emitter) path(pos token.Pos, fset *token.FileSet) string {
	return fset.PositionFor(pos, false).Filename
}

func placeOf(fset *token.FileSet, pos token.Pos) place {
	position := fset.PositionFor(pos, false)
	return place{position.Filename, position.Line, position.Column}
}
