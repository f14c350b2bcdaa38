package goagent

import (
	"context"
	"log/slog"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// object is what a Server needs of the thing that it serves. Each method answers one action of
// PSMessage as pizco.Server.on_request does for an object of Python; values that come in are values
// of package py, values that go out are so too, or a *Future. The errors are what the peer is to
// see as exceptions.
//
// An object does not lock anything: its Server decides which calls may run at the same time. What
// goes out may share memory with the object (bytes, and values of package py that the object
// holds), so it is to be written before another call may change it. inspect, describe and signal
// touch nothing that changes, and run no code of the served object.
type object interface {
	// getattr answers 'getattr': the value of an attribute.
	getattr(ctx context.Context, name string) (any, error)
	// get answers 'get': the value of an attribute, or remote where the peer must use it from afar.
	get(ctx context.Context, name string, forceAsObject bool) (value any, remote bool, err error)
	// setattr answers 'setattr'.
	setattr(ctx context.Context, name string, value any) error
	// exec answers 'exec': it calls a method of an attribute, such as __call__ or __getitem__.
	exec(ctx context.Context, name, method string, args py.Tuple, kwargs *py.Dict) (any, error)
	// inspect answers 'inspect' with the sorted names of what is remote for sure, and of what is
	// forced to be an object. A name in neither is asked for with 'get' at every access, which is
	// always right.
	inspect() (remotes, objects []string)
	// describe answers 'describe' with all members, sorted by name.
	describe() []MemberInfo
	// className returns what errors call the object's class.
	className() string
	// signal returns the signal of that name.
	signal(name string) (SignalSource, bool)
}

// objectSettings is what a Server tells the object that it serves.
type objectSettings struct {
	// python is the version of CPython whose words are used in errors; zero is the newest.
	python pyerr.Version
	// logger gets the stacks of panics; nil is slog.Default.
	logger *slog.Logger
	// lifetime ends with the Server; nil is one that does not end.
	lifetime context.Context
	// forceAsObject and returnAsRemote are the hooks of the same names in pizco.Server; nil is the
	// original's own behaviour. They get the value as one of package py, or nil for what has none,
	// such as a method.
	forceAsObject  func(name string, value any) bool
	returnAsRemote func(name string, value any) bool
	// values says which values of peers are let in, and emission which signals peers may emit; nil
	// is none.
	values   valuePolicy
	emission func(name string) bool
	// newAttributes is how many attributes peers may add.
	newAttributes int
	// maxWork is what a call of a container's method may take; zero is the default.
	maxWork int64
	// ownsArguments is set when nobody else uses the arguments of a call.
	ownsArguments bool
	// exposed says which names there are; nil is all.
	exposed func(name string) bool

	types *typeCache
}

func (s *objectSettings) log() *slog.Logger {
	if s.logger == nil {
		return slog.Default()
	}
	return s.logger
}

func (s *objectSettings) background() context.Context {
	if s.lifetime == nil {
		return context.Background()
	}
	return s.lifetime
}
