package pickle

import (
	"bytes"
	"errors"
	"io"
)

// minRead is the least number of bytes that a Decoder asks its reader for.
const minRead = 4 << 10

// maxIdleReads is how often the reader may have nothing before it is given up.
const maxIdleReads = 100

// A Decoder reads one pickle after another from a stream. It reads ahead: what it has read beyond
// the last pickle is available from [Decoder.Buffered]. It is not safe for concurrent use.
type Decoder struct {
	r       io.Reader
	cfg     *decodeConfig
	err     error // of the options or of the reader
	buf     []byte
	start   int   // in buf, of what is not decoded yet
	offset  int64 // in the stream, of buf[start]
	carried *carriedMemo
}

// NewDecoder returns a Decoder that reads from r. An option out of range is reported by the first
// Decode.
func NewDecoder(r io.Reader, opts ...DecodeOption) *Decoder {
	d := &Decoder{r: r}
	d.cfg, d.err = newDecodeConfig(opts)
	if d.err == nil && d.cfg.shareMost {
		copying := *d.cfg
		copying.shareMost = false // the memory is that of the next pickle, too
		d.cfg = &copying
	}
	if d.err == nil && d.cfg.sharedMemo {
		d.carried = &carriedMemo{values: map[uint64]any{}}
	}
	return d
}

// Decode reads the next pickle and decodes it into what v points to, as [Unmarshal] does. At the
// end of the stream it returns [io.EOF], within a pickle a [*SyntaxError] wrapping
// [io.ErrUnexpectedEOF]. The offset of an error counts from the beginning of the stream.
//
// A pickle that is complete but does not decode is passed over, and the next call goes on behind
// it. After an unknown opcode, where the pickle's end cannot be known, the next call goes on
// behind that opcode.
func (d *Decoder) Decode(v any) error {
	if d.cfg == nil {
		return d.err
	}
	size, reach, err := d.fill()
	if err != nil {
		return err
	}
	err = d.decode(d.buf[d.start:d.start+reach], v)
	var target *TargetError
	if errors.As(err, &target) {
		return err
	}
	err = shift(err, d.offset)
	d.start += size
	d.offset += int64(size)
	if d.cfg.alias {
		d.buf, d.start = d.buf[d.start:], 0 // what was decoded keeps its memory
		d.buf = d.buf[:len(d.buf):len(d.buf)]
	}
	return err
}

// decode decodes a pickle and keeps what it leaves in the memo.
func (d *Decoder) decode(data []byte, v any) error {
	if _, err := d.cfg.weigh(data); err != nil {
		return err
	}
	m := newMachine(data, d.cfg)
	defer m.release()
	if d.carried == nil {
		return m.unmarshal(v)
	}
	m.carry(d.carried)
	err := m.unmarshal(v)
	if m.done {
		m.keepMemo(d.carried)
	}
	return err
}

// fill reads until the buffer holds a whole pickle, and returns its size and how far its frames
// reach, which may be beyond its end.
func (d *Decoder) fill() (size, reach int, err error) {
	s := scanner{}
	for {
		stopped, need := s.step(d.buf[d.start:])
		if stopped {
			return s.pos, max(s.pos, s.reach), nil
		}
		if need > uint64(d.cfg.maxInput) {
			return 0, 0, &LimitError{Offset: d.offset + int64(s.pos), Opcode: d.opcodeAt(s.pos), Limit: limitInput.option, Max: d.cfg.maxInput}
		}
		if d.err == nil {
			d.err = d.readTo(s.pos, need)
			continue
		}
		switch left := len(d.buf) - d.start; {
		case !errors.Is(d.err, io.EOF):
			return 0, 0, d.err
		case left == 0:
			return 0, 0, io.EOF
		default:
			return left, left, nil // the machine says where it is cut off
		}
	}
}

func (d *Decoder) opcodeAt(pos int) Opcode {
	if at := d.start + pos; at < len(d.buf) {
		return Opcode(d.buf[at])
	}
	return 0
}

// readTo reads until the pickle has so many bytes, and while it is within a line, until that ends.
// It stops too when the limit is reached.
func (d *Decoder) readTo(pos int, need uint64) error {
	inLine := d.opcodeAt(pos).hasLine()
	for idle := 0; ; {
		before := len(d.buf) - d.start
		if err := d.read(); err != nil {
			return err
		}
		have := len(d.buf) - d.start
		if idle++; have > before {
			idle = 0
		} else if idle == maxIdleReads {
			return io.ErrNoProgress
		}
		if inLine && bytes.IndexByte(d.buf[d.start+before:], '\n') < 0 {
			need = uint64(have) + 1
		}
		if uint64(have) >= need || need > uint64(d.cfg.maxInput) {
			return nil
		}
	}
}

// read asks the reader for more. The buffer grows with what has come, not with what a pickle says
// is to come.
func (d *Decoder) read() error {
	if d.start > 0 && d.start >= len(d.buf)/2 {
		d.buf = d.buf[:copy(d.buf, d.buf[d.start:])]
		d.start = 0
	}
	if free := cap(d.buf) - len(d.buf); free < minRead {
		grown := make([]byte, len(d.buf), max(2*cap(d.buf), len(d.buf)+minRead))
		copy(grown, d.buf)
		d.buf = grown
	}
	n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
	d.buf = d.buf[:len(d.buf)+n]
	if n > 0 && errors.Is(err, io.EOF) {
		return nil // it will say so again
	}
	return err
}

// Buffered returns what the Decoder has read beyond the last pickle that it has decoded. The reader
// is good until the next Decode.
func (d *Decoder) Buffered() io.Reader { return bytes.NewReader(d.buf[d.start:]) }

// InputOffset returns the position in the stream, in bytes, behind the last pickle that has been
// decoded.
func (d *Decoder) InputOffset() int64 { return d.offset }

// shift lets the offset of an error count from the beginning of a stream.
func shift(err error, by int64) error {
	switch e := err.(type) { //nolint:errorlint // Nothing wraps these errors before they come here.
	case *SyntaxError:
		e.Offset += by
	case *LimitError:
		e.Offset += by
	case *UnmarshalError:
		e.Offset += by
	}
	return err
}
