package gateway

import "net/http"

// pageHeaders has browsers load nothing for the page but what comes from here.
func pageHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(&pageResponse{ResponseWriter: w}, r)
	})
}

// pageResponse says by a problem that there is no such file.
type pageResponse struct {
	http.ResponseWriter
	missing bool
}

// WriteHeader answers a 404 itself.
func (w *pageResponse) WriteHeader(status int) {
	if status == http.StatusNotFound {
		w.missing = true
		(&problem{Type: problemNotFound, Status: status}).write(w.ResponseWriter)
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write drops the text of a 404.
func (w *pageResponse) Write(b []byte) (int, error) {
	if w.missing {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}
