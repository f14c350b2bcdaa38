package goagent

import (
	"context"
	"strings"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// lookItem reads an item of an attribute of a server of the original, as look reads an attribute:
// the item of what the repr says. The server is never asked for what else may be under the key,
// such as the part of a list: what a repr says of an item may not be all of it, and the attribute
// may be another one the next time. The exceptions for keys that are not there are those of Python.
func (p *Proxy) lookItem(ctx context.Context, name string, key any) (any, error) {
	container, err := p.look(ctx, name)
	if err != nil {
		return nil, err
	}
	if o, ok := container.(*py.Object); ok && hasSafeItems(o) {
		return p.handle(ctx, &Call{Action: actionExec, Name: name, Method: dunderGetItem, Args: py.Tuple{key}})
	}
	item, err := object.ItemOf(container, key)
	if err == nil {
		return item, nil
	}
	if remote, ok := pyerr.Parse(pyerr.Reduce(err, pyerr.Version{})); ok {
		return nil, remote
	}
	return nil, err
}

// hasSafeItems reports whether an object has items that can all be sent: a range, or an array of
// numpy, which has been sent itself.
func hasSafeItems(o *py.Object) bool {
	class := o.Class()
	return class == py.Class{Module: "builtins", Name: "range"} || strings.HasPrefix(class.Module, "numpy")
}
