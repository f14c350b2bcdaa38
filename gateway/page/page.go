// Package page is the gateway's web page: static files that are part of the program, without a build step and without anything from
// outside.
package page

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed static
var files embed.FS

// Handler serves the page at / and its files below /page/.
func Handler() http.Handler {
	static, err := fs.Sub(files, "static")
	if err != nil {
		return http.NotFoundHandler() // does not happen: "static" is a valid path
	}
	return http.FileServerFS(static)
}
