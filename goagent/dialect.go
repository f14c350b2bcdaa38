package goagent

// Dialect is the form in which a server sends exceptions. Nothing on the wire tells which one a
// client reads, so a server has to be told; clients of this library read both.
type Dialect int

const (
	// Release01 is the dialect of pizco 0.1, the release on PyPI: the exception alone.
	Release01 Dialect = iota
	// Master is the dialect of the original's later development line: the exception and its
	// traceback.
	Master
)

// String returns the name of the dialect.
func (d Dialect) String() string {
	if d == Master {
		return "master"
	}
	return "0.1"
}
