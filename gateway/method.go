package gateway

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

const (
	keyArgs   = "args"
	keyKwargs = "kwargs"
	keyResult = "result"
)

func (g *Gateway) callMethod(w http.ResponseWriter, r *http.Request) error {
	t, name, err := g.changing(r, "method")
	if err != nil {
		return err
	}
	m, err := modeOf(r)
	if err != nil {
		return err
	}
	wait, err := g.waitOf(r)
	if err != nil {
		return err
	}
	args, d, err := callArguments(r, t, m)
	if err != nil {
		return err
	}
	if !g.futures.hasRoom(infoOf(r).key) {
		return &problem{Type: problemFutures, Status: http.StatusTooManyRequests, RetryAfter: retryAfter}
	}
	var future *object.Future
	err = t.ask(r, func(ctx context.Context, proxy *goagent.Proxy) (err error) {
		future, err = proxy.Start(ctx, name, args...)
		return err
	})
	if err != nil {
		return withStatus(d.unread(err), callStatus(name))
	}
	if !g.awaitFuture(r, future, wait) {
		return g.keepFuture(w, r, t, future)
	}
	result, err := future.Result()
	if err != nil {
		return err
	}
	return g.writeValue(w, r, m, keyResult, result)
}

// callArguments returns the arguments of a body {"args": [...], "kwargs": {...}}.
func callArguments(r *http.Request, t *target, m mode) ([]any, *document, error) {
	d, err := readDocument(r, t, m, keyArgs, keyKwargs)
	if err != nil {
		return nil, nil, err
	}
	args, err := d.positional()
	if err != nil {
		return nil, nil, err
	}
	kwargs, err := d.keywords()
	if err != nil || kwargs == nil {
		return args, d, err
	}
	return append(args, object.KwargsOf(kwargs)), d, nil
}

func (d *document) positional() ([]any, error) {
	value, given, err := d.value(keyArgs)
	if err != nil || !given {
		return nil, err
	}
	switch v := value.(type) {
	case *py.List:
		return slices.Clone(v.Items), nil
	case py.Tuple:
		return slices.Clone(v), nil
	}
	return nil, badRequest(`"args" must be an array`)
}

func (d *document) keywords() (*py.Dict, error) {
	value, given, err := d.value(keyKwargs)
	if err != nil || !given {
		return nil, err
	}
	kwargs, ok := value.(*py.Dict)
	if !ok {
		return nil, badRequest(`"kwargs" must be an object`)
	}
	for key := range kwargs.All() {
		if _, ok := key.(string); !ok {
			return nil, badRequest(`the keys of "kwargs" must be strings`)
		}
	}
	return kwargs, nil
}

// callStatus returns the statuses for what is raised before a method runs.
func callStatus(name string) func(e *pyerr.RemoteError) (int, string) {
	return func(e *pyerr.RemoteError) (int, string) {
		switch {
		case isMissing(e, name), isMissing(e, "__call__"):
			return http.StatusNotFound, ""
		case errors.Is(e, pyerr.TypeError) && strings.Contains(e.Message, name+"() ") && bindingError.MatchString(e.Message):
			return http.StatusUnprocessableEntity, ""
		}
		return 0, ""
	}
}
