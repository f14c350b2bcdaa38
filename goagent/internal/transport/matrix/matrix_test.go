//go:build zmtpmatrix

package matrix_test

import (
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// row is one case.
type row struct {
	name string
	run  func(*testing.T, *scene)
	// when, if not nil, reports whether the case has a sense with a series of pyzmq and a
	// transport.
	when func(*scene) bool
}

// TestMatrix plays all cases with each transport and each series of pyzmq, without security and
// with CURVE.
func TestMatrix(t *testing.T) {
	for _, python := range pyenv.Bindings(t) {
		for _, n := range networks {
			t.Run(n.name+"/"+python.Version, func(t *testing.T) {
				t.Parallel()
				p := startPeer(t, python)
				for _, mechanism := range []struct {
					name      string
					encrypted bool
				}{{"NULL", false}, {"CURVE", true}} {
					for _, table := range [][]row{requests, notifications, heartbeats, reconnects, limits} {
						play(t, n, p, table, mechanism.name, mechanism.encrypted)
					}
				}
				play(t, n, p, refusals, "CURVE", true)
			})
		}
	}
}

func play(t *testing.T, n network, p *peer, table []row, mechanism string, encrypted bool) {
	for _, r := range table {
		if r.when != nil && !r.when(&scene{peer: p, reference: n.reference}) {
			continue
		}
		t.Run(mechanism+"/"+r.name, func(t *testing.T) { r.run(t, newScene(t, n, p, encrypted)) })
	}
}
