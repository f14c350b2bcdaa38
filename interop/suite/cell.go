package suite

import (
	"fmt"
	"strings"
)

// Cell is one combination of the axes' values.
type Cell struct {
	// Client and Server are names of peers: "go", "go-libzmq", or "py" and a version.
	Client string `json:"client"`
	Server string `json:"server"`
	// Serializer is what both write with, unless a case says otherwise.
	Serializer string `json:"serializer"`
	// Signed is "yes" or "no".
	Signed string `json:"signed"`
	// Transport is "tcp", "ipc" or "inproc".
	Transport string `json:"transport"`
	// Dialect is "0.1" or "master": how the server writes exceptions.
	Dialect string `json:"dialect"`
}

// axisNames are the axes in the order in which they are written.
var axisNames = []string{"client", "server", "serializer", "signed", "transport", "dialect"}

func (c *Cell) field(axis string) *string {
	switch axis {
	case "client":
		return &c.Client
	case "server":
		return &c.Server
	case "serializer":
		return &c.Serializer
	case "signed":
		return &c.Signed
	case "transport":
		return &c.Transport
	default:
		return &c.Dialect
	}
}

// String returns the cell as test names have it.
func (c Cell) String() string {
	signed := "unsigned"
	if c.Signed == "yes" {
		signed = "signed"
	}
	return fmt.Sprintf("%s>%s,%s,%s,%s,%s", c.Client, c.Server, c.Serializer, signed, c.Transport, c.Dialect)
}

// Key returns the key of a side in this cell.
func (c Cell) Key() string {
	if c.Signed == "yes" {
		return "schlüssel"
	}
	return ""
}

// Reference is the peer that is the Go library on its reference transport, over libzmq.
const Reference = "go-libzmq"

// onReference reports whether a side is on the reference transport.
func (c Cell) onReference() bool { return c.Client == Reference || c.Server == Reference }

// IsOriginal reports whether a peer is the original: its name is "py" and a version.
func IsOriginal(peer string) bool { return strings.HasPrefix(peer, "py") }

// IsOracle reports whether both sides are the original.
func (c Cell) IsOracle() bool { return IsOriginal(c.Client) && IsOriginal(c.Server) }

// Notifies reports whether the client gets notifications: with pyzmq after version 16, the
// original's proxies get none over inproc.
func (c Cell) Notifies() bool {
	return c.Transport != "inproc" || !IsOriginal(c.Client) || c.Client == "py3.6"
}

// Oracle returns the cell in which the original shows what this one must do, given the newest
// original there is.
func (c Cell) Oracle(newest string) Cell {
	version := newest
	for _, peer := range []string{c.Server, c.Client} {
		if IsOriginal(peer) {
			version = peer
		}
	}
	c.Client, c.Server, c.Dialect = version, version, "0.1"
	return c
}

// Pattern picks cells: each axis that it names must have one of the values. The value "py" stands
// for every original, and "go" for the Go library on either transport.
type Pattern map[string][]string

// Matches reports whether a cell is picked.
func (p Pattern) Matches(c Cell) bool {
	for axis, allowed := range p {
		if !matchesAny(allowed, *c.field(axis)) {
			return false
		}
	}
	return true
}

func matchesAny(allowed []string, value string) bool {
	for _, a := range allowed {
		if a == value || a == "py" && IsOriginal(value) || a == "go" && value == Reference {
			return true
		}
	}
	return false
}
