package zmtp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// The bits of a frame's first byte.
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

// GreetingSize is the number of bytes that each side sends before the first frame.
const GreetingSize = 64

// maxFrame bounds a frame, so that a broken peer cannot take all memory.
const maxFrame = 256 << 20

// Frame is one frame of a message, or a command.
type Frame struct {
	// Body is the content.
	Body []byte
	// More is set when the message has another frame.
	More bool
	// Command is set when the frame is a command of the protocol, not part of a message.
	Command bool
}

// ReadFrame reads one frame.
func ReadFrame(r io.Reader) (Frame, error) {
	var head [9]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return Frame{}, err
	}
	size := uint64(head[1])
	if head[0]&flagLong != 0 {
		if _, err := io.ReadFull(r, head[2:]); err != nil {
			return Frame{}, err
		}
		size = binary.BigEndian.Uint64(head[1:])
	}
	if size > maxFrame {
		return Frame{}, fmt.Errorf("pizco/interop/zmtp: a frame of %d bytes", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return Frame{}, err
	}
	return Frame{Body: body, More: head[0]&flagMore != 0, Command: head[0]&flagCommand != 0}, nil
}

// Append appends the frame as it is on the wire.
func (f Frame) Append(to []byte) []byte {
	var flags byte
	if f.More {
		flags |= flagMore
	}
	if f.Command {
		flags |= flagCommand
	}
	if len(f.Body) > 255 {
		to = append(to, flags|flagLong)
		to = binary.BigEndian.AppendUint64(to, uint64(len(f.Body)))
	} else {
		to = append(to, flags, byte(len(f.Body)))
	}
	return append(to, f.Body...)
}

// AppendMessage appends a message of several frames.
func AppendMessage(to []byte, bodies [][]byte) []byte {
	for i, body := range bodies {
		to = Frame{Body: body, More: i < len(bodies)-1}.Append(to)
	}
	return to
}

// Greeting returns what this package begins a connection with: version 3.0, mechanism NULL.
func Greeting() []byte {
	greeting := make([]byte, GreetingSize)
	greeting[0], greeting[8], greeting[9], greeting[10] = 0xff, 1, 0x7f, 3
	copy(greeting[12:], "NULL")
	return greeting
}

// Ready returns the READY command of a socket of the given type, such as "REQ".
func Ready(socketType string) Frame {
	var body bytes.Buffer
	body.WriteString("\x05READY")
	for _, p := range [][2]string{{"Socket-Type", socketType}, {"Identity", ""}} {
		body.WriteByte(byte(len(p[0])))
		body.WriteString(p[0])
		body.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p[1]))))
		body.WriteString(p[1])
	}
	return Frame{Body: body.Bytes(), Command: true}
}

// The commands of ZMTP 3.1 that subscribe and unsubscribe.
var (
	subscribeCommand = []byte("\x09SUBSCRIBE")
	cancelCommand    = []byte("\x06CANCEL")
)

// Subscription returns the prefix that a frame from a SUB socket subscribes to or unsubscribes
// from; ok is false when the frame is something else.
func Subscription(f Frame) (prefix []byte, subscribe, ok bool) {
	switch {
	case f.Command && bytes.HasPrefix(f.Body, subscribeCommand):
		return f.Body[len(subscribeCommand):], true, true
	case f.Command && bytes.HasPrefix(f.Body, cancelCommand):
		return f.Body[len(cancelCommand):], false, true
	case !f.Command && len(f.Body) > 0 && f.Body[0] <= 1:
		return f.Body[1:], f.Body[0] == 1, true
	}
	return nil, false, false
}
