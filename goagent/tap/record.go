package tap

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// recordVersion is the version of the format of recordings.
const recordVersion = 1

// Recording is the first line of a recording.
type Recording struct {
	// Version is the version of the format, 1.
	Version int `json:"pizco_tap"`
	// Listen and Target are the endpoints of the tap and of the server.
	Listen string `json:"listen"`
	Target string `json:"target"`
}

// record is the form of a message in a recording: one line of JSON, the frames in base64.
type record struct {
	Number  uint64    `json:"number"`
	Answers uint64    `json:"answers,omitempty"`
	Time    time.Time `json:"time"`
	Kind    Kind      `json:"kind"`
	Frames  [][]byte  `json:"frames,omitempty"`
}

// Recorder writes messages to a recording.
type Recorder struct{ encoder *json.Encoder }

// NewRecorder starts a recording of a tap between two endpoints.
func NewRecorder(w io.Writer, listen, target string) (*Recorder, error) {
	r := &Recorder{json.NewEncoder(w)}
	if err := r.encoder.Encode(Recording{recordVersion, listen, target}); err != nil {
		return nil, fmt.Errorf("pizco/tap: %w", err)
	}
	return r, nil
}

// Record writes a message.
func (r *Recorder) Record(m Message) error {
	if err := r.encoder.Encode(record(m)); err != nil {
		return fmt.Errorf("pizco/tap: %w", err)
	}
	return nil
}

// Player reads a recording.
type Player struct {
	// Recording is its first line.
	Recording Recording
	decoder   *json.Decoder
	line      int
}

// NewPlayer reads the first line of a recording.
func NewPlayer(r io.Reader) (*Player, error) {
	p := &Player{decoder: json.NewDecoder(bufio.NewReader(r)), line: 1}
	if err := p.decoder.Decode(&p.Recording); err != nil {
		return nil, fmt.Errorf("pizco/tap: not a recording: %w", err)
	}
	if p.Recording.Version != recordVersion {
		return nil, fmt.Errorf("pizco/tap: a recording of version %d, this program reads version %d", p.Recording.Version, recordVersion)
	}
	return p, nil
}

// Next reads the next message. It returns io.EOF at the end of the recording.
func (p *Player) Next() (Message, error) {
	var r record
	p.line++
	err := p.decoder.Decode(&r)
	if errors.Is(err, io.EOF) {
		return Message{}, io.EOF
	}
	if err != nil {
		return Message{}, fmt.Errorf("pizco/tap: message %d of the recording: %w", p.line-1, err)
	}
	return Message(r), nil
}
