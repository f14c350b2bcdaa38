package gateway

import (
	"context"
	"errors"
	"mime"
	"net/http"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/internal/errtext"
)

const keyValue = "value" // of documents about an attribute or an item

func (g *Gateway) getAttribute(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.memberOf(r, "attribute")
	if err != nil {
		return err
	}
	m, err := modeOf(r)
	if err != nil {
		return err
	}
	options, err := insistence(r, t)
	if err != nil {
		return err
	}
	var value any
	err = t.ask(r, func(ctx context.Context, proxy *goagent.Proxy) error { return proxy.Get(ctx, &value, name, options...) })
	if err != nil {
		return withStatus(err, func(e *pyerr.RemoteError) (int, string) {
			if isMissing(e, name) {
				return http.StatusNotFound, ""
			}
			return 0, ""
		})
	}
	return g.writeValue(w, r, m, keyValue, value)
}

func (g *Gateway) putAttribute(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.changing(r, "attribute")
	if err != nil {
		return err
	}
	value, d, err := bodyValue(r, t)
	if err != nil {
		return err
	}
	err = t.ask(r, func(ctx context.Context, proxy *goagent.Proxy) error { return proxy.Set(ctx, name, value) })
	if err != nil {
		return withStatus(d.unread(err), func(e *pyerr.RemoteError) (int, string) { return refusedValue(e, name) })
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// refusedValue returns the status for what a setter raises, and the methods that are allowed
// instead.
func refusedValue(e *pyerr.RemoteError, name string) (int, string) {
	switch {
	case isMissing(e, name):
		return http.StatusNotFound, ""
	case errors.Is(e, pyerr.AttributeError) && notSettable.MatchString(e.Message):
		return http.StatusMethodNotAllowed, http.MethodGet
	case errors.Is(e, pyerr.TypeError), errors.Is(e, pyerr.ValueError):
		return http.StatusUnprocessableEntity, ""
	}
	return 0, ""
}

// bodyValue returns the value of a body {"value": ...}, or the array that a body in numpy's file
// format is.
func bodyValue(r *http.Request, t *target) (any, *document, error) {
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && typ == arrays.NPYType {
		a, err := arrays.ReadNPY(r.Body, t.limits.Body)
		if wrong, ok := errors.AsType[*arrays.NPYError](err); ok {
			return nil, nil, badRequest(errtext.Bare(wrong.Error()))
		}
		if err != nil {
			return nil, nil, unreadable(err)
		}
		value, err := a.MarshalPython()
		return value, &document{reader: tagged.NewReader()}, err
	}
	m, err := modeOf(r)
	if err != nil {
		return nil, nil, err
	}
	d, err := readDocument(r, t, m, keyValue)
	if err != nil {
		return nil, nil, err
	}
	value, ok, err := d.value(keyValue)
	if err == nil && !ok {
		err = badRequest(`the body must have a "value"`)
	}
	return value, d, err
}
