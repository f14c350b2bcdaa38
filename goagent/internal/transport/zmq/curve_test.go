//go:build libzmq

package zmq_test

import (
	"testing"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/goagent/curve"
)

// TestKeysOfLibzmq makes key pairs here and there and reads them on the other side.
func TestKeysOfLibzmq(t *testing.T) {
	for range 20 {
		public, secret, err := zmq4.NewCurveKeypair()
		if err != nil {
			t.Fatal(err)
		}
		pair, err := curve.ParseSecret(secret)
		if err != nil || pair.Public().String() != public || pair.Secret() != secret {
			t.Errorf("public key of libzmq's pair: %v, %v; want %s", pair.Public(), err, public)
		}
		ours, err := curve.Generate()
		if err != nil {
			t.Fatal(err)
		}
		if public, err := zmq4.AuthCurvePublic(ours.Secret()); err != nil || public != ours.Public().String() {
			t.Errorf("libzmq's public key of our pair: %v, %v; want %v", public, err, ours.Public())
		}
	}
}
