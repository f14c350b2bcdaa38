package curvezmq

import (
	"encoding/binary"
	"errors"
	"testing"

	"golang.org/x/crypto/nacl/box"

	"github.com/pizco-go/pizco/goagent/curve"
)

func newPair(t *testing.T) curve.KeyPair {
	t.Helper()
	pair, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// TestVouch has a client whose INITIATE is in order show a key that it does not own, or a vouch
// from elsewhere.
func TestVouch(t *testing.T) {
	server, own, victim := newPair(t), newPair(t), newPair(t)
	other, otherKey, err := transient()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		shows   *key // C
		signs   *key // c; nil for what everybody shares with a key of low order
		vouches *key // C'; nil for the connection's own
		server  *key // S
		want    error
	}{
		"its own":                     {publicOf(own), secretOf(own), nil, publicOf(server), nil},
		"the key of another client":   {publicOf(victim), secretOf(own), nil, publicOf(server), ErrVouch},
		"a key that it made up":       {other, secretOf(own), nil, publicOf(server), ErrVouch},
		"a key of low order":          {new(key), secretOf(own), nil, publicOf(server), ErrVouch},
		"a vouch of another one":      {publicOf(own), otherKey, nil, publicOf(server), ErrVouch},
		"a vouch for another C'":      {publicOf(own), secretOf(own), other, publicOf(server), ErrVouch},
		"a vouch for another server":  {publicOf(own), secretOf(own), nil, publicOf(victim), ErrVouch},
		"a vouch of zeros":            {publicOf(own), new(key), nil, publicOf(server), ErrVouch},
		"low order, which anyone can": {new(key), nil, nil, publicOf(server), ErrVouch},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := NewClient(own, server.Public()), NewServer(server)
			body, err := c.Hello()
			if err != nil {
				t.Fatal(err)
			}
			if body, err = s.Hello(body); err != nil {
				t.Fatal(err)
			}
			vouched := tt.vouches
			if vouched == nil {
				vouched = c.public
			}
			got, _, err := s.Initiate(forge(t, c, body, tt.shows, tt.signs, vouched, tt.server))
			if !errors.Is(err, tt.want) || err == nil && got != own.Public() {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

// forge returns an INITIATE with any keys in it.
func forge(t *testing.T, c *Client, welcome []byte, shows, signs, vouched, server *key) []byte {
	t.Helper()
	if _, err := c.Welcome(welcome, nil); err != nil { // after which the client shares a key with S'
		t.Fatal(err)
	}
	rest := parts(welcome)
	rest.next(8)
	nonce := long(nonceWelcome, rest.next(longNonce))
	plain, ok := box.Open(nil, rest, nonce, c.server, c.secret)
	if !ok {
		t.Fatal("WELCOME does not open")
	}
	theirs, cookie := key(plain[:keySize]), plain[keySize:]
	vouchNonce, err := random(nonceVouch)
	if err != nil {
		t.Fatal(err)
	}
	content := append(append([]byte{}, shows[:]...), vouchNonce[len(nonceVouch):]...)
	shared := weakShared()
	if signs != nil {
		shared, _ = share(&theirs, signs)
	}
	content = box.SealAfterPrecomputation(content, append(append([]byte{}, vouched[:]...), server[:]...), vouchNonce, shared)
	const counter = 9
	body := append([]byte(initiate), cookie...)
	body = binary.BigEndian.AppendUint64(body, counter)
	return box.SealAfterPrecomputation(body, content, counted(nonceInitiate, counter), c.shared)
}
