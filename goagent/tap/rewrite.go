package tap

import (
	"errors"
	"strings"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// names are the endpoints of the tap and of the server.
type names struct {
	rep, pub  string
	serverRep string
}

func isSignatureError(err error) bool { return errors.Is(err, wire.ErrSignature) }

// senderOf returns the sender and the topic that a header names.
func senderOf(header []byte) (sender, topic string, ok bool) {
	parts := strings.Split(string(header), "+")
	if len(parts) != 3 || parts[0] != wire.Magic {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// rewriteSender puts the tap in the server's place as the sender of a message. Frames that are not
// understood, or that could not be signed again, stay as they are.
func rewriteSender(protocol wire.Protocol, frames [][]byte, sender string) [][]byte {
	if len(frames) < frameCount {
		return frames
	}
	_, topic, ok := senderOf(frames[frameHeader])
	if !ok {
		return frames
	}
	return withSignature(protocol, frames, func(out [][]byte) error {
		header, err := wire.Header(sender, topic)
		out[frameHeader] = header
		return err
	})
}

// withSignature changes a copy of the frames and signs it again if it was signed.
func withSignature(protocol wire.Protocol, frames [][]byte, change func([][]byte) error) [][]byte {
	signed := len(frames[frameSignature]) > 0
	if signed && protocol.Key.IsZero() {
		return frames
	}
	out := cloneFrames(frames)
	if err := change(out); err != nil {
		return frames
	}
	if !signed {
		return out
	}
	signature, err := sign(protocol.Key, out)
	if err != nil {
		return frames
	}
	out[frameSignature] = signature
	return out
}

// sign returns the signature of the first four frames.
func sign(key wire.Key, frames [][]byte) ([]byte, error) {
	sender, topic, ok := senderOf(frames[frameHeader])
	if !ok {
		return nil, wire.ErrHeader
	}
	protocol := wire.Protocol{Key: key, Serializer: string(frames[frameSerializer])}
	out, err := protocol.FormatBody(sender, topic, frames[frameContent], string(frames[frameID]))
	if err != nil {
		return nil, err
	}
	return out[frameSignature], nil
}

// rewriteInfo names the tap's endpoints in an answer to 'info'. It returns the server's own
// notification endpoint, which is empty if it does not understand the answer.
func rewriteInfo(protocol wire.Protocol, frames [][]byte, n names) (out [][]byte, serverPub string) {
	unchecked := protocol
	unchecked.Key = wire.Key{}
	message, err := unchecked.Parse(frames)
	if err != nil {
		return frames, ""
	}
	var content any
	if unchecked.Decode(&message, &content) != nil {
		return frames, ""
	}
	info, ok := content.(*py.Dict)
	if !ok {
		return frames, ""
	}
	value, _ := info.Get("pub_endpoint")
	serverPub, ok = value.(string)
	if !ok {
		return frames, ""
	}
	return withSignature(protocol, frames, func(out [][]byte) error {
		if err := info.Set("rep_endpoint", n.rep); err != nil {
			return err
		}
		if err := info.Set("pub_endpoint", n.pub); err != nil {
			return err
		}
		out[frameContent], err = unchecked.Answering(&message).Encode(info)
		return err
	}), serverPub
}

// asksForInfo reports whether a request is 'info', which every agent answers with its endpoints.
func asksForInfo(protocol wire.Protocol, frames [][]byte) bool {
	protocol.Key = wire.Key{}
	message, err := protocol.Parse(frames)
	if err != nil {
		return false
	}
	var content any
	return protocol.Decode(&message, &content) == nil && content == "info"
}

// upstream returns the prefix that the server is asked for when a client asks the tap for one.
func (n names) upstream(prefix string) string {
	rest, ok := strings.CutPrefix(prefix, wire.Magic+"+"+n.rep)
	if !ok {
		return prefix
	}
	return wire.Magic + "+" + n.serverRep + rest
}
