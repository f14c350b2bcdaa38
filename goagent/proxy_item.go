package goagent

import (
	"context"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// lookItem reads an item of an attribute of a server of the original, as look reads an attribute:
// it takes the item from the attribute's repr. It never asks the server for the item itself, such
// as a part of a list: a repr may not show all of an item, and the attribute may change in between.
// Missing keys raise Python's exceptions.
func (p *Proxy) lookItem(ctx context.Context, name string, key any) (any, error) {
	container, err := p.look(ctx, name)
	if err != nil {
		return nil, err
	}
	if o, ok := container.(*py.Object); ok && hasSafeItems(o) {
		return p.handle(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: psmessage.DunderGetItem, Args: py.Tuple{key}})
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
