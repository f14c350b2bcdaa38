package object

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Served is an object as its server sees it. Its methods answer the actions of PSMessage as
// pizco.Server.on_request does for an object of Python. Values that come in are of package py.
// Values that go out are too, or a *[Future]. The errors become exceptions for the peer.
//
// A Served does not lock anything: its server decides which calls may run at the same time. What
// goes out may share memory with the object: bytes, and values of package py that the object holds.
// So it is to be written before another call may change it. Inspect, Describe and Signal touch
// nothing that changes, and run no code of the served object.
type Served struct {
	class    string
	settings *Settings
	members  memberSet
	added    *newAttributes // nil where peers cannot add attributes
}

// memberSet finds the members of an object.
type memberSet interface {
	member(name string) (member, bool)
	names() []string
}

// Of returns what a server serves for a value: the object itself when it was put together by
// hand, the exported methods and fields of any other value. The settings must not change
// afterwards.
func Of(value any, settings *Settings) (*Served, error) {
	if settings.types == nil {
		settings.types = &typeCache{}
	}
	if built, ok := value.(*Object); ok {
		if err := built.Err(); err != nil {
			return nil, err
		}
		return &Served{class: built.class, settings: settings, members: built, added: settings.added()}, nil
	}
	o, err := reflectObject(value, settings)
	if err != nil {
		return nil, err
	}
	o.added = settings.added()
	return o, nil
}

func (s *Settings) added() *newAttributes {
	if s.NewAttributes == 0 {
		return nil
	}
	return &newAttributes{limit: s.NewAttributes}
}

// ClassName returns what errors call the object's class.
func (o *Served) ClassName() string { return o.class }

// find returns a member that peers may see.
func (o *Served) find(name string) (member, error) {
	if !naming.Private(name) && (o.settings.Exposed == nil || o.settings.Exposed(name)) {
		if m, ok := o.members.member(name); ok {
			return m, nil
		}
		if m, ok := o.added.member(name); ok {
			return m, nil
		}
	}
	return nil, pyerr.MissingAttribute(o.class, name)
}

// GetAttr answers 'getattr': the value of an attribute.
func (o *Served) GetAttr(ctx context.Context, name string) (value any, err error) {
	defer recovered(o, name, &err)
	m, err := o.find(name)
	if err != nil {
		return nil, err
	}
	return o.result(ctx, m)
}

// result returns a member's value as the result of a request.
func (o *Served) result(ctx context.Context, m member) (any, error) {
	if v, ok := m.(*valueMember); ok {
		return v.read(ctx, o, o.settings.sent)
	}
	return m.value(ctx, o)
}

// Get answers 'get': the value of an attribute, or remote where the peer is to use it remotely.
func (o *Served) Get(ctx context.Context, name string, forceAsObject bool) (value any, remote bool, err error) {
	defer recovered(o, name, &err)
	m, err := o.find(name)
	if err != nil {
		return nil, false, err
	}
	if !forceAsObject && !m.forced() {
		if remote, err = o.usedRemotely(ctx, name, m); remote || err != nil {
			return nil, remote, err
		}
	}
	value, err = o.result(ctx, m)
	return value, false, err
}

// usedRemotely asks the hooks first, as a subclass of pizco.Server has the first say.
func (o *Served) usedRemotely(ctx context.Context, name string, m member) (bool, error) {
	if o.settings.ForceAsObject == nil && o.settings.ReturnAsRemote == nil {
		return m.remote(ctx, o)
	}
	value, err := o.hookValue(ctx, m)
	if err != nil {
		return false, err
	}
	if hook := o.settings.ForceAsObject; hook != nil && hook(name, value) {
		return false, nil
	}
	if hook := o.settings.ReturnAsRemote; hook != nil {
		return hook(name, value), nil
	}
	return m.remote(ctx, o)
}

func (o *Served) hookValue(ctx context.Context, m member) (any, error) {
	if _, ok := m.(*valueMember); !ok {
		return nil, nil
	}
	return m.value(ctx, o)
}

// SetAttr answers 'setattr'.
func (o *Served) SetAttr(ctx context.Context, name string, value any) (err error) {
	defer recovered(o, name, &err)
	if naming.Private(name) {
		return pyerr.MissingAttribute(o.class, name)
	}
	m, err := o.find(name)
	if err != nil {
		if !o.takesNew(name) {
			return pyerr.UnknownAttribute(o.settings.Python, o.class, name)
		}
		m = o.added.attribute(name)
	}
	return m.set(ctx, o, value)
}

// takesNew reports whether a peer may add an attribute of that name.
func (o *Served) takesNew(name string) bool {
	return o.added != nil && name != "" && len(name) <= maxNewName && (o.settings.Exposed == nil || o.settings.Exposed(name))
}

// Exec answers 'exec': it calls a method of an attribute, such as __call__ or __getitem__.
func (o *Served) Exec(ctx context.Context, name, method string, args py.Tuple, kwargs *py.Dict) (result any, err error) {
	defer recovered(o, name, &err)
	m, err := o.find(name)
	if err != nil {
		return nil, err
	}
	return m.exec(ctx, o, methodCall{python: o.settings.Python, method: method, args: args, kwargs: kwargs})
}

// Inspect answers 'inspect' with the sorted names of what is remote for sure, and of what is forced
// to be an object. A name in neither is asked for with 'get' at every access, which is always
// right.
func (o *Served) Inspect() (remotes, objects []string) {
	names := slices.Concat(o.members.names(), o.added.names())
	slices.Sort(names)
	for _, name := range names {
		m, err := o.find(name)
		switch {
		case err != nil:
		case m.forced():
			objects = append(objects, name)
		case o.settings.ForceAsObject != nil || o.settings.ReturnAsRemote != nil:
			if _, isValue := m.(*valueMember); !isValue && o.hookedRemote(name) {
				remotes = append(remotes, name)
			}
		case m.static() == isRemote:
			remotes = append(remotes, name)
		}
	}
	return remotes, objects
}

// hookedRemote asks the hooks about a member without a value.
func (o *Served) hookedRemote(name string) bool {
	if hook := o.settings.ForceAsObject; hook != nil && hook(name, nil) {
		return false
	}
	hook := o.settings.ReturnAsRemote
	return hook == nil || hook(name, nil)
}

// Signal returns the signal of that name.
func (o *Served) Signal(name string) (SignalSource, bool) {
	m, err := o.find(name)
	if err != nil {
		return nil, false
	}
	s, ok := m.(signalMember)
	return s.source, ok
}

// call calls a method of an object that is itself an attribute of the one that is served.
func (o *Served) call(ctx context.Context, call methodCall) (any, error) {
	switch call.method {
	case "__getattribute__", "__getattr__", "__setattr__":
		return o.accessAttribute(ctx, call)
	}
	m, err := o.find(call.method)
	if err != nil {
		return nil, err
	}
	if _, ok := m.(methodMember); !ok {
		return nil, pyerr.TypeError.New(fmt.Sprintf("'%s' object is not callable", o.memberType(ctx, m)))
	}
	call.method = "__call__"
	return m.exec(ctx, o, call)
}

func (o *Served) memberType(ctx context.Context, m member) string {
	if v, err := m.value(ctx, o); err == nil {
		return py.TypeName(v)
	}
	return "object"
}

func (o *Served) accessAttribute(ctx context.Context, call methodCall) (any, error) {
	n := 1
	if call.method == "__setattr__" {
		n = 2
	}
	if len(call.args) != n {
		return nil, pyerr.TypeError.New(wrongCount(styleWrapper, call, n, n))
	}
	name, ok := call.args[0].(string)
	if !ok {
		return nil, pyerr.TypeError.New(fmt.Sprintf("attribute name must be string, not '%s'", py.TypeName(call.args[0])))
	}
	if n == 2 {
		return nil, o.SetAttr(ctx, name, call.args[1])
	}
	return o.GetAttr(ctx, name)
}

// typeCache keeps what reflection found about the types of one Server's objects.
type typeCache struct{ sync.Map }
