package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// listedPackage is what we need of a package in the output of go list.
type listedPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string
	DepOnly    bool
	Standard   bool
	Module     *struct{ GoVersion string }
	Error      *struct{ Err string }
}

// list asks the go command for the packages and everything they depend on, dependencies first.
// Profiles are off, for they make variants of packages. Nothing is built: packages are type-checked from source, so that a package that does not
// link, or uses cgo without a C compiler, is read all the same.
func list(directory string, patterns []string) ([]*listedPackage, error) {
	arguments := append([]string{"list", "-e", "-deps", "-pgo=off",
		"-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,DepOnly,Standard,Module,Error", "--"}, patterns...)
	command := exec.Command("go", arguments...)
	command.Dir = directory
	command.Env = append(os.Environ(), "PWD="+directory)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	var listed []*listedPackage
	decoder := json.NewDecoder(stdout)
	for {
		meta := new(listedPackage)
		if err := decoder.Decode(meta); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("output of go list: %w", err)
		}
		listed = append(listed, meta)
	}
	if err := command.Wait(); err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return listed, nil
}

// checked is one type-checked package.
type checked struct {
	path  string
	fset  *token.FileSet
	files []*ast.File
	types *types.Package
	info  *types.Info
}

// loader type-checks packages in dependency order and keeps their types.
type loader struct {
	fset     *token.FileSet
	packages map[string]*types.Package
	names    fieldNames
	emit     *emitter
}

func newLoader(emit *emitter) *loader {
	return &loader{
		fset:     token.NewFileSet(),
		packages: map[string]*types.Package{"unsafe": types.Unsafe},
		names:    fieldNames{},
		emit:     emit,
	}
}

// check parses and checks one package, function bodies only where they are wanted.
// It returns nil when there is nothing to check; errors are records, not failures.
func (l *loader) check(meta *listedPackage) *checked {
	if meta.ImportPath == "unsafe" {
		return nil
	}
	if meta.Error != nil {
		l.failed(meta, meta.Error.Err, false)
	}
	files := l.parse(meta)
	if len(files) == 0 {
		return nil
	}
	config := types.Config{
		Importer:         mappedImporter{l.packages, meta.ImportMap},
		Sizes:            types.SizesFor("gc", runtime.GOARCH),
		FakeImportC:      true,
		IgnoreFuncBodies: meta.DepOnly,
		Error: func(err error) {
			l.failed(meta, err.Error(), len(meta.CgoFiles) > 0 && !strings.Contains(err.Error(), "could not import"))
		},
	}
	if meta.Module != nil && meta.Module.GoVersion != "" && !meta.Standard {
		config.GoVersion = "go" + meta.Module.GoVersion
	}
	info := &types.Info{}
	if !meta.DepOnly {
		info = &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
	}
	// The error is the first of those already reported; the package is usable as far as it goes.
	pkg, _ := config.Check(meta.ImportPath, l.fset, files, info)
	l.packages[meta.ImportPath] = pkg
	if meta.DepOnly {
		l.names.addScope(pkg)
	}
	return &checked{path: meta.ImportPath, fset: l.fset, files: files, types: pkg, info: info}
}

func (l *loader) parse(meta *listedPackage) []*ast.File {
	var files []*ast.File
	for _, names := range [][]string{meta.GoFiles, meta.CgoFiles} {
		for _, name := range names {
			file, err := parser.ParseFile(l.fset, filepath.Join(meta.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				l.failed(meta, err.Error(), false)
			}
			if file != nil {
				files = append(files, file)
			}
		}
	}
	return files
}

// failed records an error. Types that come from C are not known, so what is built on them does not
// check; such errors are marked, for they cost little of the package.
func (l *loader) failed(meta *listedPackage, message string, cgo bool) {
	l.emit.record(errorRecord{Record: "error", Package: meta.ImportPath, Message: message, Cgo: cgo})
}

// mappedImporter finds imports among the packages already checked, by the go command's import map
// (vendored packages have another path than the one that is written).
type mappedImporter struct {
	packages map[string]*types.Package
	paths    map[string]string
}

func (m mappedImporter) Import(path string) (*types.Package, error) {
	if mapped, ok := m.paths[path]; ok {
		path = mapped
	}
	if pkg := m.packages[path]; pkg != nil {
		return pkg, nil
	}
	return nil, fmt.Errorf("package %s is not available", path)
}
