package runner

import (
	"log/slog"
	"time"

	"github.com/pizco-go/pizco/interop/suite"
)

// Config says what to run.
type Config struct {
	// Suite is what is tested.
	Suite *suite.Suite
	// Commands starts each peer of the axes: a command line or "tcp://host:port", see package peer.
	Commands map[string]string
	// Cells picks cells; nil picks all.
	Cells func(suite.Cell) bool
	// Cases picks cases by their names; nil picks all.
	Cases func(id string) bool
	// Jobs is how many servers run at the same time, 3 by default.
	Jobs int
	// StepTimeout is how long a peer has for one step, 10 seconds by default.
	StepTimeout time.Duration
	// Host is the address that taps and adversaries listen on, 127.0.0.1 by default.
	Host string
	// Folder is where ipc sockets are made, the system's temporary folder by default.
	Folder string
	// NoTap has clients talk to servers directly: nothing is recorded, no frames are compared.
	NoTap bool
	// Progress is called after each test, from one goroutine at a time.
	Progress func(done, total int, t *Test)
	// Log is where the runner tells about trouble with peers; nil for nowhere.
	Log *slog.Logger
}

// answerTimeout is how long a client waits for an answer on the wire, unless a case says otherwise.
const answerTimeout = 4 * time.Second

func (c *Config) setDefaults() {
	if c.Jobs <= 0 {
		c.Jobs = 3
	}
	if c.StepTimeout <= 0 {
		c.StepTimeout = 10 * time.Second
	}
	if c.Host == "" {
		c.Host = "127.0.0.1"
	}
	if c.Cells == nil {
		c.Cells = func(suite.Cell) bool { return true }
	}
	if c.Cases == nil {
		c.Cases = func(string) bool { return true }
	}
	if c.Progress == nil {
		c.Progress = func(int, int, *Test) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}
