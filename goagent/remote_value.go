package goagent

import (
	"context"
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// Remote is a reference to the object that is served at an endpoint. A Proxy and a Server of the
// dialect develop are such references as arguments, results and attributes. A parameter or a target
// of this type takes either. As an argument or a result it is a Proxy, to which peers of develop
// connect when they read it. Nothing here dials it but [Remote.Dial].
//
// A server that listens at every interface is sent by the original as "tcp://*:8000", which is no
// place to dial from another host.
type Remote struct {
	// Endpoint is where the object is served.
	Endpoint string
}

// The classes of develop whose objects are references, and the attribute that holds the endpoint.
const (
	developModule   = "pizco.clientserver"
	classProxy      = "Proxy"
	classServer     = "Server"
	remoteAttribute = "remote_rep_endpoint"
)

// RemoteOf returns the reference that a value of package py is: a Proxy or a Server of develop. It
// reports whether it is one.
func RemoteOf(value any) (Remote, bool) {
	o, ok := value.(*py.Object)
	if !ok {
		return Remote{}, false
	}
	class := o.Class()
	if class.Module != developModule || class.Name != classProxy && class.Name != classServer {
		return Remote{}, false
	}
	attribute, _ := o.Attr(remoteAttribute)
	switch endpoint := attribute.(type) {
	case string:
		return Remote{endpoint}, endpoint != ""
	case []byte: // of Python 2
		return Remote{string(endpoint)}, len(endpoint) > 0
	}
	return Remote{}, false
}

// Dial connects to the object, as the function [Dial] does.
func (r Remote) Dial(ctx context.Context, opts ...DialOption) (*Proxy, error) {
	return Dial(ctx, r.Endpoint, opts...)
}

// Remote returns a reference to the proxy's object, to be sent to peers. Its endpoint is the one
// that was dialled.
func (p *Proxy) Remote() Remote { return Remote{p.endpoint} }

// UnmarshalPython takes a Proxy or a Server of develop.
func (r *Remote) UnmarshalPython(v any) error {
	got, ok := RemoteOf(v)
	if !ok {
		return fmt.Errorf("pizco/goagent: a %s is no Proxy or Server of pizco", py.TypeName(v))
	}
	*r = got
	return nil
}

// MarshalPython returns the Proxy of develop that refers to the object.
func (r Remote) MarshalPython() (any, error) {
	o := r.object(py.NewObj, py.Class{Module: developModule, Name: classProxy})
	o.Reducer = remoteReducer{r}
	return o, nil
}

func (r Remote) object(how py.Construction, callable any, args ...any) *py.Object {
	return &py.Object{
		How: how, Callable: callable, Args: args, HasState: true,
		State: py.StrDict(py.Item{Key: remoteAttribute, Value: r.Endpoint}),
	}
}

// remoteReducer writes a reference in the oldest protocols, which have no NEWOBJ.
type remoteReducer struct{ remote Remote }

// Reduce mirrors copyreg's _reduce_ex.
func (r remoteReducer) Reduce(protocol, _ int) *py.Object {
	if protocol >= 2 {
		return nil
	}
	return r.remote.object(py.Reduce, py.Class{Module: "copyreg", Name: "_reconstructor"},
		py.Class{Module: developModule, Name: classProxy}, py.Class{Module: "builtins", Name: "object"}, nil)
}
