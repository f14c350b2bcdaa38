package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/pizco-go/pizco/interop/suite"
)

// The commands of the peers that this repository has, from its root. scripts/setup makes the environments, make the Go
// peer.
const (
	goPeer     = ".build/interop/gopeer"
	pythonPeer = "python_fixtures/peer.py"
)

// thirdParty is the name that a peer given by -client or -server has on the axes.
const thirdParty = "other"

// thirdParties puts the peers of -client and -server on the axes, in the place of the Go library.
func (o *options) thirdParties(s *suite.Suite) error {
	for axis, command := range map[string]string{"client": o.client, "server": o.server} {
		if command == "" {
			continue
		}
		o.peers[thirdParty+"-"+axis] = command
		values := []string{thirdParty + "-" + axis}
		for _, v := range s.Axes.Axes[axis] {
			if suite.IsOriginal(v) {
				values = append(values, v)
			}
		}
		s.Axes.Axes[axis] = values
	}
	if o.client != "" || o.server != "" {
		s.Axes.ReplaceInQuick("go", thirdParty+"-client", thirdParty+"-server")
	}
	return nil
}

// commands returns how to start each peer.
func (o *options) commands(s *suite.Suite) map[string]string {
	commands := map[string]string{"go": goPeer}
	for _, axis := range []string{"client", "server"} {
		for _, name := range s.Axes.Axes[axis] {
			if version, ok := strings.CutPrefix(name, "py"); ok {
				commands[name] = filepath.Join(".venvs", version, "bin", "python") + " " + pythonPeer
			}
		}
	}
	for name, command := range o.peers {
		commands[name] = command
	}
	return commands
}

// chooser returns which cells are run: those that are asked for and the oracle's that they need, as far as there are
// interpreters for them.
func (o *options) chooser(s *suite.Suite) func(suite.Cell) bool {
	asked := suite.Filter(o.cells)
	wanted := func(c suite.Cell) bool {
		return (o.full || s.Axes.IsQuick(c)) && asked(c.String()) && o.available(c)
	}
	needed := map[suite.Cell]bool{}
	cells, _ := s.Axes.Product()
	for _, c := range cells {
		if !wanted(c) || c.IsOracle() {
			continue
		}
		for _, oracle := range s.Axes.Oracles(c) {
			needed[oracle] = true
		}
	}
	return func(c suite.Cell) bool { return wanted(c) || needed[c] && o.available(c) }
}

// available reports whether a cell's Pythons were asked for: PIZCO_PYTHONS lists them, as for the tests; without it all
// of the axes are.
func (o *options) available(c suite.Cell) bool {
	list := os.Getenv("PIZCO_PYTHONS")
	if list == "" {
		return true
	}
	for _, name := range []string{c.Client, c.Server} {
		version, ok := strings.CutPrefix(name, "py")
		if !ok {
			continue
		}
		found := false
		for _, v := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
			found = found || v == version
		}
		if !found {
			return false
		}
	}
	return true
}
