package object

import (
	"context"
	"log/slog"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// Settings is what a server tells the object that it serves. Its zero value is that of a server
// without options.
type Settings struct {
	// Python is the version of CPython whose words are used in errors; zero is the newest.
	Python pyerr.Version
	// Logger gets the stacks of panics; nil is slog.Default.
	Logger *slog.Logger
	// Lifetime ends with the server; nil is one that does not end.
	Lifetime context.Context
	// ForceAsObject and ReturnAsRemote are the hooks of the same names in pizco.Server; nil is the
	// original's own behaviour. They get the value as one of package py, or nil for what has none,
	// such as a method.
	ForceAsObject  func(name string, value any) bool
	ReturnAsRemote func(name string, value any) bool
	// Values says which values of peers are let in.
	Values Policy
	// Emission reports which signals peers may emit. If it is nil they may not emit any.
	Emission func(name string) bool
	// NewAttributes is how many attributes peers may add.
	NewAttributes int
	// MaxWork is what a call of a container's method may take; zero is [DefaultMaxWork].
	MaxWork int64
	// OwnsArguments is set when nothing else uses the arguments of a call, so that arrays may keep
	// their memory.
	OwnsArguments bool
	// WritesGo is set when whoever sends a result can write Go values, which are not made values of
	// package py then.
	WritesGo bool
	// Exposed reports which names there are; nil is all.
	Exposed func(name string) bool

	types *typeCache
}

func (s *Settings) log() *slog.Logger {
	if s.Logger == nil {
		return slog.Default()
	}
	return s.Logger
}

// sent returns a value as the result of a request.
func (s *Settings) sent(v any) (any, error) {
	if s.WritesGo {
		return pyerr.Raw(v), nil
	}
	return pyerr.FromGo(v)
}

func (s *Settings) background() context.Context {
	if s.Lifetime == nil {
		return context.Background()
	}
	return s.Lifetime
}
