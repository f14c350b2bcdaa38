package goagent

// Dialect is the form of what peers of the original send. Nothing in a request tells which one a
// client reads, so a server has to be told. Clients of this library read all of them, and
// [Proxy.Dialect] returns that of a server.
type Dialect int

const (
	// Release01 is the dialect of pizco 0.1, the release on PyPI. An exception is sent alone, a signal
	// has three values, and 'inspect' is answered with two sets.
	Release01 Dialect = iota
	// Master is the dialect of the original's later development line: exceptions are sent with their
	// traceback. All else is as in Release01.
	Master
	// Develop is the dialect of the original's branch develop, which was never released. Exceptions
	// are sent as in Master. A signal has any number of values and keywords, 'inspect' is answered
	// with three sets, and a server that stops publishes that.
	Develop
	// Any is for servers alone, which serve clients of Develop and older ones at once: see
	// [WithDialect]. Older ones are served as in Release01.
	Any
)

// String returns the name of the dialect.
func (d Dialect) String() string {
	switch d {
	case Master:
		return "master"
	case Develop:
		return "develop"
	case Any:
		return "any"
	}
	return "0.1"
}
