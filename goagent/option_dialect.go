package goagent

import "fmt"

// WithDialect sets the dialect of the server's clients. Default: [Release01].
//
// With [Any] it serves clients of [Develop] and older ones at once. A client of Develop gives
// itself away by what it subscribes to, a moment after its first request. So the first 'inspect' of
// each connection waits for that: a few milliseconds for a client of Develop, 60 ms for an older
// one, and 200 ms at most. Clients of this library do not wait.
//
//   - Signals have the form that each subscriber reads.
//   - A client that has not given itself away is taken for one of Release01, or of [Master] when
//     it is of Python 2. [WithDialectAt] gives the clients of Master on Python 3 an endpoint of
//     their own.
//   - Two clients that start on one host in the same moment and are of two dialects can be mistaken
//     for one another. Then a ValueError ends the start of one of them. It does not happen to
//     clients of Develop with a creation_timeout.
//   - The outcome of a future for a client of Develop is sent to such clients alone.
//
// Any needs the transport in Go: with libzmq, [Serve] fails.
//
// A server of Develop or Any announces to the clients of Develop that it stops, after it has closed
// the endpoints of requests.
func WithDialect(d Dialect) ServeOption {
	return serveOption{func(c *config) error {
		if d < Release01 || d > Any {
			return fmt.Errorf("pizco/goagent: %d is no dialect", d)
		}
		c.dialect = d
		return nil
	}}
}

// WithDialectAt sets the dialect of the clients at one endpoint of several, which [WithEndpoint]
// has as well. Default: what WithDialect says.
func WithDialectAt(endpoint string, d Dialect) ServeOption {
	return serveOption{func(c *config) error {
		if d < Release01 || d > Any {
			return fmt.Errorf("pizco/goagent: %d is no dialect", d)
		}
		if c.dialectAt == nil {
			c.dialectAt = make(map[string]Dialect)
		}
		c.dialectAt[endpoint] = d
		return nil
	}}
}

// dialectOf returns the dialect of the clients at an endpoint.
func (c *config) dialectOf(endpoint string) Dialect {
	if d, set := c.dialectAt[endpoint]; set {
		return d
	}
	return c.dialect
}

// checkDialects fails for a dialect at an endpoint that there is not.
func (c *config) checkDialects() error {
	known := make(map[string]bool)
	for _, e := range c.endpoints {
		known[e.Bind] = true
	}
	for endpoint, d := range c.dialectAt {
		if !known[endpoint] {
			return fmt.Errorf("pizco/goagent: WithDialectAt(%q, %v): WithEndpoint has no such endpoint", endpoint, d)
		}
	}
	return nil
}

// servesAny reports whether there is an endpoint for clients of any dialect.
func (c *config) servesAny() bool {
	for _, e := range c.endpoints {
		if c.dialectOf(e.Bind) == Any {
			return true
		}
	}
	return false
}
