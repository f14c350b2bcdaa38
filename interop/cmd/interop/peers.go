package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/interop/suite"
)

// The commands of the peers that this repository has, from its root. scripts/setup makes the
// environments, make the Go peer.
const (
	goPeer        = ".build/interop/gopeer"
	referencePeer = ".build/interop/gopeer-libzmq"
	pythonPeer    = "python_fixtures/peer.py"
)

// thirdParty is the name that a peer given by -client or -server has on the axes.
const thirdParty = "other"

// thirdParties puts the peers of -client and -server on the axes, in the place of the Go library.
func (o *options) thirdParties(s *suite.Suite) {
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
}

// commands returns how to start each peer.
func (o *options) commands(s *suite.Suite) map[string]string {
	commands := map[string]string{"go": goPeer, suite.Reference: referencePeer}
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

// chooser returns a function that reports whether a cell is run: cells that are asked for, and the
// oracle's cells that they need.
func (o *options) chooser(s *suite.Suite) func(suite.Cell) bool {
	asked := suite.Filter(o.cells)
	wanted := func(c suite.Cell) bool {
		return (o.full || s.Axes.IsQuick(c)) && asked(c.String())
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
	return func(c suite.Cell) bool { return wanted(c) || needed[c] }
}

// onlyWanted leaves out the Pythons that PIZCO_PYTHONS does not list, as the tests do; without it
// all of the axes stay.
func onlyWanted(s *suite.Suite) {
	versions := strings.FieldsFunc(os.Getenv("PIZCO_PYTHONS"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(versions) == 0 {
		return
	}
	for _, axis := range []string{"client", "server"} {
		s.Axes.Axes[axis] = slices.DeleteFunc(s.Axes.Axes[axis], func(name string) bool {
			version, isPython := strings.CutPrefix(name, "py")
			return isPython && !slices.Contains(versions, version)
		})
	}
}
