package suite

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Axes are the axes with their values, and the patterns of the cells that the quick run takes.
type Axes struct {
	Axes  map[string][]string `yaml:"axes"`
	Quick []Pattern           `yaml:"quick"`
	// Reference are the patterns of the cells in which the Go library on its reference transport is
	// tested, in the quick run and in the full one.
	Reference []Pattern `yaml:"reference"`
	// Newest is the newest original of all, as which others than the original write. It stays when
	// a run leaves it out.
	Newest string `yaml:"-"`
}

// ReadAxes reads axes from YAML.
func ReadAxes(text []byte) (*Axes, error) {
	var a Axes
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&a); err != nil {
		return nil, fmt.Errorf("pizco/interop: axes: %w", err)
	}
	for _, name := range axisNames {
		if len(a.Axes[name]) == 0 {
			return nil, fmt.Errorf("pizco/interop: axes: %s has no values", name)
		}
	}
	a.Newest = a.NewestOriginal()
	return &a, nil
}

// Excluded is a cell that cannot be, with the reason.
type Excluded struct {
	Cell   Cell   `json:"cell"`
	Reason string `json:"reason"`
}

// Product returns the cells that can be run, and the cells that cannot.
func (a *Axes) Product() (cells []Cell, excluded []Excluded) {
	product := []Cell{{}}
	for _, axis := range axisNames {
		var next []Cell
		for _, c := range product {
			for _, v := range a.Axes[axis] {
				*c.field(axis) = v
				next = append(next, c)
			}
		}
		product = next
	}
	for _, c := range product {
		reason := c.impossible()
		if reason == "" && c.onReference() && !matchesOne(a.Reference, c) {
			reason = "the reference transport is tested in the main cells"
		}
		if reason != "" {
			excluded = append(excluded, Excluded{c, reason})
			continue
		}
		cells = append(cells, c)
	}
	return cells, excluded
}

// IsQuick reports whether a cell belongs to the quick run.
func (a *Axes) IsQuick(c Cell) bool {
	if c.onReference() {
		return matchesOne(a.Reference, c)
	}
	return matchesOne(a.Quick, c)
}

func matchesOne(patterns []Pattern, c Cell) bool {
	return slices.ContainsFunc(patterns, func(p Pattern) bool { return p.Matches(c) })
}

// Remove takes a peer off the axes.
func (a *Axes) Remove(peer string) {
	for _, axis := range []string{"client", "server"} {
		a.Axes[axis] = slices.DeleteFunc(a.Axes[axis], func(name string) bool { return name == peer })
	}
}

// NewestOriginal returns the last peer of the client axis that is the original.
func (a *Axes) NewestOriginal() string {
	newest := ""
	for _, peer := range a.Axes["client"] {
		if IsOriginal(peer) {
			newest = peer
		}
	}
	return newest
}

// impossible says why a cell cannot be, or nothing.
func (c Cell) impossible() string {
	switch {
	case c.IsOracle() && c.Client != c.Server:
		return "the original of one version against that of another: neither side is under test"
	case c.Serializer == "pickle5" && (beforePickle5(c.Client) || beforePickle5(c.Server)):
		return "Python 3.6 and 3.7 know no pickle5"
	case c.Transport == "inproc" && c.Client != c.Server:
		return "inproc needs both sides in one process"
	case c.Dialect == "master" && IsOriginal(c.Client):
		return "the released original's proxy cannot read what the development line raises"
	}
	return ""
}

func beforePickle5(peer string) bool {
	return peer == "py3.6" || peer == "py3.7"
}

// ReplySerializer returns what a server answers with: the original with its own, the others with
// the request's.
func ReplySerializer(server, requestSerializer, serverSerializer string) string {
	if IsOriginal(server) {
		return serverSerializer
	}
	return requestSerializer
}

// isJSON reports whether a serializer is json.
func isJSON(serializer string) bool { return strings.EqualFold(serializer, "json") }

// Oracles returns the cells of the original against itself that a cell is compared with. One is the
// cell of its own original. The others show what other releases send, with each pickle protocol
// that plain "pickle" may mean.
func (a *Axes) Oracles(c Cell) []Cell {
	newest := a.NewestOriginal()
	peers, own := c.Oracle(newest), c.Oracle(newest)
	own.Client, own.Server = newest, newest
	oracles := []Cell{peers, own}
	if c.Serializer == "pickle" {
		for _, protocol := range []string{"pickle4", "pickle5"} {
			own.Serializer, peers.Serializer = protocol, protocol
			oracles = append(oracles, own, peers)
		}
	}
	return oracles
}

// ReplaceInQuick puts other peers in the place of one in the patterns of the quick run.
func (a *Axes) ReplaceInQuick(peer, client, server string) {
	for _, p := range a.Quick {
		for axis, other := range map[string]string{"client": client, "server": server} {
			for i, v := range p[axis] {
				if v == peer {
					p[axis][i] = other
				}
			}
		}
	}
}
