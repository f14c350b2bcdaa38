package psmessage

// Dialect is the form of what peers of the original send.
type Dialect int

const (
	// Release01 is the dialect of the release 0.1.
	Release01 Dialect = iota
	// Master is the dialect of the later development line.
	Master
	// Develop is the dialect of the branch develop.
	Develop
	// Any is for servers of clients of Develop and of older ones.
	Any
)

// hasTraceback reports whether exceptions are sent with their traceback.
func (d Dialect) hasTraceback() bool { return d == Master || d == Develop }

// MayBeDevelop reports whether clients may speak Develop.
func (d Dialect) MayBeDevelop() bool { return d == Develop || d == Any }

// Untraced is an exception that a server of Develop sends without a traceback: one of its own.
type Untraced struct{ Err error }

// Error returns the text of the exception.
func (e *Untraced) Error() string { return e.Err.Error() }

// Unwrap returns the exception.
func (e *Untraced) Unwrap() error { return e.Err }
