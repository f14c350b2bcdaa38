package curvezmq

import (
	"crypto/rand"
	"crypto/subtle"
	"sync"

	"golang.org/x/crypto/nacl/box"

	"github.com/pizco-go/pizco/goagent/curve"
)

// key is a public, secret or shared key of Curve25519.
type key = [keySize]byte

const keySize = 32

// secretOf returns a copy of a pair's secret key, which its user clears.
func secretOf(pair curve.KeyPair) *key {
	secret := pair.SecretBytes()
	return &secret
}

// publicOf returns the public key of a pair.
func publicOf(pair curve.KeyPair) *key {
	public := key(pair.Public())
	return &public
}

// transient makes the key pair of one connection: C' and c', or S' and s'.
func transient() (public, secret *key, err error) { return box.GenerateKey(rand.Reader) }

// weakShared is what every secret key shares with a public key of low order.
var weakShared = sync.OnceValue(func() *key {
	var zero, shared key
	box.Precompute(&shared, &zero, &key{1})
	return &shared
})

// share returns what seals Box[](A->B) and opens Box[](B->A) for the owner of a secret key. It
// reports false for a public key of low order, with which everybody shares the same.
func share(public, secret *key) (*key, bool) {
	var shared key
	box.Precompute(&shared, public, secret)
	return &shared, subtle.ConstantTimeCompare(shared[:], weakShared()[:]) == 0
}

// wipe clears keys that are no longer needed.
func wipe(keys ...*key) {
	for _, k := range keys {
		if k != nil {
			clear(k[:])
		}
	}
}
