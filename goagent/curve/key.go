package curve

import (
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// keySize is the length of a key in bytes.
const keySize = 32

// redacted stands for a secret key wherever one would be printed.
const redacted = "[redacted]"

// ErrKey is wrapped by every error about a malformed key.
var ErrKey = errors.New("pizco/curve: not a CURVE key: want 40 characters of Z85")

// PublicKey is the public half of a key pair. It need not be kept secret. It is comparable and can
// be the key of a map. The zero PublicKey belongs to no peer.
type PublicKey [keySize]byte

// ParsePublicKey reads the text form of a public key.
func ParsePublicKey(z85 string) (PublicKey, error) {
	bytes, err := decodeKey(z85)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%w (public key)", err)
	}
	return PublicKey(bytes), nil
}

// IsZero reports whether the key is the zero PublicKey, which belongs to no peer.
func (k PublicKey) IsZero() bool { return k == PublicKey{} }

// String returns the text form of the key.
func (k PublicKey) String() string { return encodeZ85(k[:]) }

// MarshalText returns the text form of the key.
func (k PublicKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the text form of a key.
func (k *PublicKey) UnmarshalText(text []byte) (err error) {
	*k, err = ParsePublicKey(string(text))
	return err
}

// KeyPair is the identity of a peer: a secret key and the public one that belongs to it. Nothing
// prints the secret key, neither the fmt verbs nor slog nor encoding/json nor a struct that holds a
// pair; [KeyPair.Secret] alone returns it. The zero KeyPair means that there are no keys.
type KeyPair struct {
	public PublicKey
	// A function is what fmt cannot look into even where it may not call methods, as in unexported
	// fields.
	secret func() []byte
}

// Generate makes a new key pair.
func Generate() (KeyPair, error) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return KeyPair{}, fmt.Errorf("pizco/curve: generate: %w", err)
	}
	return newPair(key), nil
}

// ParseSecret returns the key pair of a secret key in its text form.
func ParseSecret(z85 string) (KeyPair, error) {
	bytes, err := decodeKey(z85)
	if err != nil {
		return KeyPair{}, fmt.Errorf("%w (secret key)", err)
	}
	key, err := ecdh.X25519().NewPrivateKey(bytes)
	if err != nil {
		return KeyPair{}, fmt.Errorf("pizco/curve: secret key: %w", err)
	}
	return newPair(key), nil
}

func newPair(key *ecdh.PrivateKey) KeyPair {
	secret := key.Bytes()
	return KeyPair{PublicKey(key.PublicKey().Bytes()), func() []byte { return secret }}
}

// decodeKey reads the text form of a key. Its errors do not repeat the text, which may be a secret.
func decodeKey(z85 string) ([]byte, error) {
	bytes, ok := decodeZ85(z85)
	if !ok || len(bytes) != keySize {
		return nil, ErrKey
	}
	return bytes, nil
}

// IsZero reports whether there is no key pair.
func (p KeyPair) IsZero() bool { return p.secret == nil }

// Public returns the public key.
func (p KeyPair) Public() PublicKey { return p.public }

// Secret returns the text form of the secret key, or "" for the zero KeyPair. Keep it where only
// its owner can read it.
func (p KeyPair) Secret() string {
	if p.IsZero() {
		return ""
	}
	return encodeZ85(p.secret())
}

// SecretBytes returns a copy of the secret key, or zeros for the zero KeyPair. It is for a program
// that does cryptography of its own with the key; clear it when it is no longer needed.
func (p KeyPair) SecretBytes() [32]byte {
	if p.IsZero() {
		return [keySize]byte{}
	}
	return [keySize]byte(p.secret())
}

// String returns the public key and a fixed text in place of the secret one.
func (p KeyPair) String() string {
	if p.IsZero() {
		return ""
	}
	return "{public: " + p.public.String() + ", secret: " + redacted + "}"
}

// GoString returns the same as [KeyPair.String].
func (p KeyPair) GoString() string { return p.String() }

// Format writes the same as [KeyPair.String], whatever the verb.
func (p KeyPair) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, p.String()) }

// LogValue returns the same as [KeyPair.String].
func (p KeyPair) LogValue() slog.Value { return slog.StringValue(p.String()) }

// MarshalText returns the same as [KeyPair.String].
func (p KeyPair) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
