package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxColumns is the largest width of a comment line. A tab counts as one column, as gofmt's own
// position does.
const maxColumns = 100

// directive matches comments for tools, which cannot be wrapped.
var directive = regexp.MustCompile(`^//(go:|nolint|export |line |lint:|\s*(\+build|Output:|Unordered output:))`)

// checkGo reports what breaks the rules in the comments of a Go file.
func checkGo(file string, source []byte) ([]finding, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if ast.IsGenerated(parsed) {
		return nil, nil
	}
	lines := strings.Split(string(source), "\n")
	var findings []finding
	for _, group := range parsed.Comments {
		findings = append(findings, wideLines(set, file, lines, group)...)
		text := strings.Join(strings.Fields(group.Text()), " ")
		findings = append(findings, bannedIn(file, set.Position(group.Pos()).Line, text)...)
	}
	if strings.HasSuffix(file, "_test.go") {
		return findings, nil
	}
	for _, group := range exportedDocs(parsed) {
		line := set.Position(group.Pos()).Line
		for _, p := range commentParagraphs(group.Text()) {
			findings = append(findings, longSentences(file, line+p.line, p.text)...)
		}
	}
	return findings, nil
}

// wideLines reports the lines of a comment that are too wide, and stand alone on their line.
func wideLines(set *token.FileSet, file string, lines []string, group *ast.CommentGroup) []finding {
	var findings []finding
	for _, comment := range group.List {
		first := set.Position(comment.Pos()).Line
		for i := range strings.Split(comment.Text, "\n") {
			line := lines[first-1+i]
			width := utf8.RuneCountInString(line)
			if strings.HasPrefix(comment.Text, "/*") && !strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue // C code before import "C"
			}
			alone := i > 0 || strings.HasPrefix(strings.TrimSpace(line), "/")
			if width > maxColumns && alone && !directive.MatchString(comment.Text) && !single(line) {
				findings = append(findings, finding{file, first + i, columns, fmt.Sprintf("a comment of %d columns, more than %d", width, maxColumns)})
			}
		}
	}
	return findings
}

// single reports whether a comment line is one word, such as an address, or program text.
func single(line string) bool {
	text, _ := strings.CutPrefix(strings.TrimSpace(line), "//")
	return len(strings.Fields(text)) == 1 || strings.HasPrefix(text, "\t")
}

// exportedDocs returns the documentation of a package and of its exported names.
func exportedDocs(file *ast.File) []*ast.CommentGroup {
	docs := []*ast.CommentGroup{file.Doc}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && exportedReceiver(d) {
				docs = append(docs, d.Doc)
			}
		case *ast.GenDecl:
			docs = append(docs, groupDocs(d)...)
		}
	}
	n := 0
	for _, doc := range docs {
		if doc != nil {
			docs[n] = doc
			n++
		}
	}
	return docs[:n]
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	kind := f.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.IndexListExpr:
			kind = k.X
		case *ast.Ident:
			return k.IsExported()
		default:
			return false
		}
	}
}

// groupDocs returns the documentation of the exported names of a declaration.
func groupDocs(d *ast.GenDecl) []*ast.CommentGroup {
	var docs []*ast.CommentGroup
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				docs = append(docs, s.Doc)
				docs = append(docs, memberDocs(s.Type)...)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() {
					docs = append(docs, s.Doc, s.Comment)
					break
				}
			}
		}
	}
	if len(docs) > 0 {
		docs = append(docs, d.Doc)
	}
	return docs
}

// memberDocs returns the documentation of the exported fields of a struct, or of an interface's
// methods.
func memberDocs(kind ast.Expr) []*ast.CommentGroup {
	var fields *ast.FieldList
	switch k := kind.(type) {
	case *ast.StructType:
		fields = k.Fields
	case *ast.InterfaceType:
		fields = k.Methods
	default:
		return nil
	}
	var docs []*ast.CommentGroup
	for _, field := range fields.List {
		for _, name := range field.Names {
			if name.IsExported() {
				docs = append(docs, field.Doc, field.Comment)
				break
			}
		}
	}
	return docs
}

// paragraph is a piece of prose, and how many lines stand before it.
type paragraph struct {
	line int
	text string
}

// listItem matches the beginning of an item of a list in a comment or a document.
var listItem = regexp.MustCompile(`^\s*([-*+]|\d+[.)])\s+`)

// commentParagraphs cuts the text of a comment into paragraphs and items; program text is left out.
func commentParagraphs(text string) []paragraph {
	var list []paragraph
	begin := true
	inItem := false
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch item := listItem.FindString(line); {
		case trimmed == "":
			begin, inItem = true, false
		case item != "":
			list = append(list, paragraph{i, strings.TrimPrefix(line, item)})
			begin, inItem = false, true
		case !inItem && strings.HasPrefix(line, "\t"):
			begin = true
		case strings.HasPrefix(line, "# "):
			begin = true
		case begin || len(list) == 0:
			list = append(list, paragraph{i, trimmed})
			begin = false
		default:
			list[len(list)-1].text += " " + trimmed
		}
	}
	return list
}
