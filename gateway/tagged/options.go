package tagged

// Limits of documents.
const (
	// DefaultMaxDepth is how deep values may be nested in each other, both ways.
	DefaultMaxDepth = 500
	// DefaultMaxOutput is about how many bytes of JSON a value may become: 64 MiB.
	DefaultMaxOutput = 64 << 20
	// maxIntDigits bounds the digits of an int that is read, as CPython from 3.11 on does.
	maxIntDigits = 4300
	// maxWork bounds the work of comparing the keys and elements of a document that is read.
	maxWork = 50_000_000
)

// Option changes a limit.
type Option interface{ apply(*options) }

type options struct {
	depth  int
	output int64
}

type option func(*options)

func (o option) apply(to *options) { o(to) }

// WithMaxDepth sets how deep values may be nested. The default is DefaultMaxDepth.
func WithMaxDepth(levels int) Option { return option(func(o *options) { o.depth = levels }) }

// WithMaxOutput sets about how many bytes a value may become. The default is DefaultMaxOutput.
func WithMaxOutput(bytes int64) Option { return option(func(o *options) { o.output = bytes }) }

func settingsOf(opts []Option) options {
	o := options{depth: DefaultMaxDepth, output: DefaultMaxOutput}
	for _, opt := range opts {
		opt.apply(&o)
	}
	return o
}
