package goagent

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// servedObject is an object made of members, by reflection or by hand.
type servedObject struct {
	class    string
	settings *objectSettings
	members  memberSet
	added    *newAttributes // nil where peers cannot add attributes
}

// memberSet finds the members of an object.
type memberSet interface {
	member(name string) (member, bool)
	names() []string
}

var _ object = (*servedObject)(nil)

// newObject returns what a Server serves for a value: the object itself when it was put together by
// hand, the exported methods and fields of any other value. The settings must not change
// afterwards.
func newObject(value any, settings *objectSettings) (object, error) {
	if settings.types == nil {
		settings.types = &typeCache{}
	}
	if built, ok := value.(*Object); ok {
		if err := built.Err(); err != nil {
			return nil, err
		}
		return &servedObject{class: built.class, settings: settings, members: built, added: settings.added()}, nil
	}
	o, err := reflectObject(value, settings)
	if err != nil {
		return nil, err
	}
	o.added = settings.added()
	return o, nil
}

func (s *objectSettings) added() *newAttributes {
	if s.newAttributes == 0 {
		return nil
	}
	return &newAttributes{limit: s.newAttributes}
}

func (o *servedObject) className() string { return o.class }

// find returns a member that peers may see.
func (o *servedObject) find(name string) (member, error) {
	if !private(name) && (o.settings.exposed == nil || o.settings.exposed(name)) {
		if m, ok := o.members.member(name); ok {
			return m, nil
		}
		if m, ok := o.added.member(name); ok {
			return m, nil
		}
	}
	return nil, missingAttribute(o.class, name)
}

func (o *servedObject) getattr(ctx context.Context, name string) (value any, err error) {
	defer recovered(o, name, &err)
	m, err := o.find(name)
	if err != nil {
		return nil, err
	}
	return m.value(ctx, o)
}

func (o *servedObject) get(ctx context.Context, name string, forceAsObject bool) (value any, remote bool, err error) {
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
	value, err = m.value(ctx, o)
	return value, false, err
}

// usedRemotely asks the hooks first, as a subclass of pizco.Server has the first say.
func (o *servedObject) usedRemotely(ctx context.Context, name string, m member) (bool, error) {
	if o.settings.forceAsObject == nil && o.settings.returnAsRemote == nil {
		return m.remote(ctx, o)
	}
	value, err := o.hookValue(ctx, m)
	if err != nil {
		return false, err
	}
	if hook := o.settings.forceAsObject; hook != nil && hook(name, value) {
		return false, nil
	}
	if hook := o.settings.returnAsRemote; hook != nil {
		return hook(name, value), nil
	}
	return m.remote(ctx, o)
}

func (o *servedObject) hookValue(ctx context.Context, m member) (any, error) {
	if _, ok := m.(*valueMember); !ok {
		return nil, nil
	}
	return m.value(ctx, o)
}

func (o *servedObject) setattr(ctx context.Context, name string, value any) (err error) {
	defer recovered(o, name, &err)
	if private(name) {
		return missingAttribute(o.class, name)
	}
	m, err := o.find(name)
	if err != nil {
		if !o.takesNew(name) {
			return unknownAttribute(o.settings.python, o.class, name)
		}
		m = o.added.attribute(name)
	}
	return m.set(ctx, o, value)
}

// takesNew reports whether a peer may add an attribute of that name.
func (o *servedObject) takesNew(name string) bool {
	return o.added != nil && name != "" && len(name) <= maxNewName && (o.settings.exposed == nil || o.settings.exposed(name))
}

func (o *servedObject) exec(ctx context.Context, name, method string, args py.Tuple, kwargs *py.Dict) (result any, err error) {
	defer recovered(o, name, &err)
	m, err := o.find(name)
	if err != nil {
		return nil, err
	}
	return m.exec(ctx, o, methodCall{python: o.settings.python, method: method, args: args, kwargs: kwargs})
}

func (o *servedObject) inspect() (remotes, objects []string) {
	names := slices.Concat(o.members.names(), o.added.names())
	slices.Sort(names)
	for _, name := range names {
		m, err := o.find(name)
		switch {
		case err != nil:
		case m.forced():
			objects = append(objects, name)
		case o.settings.forceAsObject != nil || o.settings.returnAsRemote != nil:
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
func (o *servedObject) hookedRemote(name string) bool {
	if hook := o.settings.forceAsObject; hook != nil && hook(name, nil) {
		return false
	}
	hook := o.settings.returnAsRemote
	return hook == nil || hook(name, nil)
}

func (o *servedObject) signal(name string) (SignalSource, bool) {
	m, err := o.find(name)
	if err != nil {
		return nil, false
	}
	s, ok := m.(signalMember)
	return s.source, ok
}

// call calls a method of an object that is itself an attribute of the one that is served.
func (o *servedObject) call(ctx context.Context, call methodCall) (any, error) {
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

func (o *servedObject) memberType(ctx context.Context, m member) string {
	if v, err := m.value(ctx, o); err == nil {
		return py.TypeName(v)
	}
	return "object"
}

func (o *servedObject) accessAttribute(ctx context.Context, call methodCall) (any, error) {
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
		return nil, o.setattr(ctx, name, call.args[1])
	}
	return o.getattr(ctx, name)
}

// typeCache keeps what reflection found about the types of one Server's objects.
type typeCache struct{ sync.Map }
