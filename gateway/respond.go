package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

const jsonType = "application/json"

// mode is how values are written.
type mode string

const (
	modeTagged mode = "tagged"
	modePlain  mode = "plain"
	// modeSummary is for people: what can be shown of a value of any size.
	modeSummary mode = "summary"
	// modeCSV and modeNPY are a table and numpy's file format.
	modeCSV mode = "csv"
	modeNPY mode = "npy"
)

// modeOf returns the mode that a request asks for: by its query, else by the media type that it
// accepts.
func modeOf(r *http.Request) (mode, error) {
	text, given := queryValue(r, "mode")
	if !given {
		text = acceptedMode(r.Header.Values("Accept"))
	}
	switch m := mode(text); {
	case m == modeTagged, m == modePlain, m == modeSummary, m == modeCSV, m == modeNPY:
		return m, nil
	case m == "" && !given:
		return modeTagged, nil
	}
	return "", badRequest("the mode is not tagged, plain, summary, csv or npy")
}

// jsonModeOf is modeOf where there is only JSON.
func jsonModeOf(r *http.Request) (mode, error) {
	m, err := modeOf(r)
	if err == nil && (m == modeCSV || m == modeNPY) {
		if _, given := queryValue(r, "mode"); !given {
			return modeTagged, nil // what is accepted is a wish
		}
		err = badRequest("the mode is not tagged, plain or summary")
	}
	return m, err
}

// queryValue returns a parameter of the query, and whether it is there: one that is empty is not
// taken for one that is left out.
func queryValue(r *http.Request, name string) (value string, given bool) {
	values, given := r.URL.Query()[name]
	if !given {
		return "", false
	}
	return values[0], true
}

// greatestPlain bounds the text of a value in plain JSON, in bytes. A value that holds another one
// many times is written out there, and takes work and memory far beyond its size.
const greatestPlain = 64 << 20

// encode writes a value of a target as JSON in the mode, as long as the client waits for it.
func (g *Gateway) encode(ctx context.Context, m mode, v any) (json.RawMessage, error) {
	write, most := tagged.Encode, g.config.Limits.Result
	switch m {
	case modePlain:
		write, most = tagged.Plain, min(most, greatestPlain)
	case modeSummary:
		return summarize(ctx, v)
	}
	out, err := write(v, tagged.WithMaxOutput(most), tagged.WithMaxMemory(g.config.Limits.Memory), tagged.WithStop(ctx.Err))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &unencodableError{err}
	}
	return out, nil
}

// reading returns the options for reading a value of a client: the limits, and an end of the work
// when the client leaves.
func (l *Limits) reading(ctx context.Context) []tagged.Option {
	return []tagged.Option{tagged.WithMaxMemory(l.Memory / 2), tagged.WithStop(ctx.Err)}
}

// unencodableError reports a value of the target that cannot be written as JSON.
type unencodableError struct{ err error }

func (e *unencodableError) Error() string { return e.err.Error() }
func (e *unencodableError) Unwrap() error { return e.err }

// writeJSON answers with a document.
func (g *Gateway) writeJSON(w http.ResponseWriter, r *http.Request, status int, document any) error {
	body, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return g.writeBody(w, r, status, jsonType, append(body, '\n'))
}

// writeBody answers with a small document.
func writeBody(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has left has no use for it
}

// writeValue answers with an object that has a value of the target under a key, or with the value
// alone in a mode that is not JSON.
//
// Room for the answer, by an estimate, is taken before it is written as JSON: answers that wait for
// room hold the value only.
func (g *Gateway) writeValue(w http.ResponseWriter, r *http.Request, m mode, key string, v any) error {
	size := int64(0) // of a summary, which is small whatever the value
	if m != modeSummary {
		size = min(sizeOfValue(v, g.config.Limits.Result), g.config.Limits.Result)
	}
	entry, err := g.roomFor(w, r, size)
	if err != nil {
		return err
	}
	defer g.answers.end(entry)
	switch m {
	case modeCSV, modeNPY:
		body, contentType, err := g.encodeTable(r.Context(), m, v)
		if err == nil {
			entry.write(w, http.StatusOK, contentType, body)
		}
		return err
	}
	value, err := g.encode(r.Context(), m, v)
	if err != nil {
		return err
	}
	body := make([]byte, 0, len(value)+len(key)+8)
	body = append(append(append(append(body, `{"`...), key...), `": `...), value...)
	entry.write(w, http.StatusOK, jsonType, append(body, "}\n"...))
	return nil
}

// document is the body of a request: an object with known keys whose parts are values for the
// target.
type document struct {
	plain  bool
	fields *py.Dict
	reader *tagged.Reader
}

// readDocument reads the body of a request, which must be an object with no other keys than these.
// An empty body is an empty object.
func readDocument(r *http.Request, t *target, m mode, keys ...string) (*document, error) {
	options := append(t.limits.reading(r.Context()), tagged.WithClasses(t.config.classes()...))
	d := &document{plain: m == modePlain, fields: &py.Dict{}, reader: tagged.NewReader(options...)}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unreadable(err)
	}
	if len(body) == 0 {
		return d, nil
	}
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || typ != jsonType {
		return nil, &problem{Type: problemMediaType, Status: http.StatusUnsupportedMediaType, Detail: "the body must be application/json"}
	}
	tree, err := tagged.Parse(body, options...)
	if err != nil {
		return nil, badValue(err)
	}
	fields, ok := tree.(*py.Dict)
	if !ok {
		return nil, badRequest("the body must be a JSON object")
	}
	for key := range fields.All() {
		if !contains(keys, key) {
			return nil, badRequest("the body has a key other than " + strings.Join(keys, ", "))
		}
	}
	d.fields = fields
	return d, nil
}

// unreadable returns the problem with a body that could not be read.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	var known *problem
	switch {
	case errors.As(err, &tooLarge), errors.As(err, &known):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &problem{Type: problemSlow, Status: http.StatusRequestTimeout, Detail: "the body did not come in time"}
	}
	return badRequest("the body could not be read")
}

func contains(keys []string, key any) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// unread blames the values for a request that the target could not read, where they name classes:
// it may not know them.
func (d *document) unread(err error) error {
	var rejected *goagent.RejectedError
	if errors.As(err, &rejected) && d.reader.NamesClasses() {
		return &problem{Type: problemUnsendable, Status: http.StatusUnprocessableEntity, Detail: "it may not know a class that the value names"}
	}
	return err
}

// value returns the value under a key, and whether there is one.
func (d *document) value(key string) (any, bool, error) {
	tree, ok := d.fields.Get(key)
	if !ok || d.plain {
		return tree, ok, nil
	}
	v, err := d.reader.Value(tree, "$."+key)
	if err != nil {
		return nil, true, badValue(err)
	}
	return v, true, nil
}
