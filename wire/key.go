package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // The wire format is HMAC-SHA1; its security does not rest on SHA-1's collision resistance.
	"fmt"
	"hash"
	"io"
	"log/slog"
	"sync"
)

// signatureSize is the length of frame 4 of a signed message.
const signatureSize = sha1.Size

// redacted stands for a key wherever one would be printed.
const redacted = "[redacted]"

// Key signs messages and checks signatures. The zero Key signs nothing and accepts any signature,
// as the original does without a key. A Key is safe for concurrent use, and nothing prints it:
// neither the fmt verbs, nor slog, nor encoding/json, nor a struct that holds one in an unexported
// field.
type Key struct {
	// A function is what fmt cannot look into even where it may not call methods, as in unexported
	// fields.
	secret func() *secret
}

type secret struct {
	key     []byte
	warning string    // of the file that it was read from
	signers sync.Pool // of *signer
}

// signer is a keyed hash with room for its result.
type signer struct {
	hash.Hash
	result [signatureSize]byte
}

// NewKey returns the key of the given bytes, which are copied. The original encodes its key, a str,
// as UTF-8. No bytes make the zero Key.
func NewKey(key []byte) Key {
	if len(key) == 0 {
		return Key{}
	}
	s := &secret{key: bytes.Clone(key)}
	return Key{func() *secret { return s }}
}

// IsZero reports whether there is no key, so that messages are not signed.
func (k Key) IsZero() bool { return k.secret == nil }

// Equal reports whether both are the same key, in constant time for keys of equal length.
func (k Key) Equal(other Key) bool {
	if k.IsZero() || other.IsZero() {
		return k.IsZero() && other.IsZero()
	}
	return hmac.Equal(k.secret().key, other.secret().key)
}

// sum appends the signature of the frames to dst.
func (k Key) sum(dst []byte, frames [][]byte) []byte {
	s := k.sign(frames)
	dst = append(dst, s.result[:]...)
	k.secret().signers.Put(s)
	return dst
}

// verify reports whether signature is the signature of the frames, in constant time.
func (k Key) verify(frames [][]byte, signature []byte) bool {
	s := k.sign(frames)
	ok := hmac.Equal(s.result[:], signature)
	k.secret().signers.Put(s)
	return ok
}

// sign returns a signer that has the signature of the frames, to be put back when that has been
// used.
func (k Key) sign(frames [][]byte) *signer {
	s, ok := k.secret().signers.Get().(*signer)
	if ok {
		s.Reset()
	} else {
		s = &signer{Hash: hmac.New(sha1.New, k.secret().key)}
	}
	for _, f := range frames {
		_, _ = s.Write(f) // a hash never fails
	}
	s.Sum(s.result[:0])
	return s
}

// String returns a fixed text, which is empty when there is no key.
func (k Key) String() string {
	if k.IsZero() {
		return ""
	}
	return redacted
}

// GoString returns the same as [Key.String].
func (k Key) GoString() string { return k.String() }

// Format writes the same as [Key.String], whatever the verb.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue returns the same as [Key.String].
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns the same as [Key.String].
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
