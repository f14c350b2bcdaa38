package runner

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/tap"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/interop/zmtp"

	"github.com/google/uuid"
)

// The suite's own messages say that they come from here.
const rawSender = "tcp://127.0.0.1:1"

// silence is how long no answer is waited for.
const silence = 300 * time.Millisecond

// build makes the frames of a message: a good one, edited as the case says.
func build(m *suite.RawMessage, sender, id, content, key string) ([][]byte, error) {
	serializer := m.Serializer
	if serializer == "" {
		serializer = "json"
	}
	if m.Sender != "" {
		sender = m.Sender
	}
	if m.Content != "" {
		content = m.Content
	}
	if m.ID != nil {
		id = *m.ID
		if id == "fresh" {
			id = uuid.New().URN()
		}
	}
	body := []byte(content)
	if m.ContentHex != "" {
		var err error
		if body, err = hex.DecodeString(strings.ReplaceAll(m.ContentHex, " ", "")); err != nil {
			return nil, err
		}
	}
	out := [][]byte{[]byte("PZC00+" + sender + "+" + m.Topic), []byte(serializer), body, []byte(id)}
	out, err := edit(out, m.Edits)
	if err != nil {
		return nil, err
	}
	if len(out) == 4 {
		out = append(out, sign(m.Sign, key, out))
	}
	return edit(out, m.Finally)
}

// sign returns the signature that a message is given.
func sign(how, key string, signed [][]byte) []byte {
	switch {
	case how == "none":
		return nil
	case how == "other":
		return tap.Signature([]byte("another key"), signed)
	case how == "anyway" && key == "":
		return tap.Signature([]byte("any key"), signed)
	case key == "":
		return nil
	}
	signature := tap.Signature([]byte(key), signed)
	switch how {
	case "flipped":
		signature[7] ^= 0x10
	case "short":
		signature = signature[:10]
	}
	return signature
}

func edit(out [][]byte, edits []suite.Edit) ([][]byte, error) {
	for _, e := range edits {
		if e.Keep != nil {
			out = out[:min(*e.Keep, len(out))]
			continue
		}
		for _, text := range e.Append {
			out = append(out, []byte(text))
		}
		if len(e.Append) > 0 {
			continue
		}
		if e.Frame >= len(out) {
			return nil, fmt.Errorf("pizco/interop: no frame %d to edit", e.Frame)
		}
		frame := append([]byte(nil), out[e.Frame]...)
		switch {
		case e.Text != nil:
			frame = []byte(*e.Text)
		case e.Hex != nil:
			decoded, err := hex.DecodeString(strings.ReplaceAll(*e.Hex, " ", ""))
			if err != nil {
				return nil, err
			}
			frame = decoded
		case e.Truncate != nil:
			frame = frame[:min(*e.Truncate, len(frame))]
		case e.Flip != nil && *e.Flip/8 < len(frame):
			frame[*e.Flip/8] ^= 1 << (*e.Flip % 8)
		}
		out[e.Frame] = frame
	}
	return out, nil
}

// raw sends a message of the suite's own to the server and returns the reply, as a dict.
func (x *execution) raw(ctx context.Context, m *suite.RawMessage) (Outcome, error) {
	id := uuid.New().URN()
	message, err := build(m, rawSender, id, `"info"`, x.settings.ClientKey)
	if err != nil {
		return Outcome{}, err
	}
	if !x.wantsSilence() {
		return x.ask(ctx, m, message, id, answerTimeout)
	}
	// A server that is to be silent may have a last word: it is asked until it is.
	for deadline := time.Now().Add(answerTimeout); ; {
		o, err := x.ask(ctx, m, message, id, silence)
		if err != nil || o.Kind == "failed" || time.Now().After(deadline) {
			return o, err
		}
	}
}

// ask sends a message on a connection of its own and returns the reply.
func (x *execution) ask(ctx context.Context, m *suite.RawMessage, message [][]byte, id string, patience time.Duration) (Outcome, error) {
	conn, err := zmtp.Dial(ctx, x.served.world.RepEndpoint, "REQ")
	if err != nil {
		return Outcome{Kind: "failed", Failure: "silence", Detail: err.Error()}, nil
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return Outcome{}, err
	}
	var reply [][]byte
	if err = conn.Send(append([][]byte{nil}, message...)...); err == nil {
		reply, err = conn.Receive()
	}
	if err != nil {
		return Outcome{Kind: "failed", Failure: "silence", Detail: err.Error()}, nil
	}
	return x.replied(reply, id, m)
}

func (x *execution) wantsSilence() bool {
	for i := range x.c.Steps {
		if r := x.c.Steps[i].Expectation(x.cell).Replies; r != nil && r.None {
			return true
		}
	}
	return false
}

// replied describes a reply without what can never be the same twice.
func (x *execution) replied(reply [][]byte, id string, m *suite.RawMessage) (Outcome, error) {
	if len(reply) < 1 || len(reply[0]) != 0 {
		return Outcome{}, fmt.Errorf("a reply without an empty frame in front")
	}
	reply = reply[1:]
	described := value.OfDict([2]value.Value{value.OfString("frames"), value.OfInt(int64(len(reply)))})
	add := func(name string, v value.Value) {
		described.Pairs = append(described.Pairs, [2]value.Value{value.OfString(name), v})
	}
	if len(reply) < 5 {
		return Outcome{Kind: "replied", Value: described}, nil
	}
	header := strings.Split(string(reply[0]), "+")
	add("parts of the header", value.OfInt(int64(len(header))))
	if len(header) == 3 {
		add("sender is the server", boolean(header[1] == x.served.world.RepEndpoint))
		add("topic", value.OfString(header[2]))
	}
	add("signature is right", boolean(rightSignature(x.settings.Key, reply)))
	for i := range reply {
		reply[i] = []byte(placeholders(string(reply[i]), x.served.world))
	}
	content, err := frames.Content(reply)
	if err != nil {
		content = value.Value{Tag: "unknown", Text: err.Error()}
	}
	add("content", content)
	refused := string(reply[3]) != id && content.Tag == value.Str && content.Text == ""
	add("serializer is right", boolean(string(reply[1]) == x.replySerializer(m, refused)))
	switch {
	case string(reply[3]) == id:
		add("id", value.OfString("same"))
	case strings.HasPrefix(string(reply[3]), "urn:uuid:"):
		add("id", value.OfString("fresh"))
	default:
		add("id", value.OfString(string(reply[3])))
	}
	return Outcome{Kind: "replied", Value: described}, nil
}

// replySerializer returns the serializer that a message of the suite's own is answered with.
func (x *execution) replySerializer(m *suite.RawMessage, refused bool) string {
	if refused {
		return x.settings.Server
	}
	serializer := m.Serializer
	if serializer == "" {
		serializer = "json"
	}
	return suite.ReplySerializer(x.cell.Server, serializer, x.settings.Server)
}

// placeholders puts text of the same length in the place of a server's endpoints.
func placeholders(s string, w frames.World) string {
	s = strings.ReplaceAll(s, w.RepEndpoint, strings.Repeat("R", len(w.RepEndpoint)))
	return strings.ReplaceAll(s, w.PubEndpoint, strings.Repeat("P", len(w.PubEndpoint)))
}

func boolean(b bool) value.Value { return value.Value{Tag: value.Bool, Text: fmt.Sprint(b)} }

// rightSignature reports whether a message's signature is what the key makes it.
func rightSignature(key string, message [][]byte) bool {
	if key == "" {
		return len(message[4]) == 0
	}
	return hmac.Equal(message[4], tap.Signature([]byte(key), message[:4]))
}

// checkReply compares a reply to a message of the suite's own with what is expected.
func (o Outcome) checkReply(want *suite.Reply) string {
	if want == nil {
		return ""
	}
	if want.None {
		if o.Kind == "failed" && o.Failure == "silence" {
			return ""
		}
		return "expected no answer, but " + o.String()
	}
	if o.Kind != "replied" {
		return "expected a reply, but " + o.String()
	}
	for name, expected := range map[string]value.Value{
		"frames": value.OfInt(5), "sender is the server": boolean(true), "signature is right": boolean(true), "serializer is right": boolean(true),
		"topic": value.OfString(want.Topic), "id": value.OfString(want.ID),
	} {
		if got, ok := o.Value.Lookup(name); !ok || !value.Equal(got, expected) {
			return fmt.Sprintf("expected %s %s, but %s", name, expected, o)
		}
	}
	content, _ := o.Value.Lookup("content")
	if want.Content != nil && !value.Equal(content, *want.Content) {
		return fmt.Sprintf("expected content %s, but %s", *want.Content, o)
	}
	for _, key := range want.HasKeys {
		if _, ok := content.Lookup(key); !ok {
			return fmt.Sprintf("expected a dict with %q, but %s", key, o)
		}
	}
	return ""
}
