package tap

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the protocol signs with HMAC-SHA1
)

// rewrite exchanges the server's endpoints and the tap's.
type rewrite struct {
	key   []byte
	pairs [][2][]byte // the server's, the tap's: equally long
}

func (r *rewrite) add(server, tap string) {
	r.pairs = append(r.pairs, [2][]byte{[]byte(server), []byte(tap)})
}

func (r *rewrite) toServerBytes(b []byte) []byte {
	for _, p := range r.pairs {
		b = bytes.ReplaceAll(b, p[1], p[0])
	}
	return b
}

// toServer leaves requests alone: the server does not look at whom they are addressed to.
func (r *rewrite) toServer(_ Kind, frames [][]byte) [][]byte { return frames }

func (r *rewrite) toClient(_ Kind, frames [][]byte) [][]byte {
	changed := false
	out := make([][]byte, len(frames))
	for i, frame := range frames {
		out[i] = frame
		for _, p := range r.pairs {
			out[i] = bytes.ReplaceAll(out[i], p[0], p[1])
		}
		changed = changed || !bytes.Equal(out[i], frame)
	}
	signed := len(frames) - 1
	if changed && len(r.key) > 0 && signed >= 4 && hmac.Equal(Signature(r.key, frames[signed-4:signed]), frames[signed]) {
		out[signed] = Signature(r.key, out[signed-4:signed])
	}
	return out
}

// Signature returns the signature of a message's first four frames.
func Signature(key []byte, frames [][]byte) []byte {
	mac := hmac.New(sha1.New, key)
	for _, frame := range frames {
		mac.Write(frame)
	}
	return mac.Sum(nil)
}
