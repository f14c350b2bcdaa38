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
)

// modeOf returns the mode that a request asks for: by its query, else by a parameter of the media
// type that it accepts.
func modeOf(r *http.Request) (mode, error) {
	text, given := queryValue(r, "mode")
	if !given {
		text = acceptedMode(r.Header.Get("Accept"))
	}
	switch m := mode(text); {
	case m == modeTagged, m == modePlain:
		return m, nil
	case m == "" && !given:
		return modeTagged, nil
	}
	return "", badRequest("the mode is not tagged or plain")
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

func acceptedMode(accept string) string {
	for part := range strings.SplitSeq(accept, ",") {
		if typ, parameters, err := mime.ParseMediaType(part); err == nil && typ == jsonType && parameters["mode"] != "" {
			return parameters["mode"]
		}
	}
	return ""
}

// encode writes a value of a target in the mode, as long as the client waits for it.
func (g *Gateway) encode(ctx context.Context, m mode, v any) (json.RawMessage, error) {
	write := tagged.Encode
	if m == modePlain {
		write = tagged.Plain
	}
	out, err := write(v, tagged.WithMaxOutput(g.config.Limits.Result), tagged.WithMaxMemory(g.config.Limits.Memory), tagged.WithStop(ctx.Err))
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

// writeValue answers with an object that has a value of the target under a key.
//
// Room for the answer, by an estimate, is taken before it is written as JSON: answers that wait for
// room hold the value only.
func (g *Gateway) writeValue(w http.ResponseWriter, r *http.Request, m mode, key string, v any) error {
	entry, err := g.roomFor(w, r, min(sizeOfValue(v, g.config.Limits.Result), g.config.Limits.Result))
	if err != nil {
		return err
	}
	defer g.answers.end(entry)
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
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, &problem{Type: problemSlow, Status: http.StatusRequestTimeout, Detail: "the body did not come in time"}
		}
		return nil, badRequest("the body could not be read")
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
