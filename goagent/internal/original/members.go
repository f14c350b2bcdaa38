package original

import (
	"context"
	"slices"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// Members returns the members of the served object whose names do not begin with an underscore,
// sorted by name, and what is known of each.
func (s *Server) Members(ctx context.Context) ([]object.MemberInfo, error) {
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, naming.Private)
	slices.Sort(names)
	members := make([]object.MemberInfo, 0, len(names))
	for _, name := range slices.Compact(names) {
		m := object.MemberInfo{Name: name, Kind: object.KindAttribute}
		if !s.WritesJSON() {
			if err := s.examine(ctx, &m); err != nil {
				return nil, err
			}
		}
		members = append(members, m)
	}
	return members, nil
}

// names returns the names of the members of an object of the original, some of which may be there
// twice.
func (s *Server) names(ctx context.Context) ([]string, error) {
	// Python's own method says of no module that it is from there.
	module, err := s.Exec(ctx, psmessage.DunderDir, getAttribute, "__module__")
	switch {
	case isWithoutDir(err) && !s.WritesJSON():
		return s.namesOfPython2(ctx)
	case err != nil:
		return nil, err
	case module == nil:
		return s.dir(ctx, psmessage.DunderDir, psmessage.DunderCall)
	case s.WritesJSON():
		return nil, s.Errors.Unsafe(psmessage.DunderDir, "", reasonOwnDir)
	}
	var names []string
	// An iterator of a dict is sent as the list of its keys.
	if keys, err := s.Exec(ctx, psmessage.DunderDict, "__iter__"); err == nil {
		if o, ok := keys.(*py.Object); ok && len(o.Args) == 1 {
			if names, err = s.listed(o.Args[0]); err != nil {
				return nil, err
			}
		}
	} else if !raised(err) {
		return nil, err
	}
	return s.withRemotes(ctx, names)
}

// withRemotes adds the names that 'inspect' returns to others.
func (s *Server) withRemotes(ctx context.Context, names []string) ([]string, error) {
	remotes, err := s.Remotes(ctx)
	if raised(err) {
		return names, nil // a property of the object raises: the original cannot look past it
	}
	return append(names, remotes...), err
}

// namesOfPython2 returns the names of the members of an object without __dir__. They are what
// 'inspect' returns and what the object holds itself. Only in Python 2 are the keys of a dict a
// list. They are not asked for unless the dict has what only dicts of Python 2 have.
func (s *Server) namesOfPython2(ctx context.Context) ([]string, error) {
	var names []string
	_, err := s.Exec(ctx, psmessage.DunderDict, "has_key", psmessage.DunderDict)
	if err == nil {
		names, err = s.dir(ctx, psmessage.DunderDict, "keys")
	}
	if err != nil && !raised(err) {
		return nil, err
	}
	return s.withRemotes(ctx, names)
}

// examine looks at what a member of the original can be used for. A class is used for calling it.
func (s *Server) examine(ctx context.Context, m *object.MemberInfo) error {
	has, err := s.abilities(ctx, m.Name)
	if raised(err) {
		return nil
	}
	switch {
	case err != nil:
		return err
	case has.class:
		m.Kind = object.KindMethod
	case has.signal:
		m.Kind = object.KindSignal
		if has.declares {
			err = s.declare(ctx, m)
		}
	case has.call:
		m.Kind = object.KindMethod
		if has.function { // what else can be called may have anything for its __doc__
			m.Doc, err = s.doc(ctx, m.Name)
		}
	default:
		m.Items = has.setItem
	}
	return err
}

func (s *Server) doc(ctx context.Context, name string) (string, error) {
	value, err := s.Exec(ctx, name, getAttribute, "__doc__")
	if raised(err) {
		return "", nil
	}
	text, _ := value.(string)
	return text, err
}
