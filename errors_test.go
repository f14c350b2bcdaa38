package pizco_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// otherWords are the types whose texts do not begin with the name of their package, and why.
var otherWords = map[string]string{
	"pyerr.RemoteError": "the text is the last line of Python's traceback",
	"pyerr.Error":       "the text is the last line of Python's traceback",
	"pyerr.Class":       "the text is the name of Python's class",
	"wire.Error":        "the text begins with that of its kind, one of the errors of the package",
}

// TestErrorsNameTheirPackage holds that the exported errors of the library and the gateway begin
// with the name of their package, such as "pizco/wire: ": variables by the text that they are made
// of, types by a text in their method Error.
func TestErrorsNameTheirPackage(t *testing.T) {
	variables, types := 0, 0
	for _, root := range []string{"gateway", "goagent", "jsonser", "pickle", "py", "wire"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() && entry.Name() == "internal" {
				return fs.SkipDir // its errors are reasons that the errors of others hold
			}
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			prefix := "pizco/" + file.Name.Name + ": "
			for _, declaration := range file.Decls {
				switch d := declaration.(type) {
				case *ast.GenDecl:
					for name, texts := range errorVariables(d, file.Name.Name) {
						variables++
						if !begins(texts, prefix) {
							t.Errorf("%s: %s does not begin with %q", path, name, prefix)
						}
					}
				case *ast.FuncDecl:
					name := errorType(d)
					if name == "" || otherWords[file.Name.Name+"."+name] != "" {
						continue
					}
					types++
					if !begins(textsIn(d.Body, file.Name.Name), prefix) {
						t.Errorf("%s: the text of %s does not begin with %q", path, name, prefix)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if variables < 20 || types < 20 {
		t.Errorf("%d variables and %d types were looked at, fewer than there are", variables, types)
	}
}

// errorVariables returns the texts that the exported error variables of a declaration are made of.
func errorVariables(d *ast.GenDecl, pkg string) map[string][]string {
	found := map[string][]string{}
	for _, spec := range d.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for i, name := range value.Names {
			if !strings.HasPrefix(name.Name, "Err") || i >= len(value.Values) {
				continue
			}
			if _, made := value.Values[i].(*ast.CallExpr); made {
				found[name.Name] = textsIn(value.Values[i], pkg)
			}
		}
	}
	return found
}

// errorType returns the exported type whose method Error a function is, or nothing.
func errorType(d *ast.FuncDecl) string {
	if d.Name.Name != "Error" || d.Recv == nil || d.Body == nil {
		return ""
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if name, ok := receiver.(*ast.Ident); ok && name.IsExported() {
		return name.Name
	}
	return ""
}

// prefixes are the packages with a constant of that name, and its text.
var prefixes = map[string]string{"pickle": "pizco/pickle: ", "tagged": "pizco/tagged: "}

// textsIn returns the texts in a piece of a package's source, its constant prefix among them.
func textsIn(node ast.Node, pkg string) []string {
	var texts []string
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				texts = append(texts, text)
			}
		case *ast.Ident:
			if n.Name == "prefix" {
				texts = append(texts, prefixes[pkg])
			}
		}
		return true
	})
	return texts
}

func begins(texts []string, prefix string) bool {
	for _, text := range texts {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
