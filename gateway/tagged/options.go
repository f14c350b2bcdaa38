package tagged

import "github.com/pizco-go/pizco/py"

// Limits of documents.
const (
	// DefaultMaxDepth is how deep values may be nested in each other, both ways.
	DefaultMaxDepth = 500
	// DefaultMaxOutput is about how many bytes of JSON a value may become: 64 MiB.
	DefaultMaxOutput = 64 << 20
	// DefaultMaxMemory is about how many bytes of memory a document may take when it is read: 64
	// MiB.
	DefaultMaxMemory = 64 << 20
	// maxIntDigits bounds the digits of an int that is read, as CPython from 3.11 on does.
	maxIntDigits = 4300
	// maxWork bounds the work of comparing the keys and elements of a document that is read.
	maxWork = 50_000_000
)

// Option changes a limit, or what a document may name.
type Option interface{ apply(*options) }

// options are the settings of a call. The zero value of what concerns classes is the safe one: no
// class may be named.
type options struct {
	depth    int
	output   int64
	memory   int64
	classes  map[py.Class]bool
	anyClass bool
	stop     func() error
}

type option func(*options)

func (o option) apply(to *options) { o(to) }

// WithMaxDepth sets how deep values may be nested. The default is DefaultMaxDepth.
func WithMaxDepth(levels int) Option { return option(func(o *options) { o.depth = levels }) }

// WithMaxOutput sets about how many bytes a value may become. The default is DefaultMaxOutput.
func WithMaxOutput(bytes int64) Option { return option(func(o *options) { o.output = bytes }) }

// WithMaxMemory sets about how many bytes of memory the values of a document may take: once for the
// JSON, and once for the values that its tags stand for. It also bounds what writing takes beside
// the output. The default is DefaultMaxMemory.
func WithMaxMemory(bytes int64) Option { return option(func(o *options) { o.memory = bytes }) }

// WithClasses lets a document name these classes, by $class and $object. By default it names no
// class, and holds values only.
//
// A document that names a class can have it called with any arguments, and give its instances any
// state, where the value is unpickled. So name only classes for which that does no harm. A document
// calls nothing but these classes.
func WithClasses(classes ...py.Class) Option {
	return option(func(o *options) {
		if o.classes == nil {
			o.classes = map[py.Class]bool{}
		}
		for _, class := range classes {
			o.classes[class] = true
		}
	})
}

// WithAnyClass lets a document name every class and function, and what else is called. It is for
// documents that the program has written itself: a peer of the original that is sent such a value
// runs what it names.
func WithAnyClass() Option { return option(func(o *options) { o.anyClass = true }) }

// WithStop has long work ask now and then whether it is still wanted. It ends with the error that
// stop returns.
func WithStop(stop func() error) Option { return option(func(o *options) { o.stop = stop }) }

func settingsOf(opts []Option) options {
	o := options{depth: DefaultMaxDepth, output: DefaultMaxOutput, memory: DefaultMaxMemory}
	for _, opt := range opts {
		opt.apply(&o)
	}
	return o
}

// stepsBetween is how many values are looked at between two questions whether the work is still
// wanted.
const stepsBetween = 4096

// pause asks now and then whether work is still wanted.
type pause struct {
	stop  func() error
	steps int
}

// wanted returns why the work is not wanted any longer.
func (p *pause) wanted() error {
	if p.steps++; p.steps%stepsBetween == 0 && p.stop != nil {
		return p.stop()
	}
	return nil
}
