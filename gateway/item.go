package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/arrays"
)

// itemKey returns the key in the path of a request: a slice such as 0:1000:10, tagged JSON where it
// is JSON, else the text itself as a str. Keys name no classes, whatever the target: reading an
// item is for everybody.
func itemKey(r *http.Request, limits Limits) (any, error) {
	text := r.PathValue("key")
	if key, ok := arrays.ParseSlice(text); ok {
		return key, nil
	}
	options := limits.reading(r.Context())
	tree, err := tagged.Parse([]byte(text), options...)
	if errors.Is(err, tagged.ErrSyntax) {
		return text, nil // what is no JSON is the key itself
	}
	if err != nil {
		return nil, badValue(err)
	}
	key, err := tagged.FromTree(tree, options...)
	if err != nil {
		return nil, badValue(err)
	}
	return key, nil
}

// itemStatus returns the statuses for what the items of an attribute raise.
func itemStatus(name string) func(e *pyerr.RemoteError) (int, string) {
	return func(e *pyerr.RemoteError) (int, string) {
		switch {
		case isMissing(e, name), errors.Is(e, pyerr.LookupError):
			return http.StatusNotFound, ""
		case errors.Is(e, pyerr.AttributeError) && strings.Contains(e.Message, "item__'"):
			return http.StatusConflict, "" // it has no items, or none that can be set
		case errors.Is(e, pyerr.TypeError), errors.Is(e, pyerr.ValueError):
			return http.StatusUnprocessableEntity, ""
		}
		return 0, ""
	}
}

func (g *Gateway) getItem(w http.ResponseWriter, r *http.Request) error {
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
	key, err := itemKey(r, t.limits)
	if err != nil {
		return err
	}
	var value any
	err = t.ask(r, func(ctx context.Context, proxy *goagent.Proxy) error {
		err := proxy.Item(ctx, &value, name, key, options...)
		if hasNoItems(err) {
			return partOf(ctx, proxy, &value, name, key, err, options)
		}
		return err
	})
	if err != nil {
		return withStatus(err, itemStatus(name))
	}
	return g.writeValue(w, r, m, keyValue, value)
}

// hasNoItems reports whether an attribute has no items at the target.
func hasNoItems(err error) bool {
	return errors.Is(err, pyerr.AttributeError) && strings.Contains(err.Error(), "__getitem__'")
}

// partOf takes an item from the whole of an array or a sequence whose items a target does not hand
// out, as one in Go does not. Any other value fails as before.
func partOf(ctx context.Context, proxy *goagent.Proxy, part *any, name string, key any, before error, options []goagent.GetOption) error {
	var value any
	if err := proxy.Get(ctx, &value, name, options...); err != nil {
		return before
	}
	a, ok := arrays.Of(value)
	if !ok {
		item, err := object.ItemOf(value, key)
		if hasNoItems(err) {
			return before
		}
		*part = item
		return raised(err)
	}
	taken, err := arrays.Index(a, key)
	if err != nil {
		return raised(err)
	}
	*part, err = taken.MarshalPython()
	return err
}

// raised returns an exception of the gateway's own as one that the target has raised.
func raised(err error) error {
	if err == nil {
		return nil
	}
	if remote, ok := pyerr.Parse(pyerr.Reduce(err, pyerr.Version{})); ok {
		return remote
	}
	return err
}

func (g *Gateway) putItem(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.changing(r, "attribute")
	if err != nil {
		return err
	}
	value, d, err := bodyValue(r, t)
	if err != nil {
		return err
	}
	if err := t.exec(r, nil, name, "__setitem__", value); err != nil {
		return d.unread(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (g *Gateway) deleteItem(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.changing(r, "attribute")
	if err != nil {
		return err
	}
	if err := t.exec(r, nil, name, "__delitem__"); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// exec calls a method of an attribute with the key of the request and further arguments.
func (t *target) exec(r *http.Request, result any, name, method string, args ...any) error {
	key, err := itemKey(r, t.limits)
	if err != nil {
		return err
	}
	args = append([]any{key}, args...)
	err = t.ask(r, func(ctx context.Context, proxy *goagent.Proxy) error {
		return proxy.Exec(ctx, result, name, method, args...)
	})
	return withStatus(err, itemStatus(name))
}
