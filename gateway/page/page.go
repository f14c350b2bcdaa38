// Package page is the gateway's web page: static files that are part of the program, without a
// build step and without anything from outside.
//
// index.html is the frame; the modules in static/page fill it: app.js the targets and the object
// that is shown, attributes.js, methods.js and signals.js its members. literal.js writes what is
// typed in Python's syntax as tagged JSON, and summary.js shows what the gateway says of values and
// arrays. repr.js shows tagged JSON as Python would, and json.js reads JSON without losing what
// JavaScript has no numbers for. The token is kept in the tab's session storage.
package page

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed static
var files embed.FS

// Handler serves the page at / and its files below /page/.
func Handler() http.Handler {
	static, err := fs.Sub(files, "static")
	if err != nil {
		return http.NotFoundHandler() // does not happen: "static" is a valid path
	}
	serve := http.FileServerFS(static)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" && strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // and no list of the files
			return
		}
		serve.ServeHTTP(w, r)
	})
}
