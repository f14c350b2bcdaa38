package tagged

import (
	"encoding/base64"
	"fmt"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// writer writes JSON, within the limits of output and of memory.
type writer struct {
	options
	pause
	buf  []byte
	left int64 // bytes of memory that may still be taken beside the output
}

func newWriter(opts []Option) writer {
	o := settingsOf(opts)
	return writer{options: o, pause: pause{stop: o.stop}, left: o.memory}
}

// goOn fails when there is too much output, or when the caller has left. It is asked once for each
// value, and for each piece of more than a few bytes.
func (w *writer) goOn() error { return w.room(0) }

// room is goOn before so many bytes more.
func (w *writer) room(bytes int) error {
	if int64(len(w.buf))+int64(bytes) > w.output {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", w.output)}
	}
	return w.wanted()
}

// take takes memory beside the output.
func (w *writer) take(bytes int) error {
	if w.left -= int64(bytes); w.left < 0 {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("writing it takes more than %d bytes of memory", w.memory)}
	}
	return w.wanted()
}

// text writes a few bytes of JSON.
func (w *writer) text(piece string) { w.buf = append(w.buf, piece...) }

// value writes a scalar that JSON has.
func (w *writer) value(v any) error {
	if text, ok := v.(string); ok {
		if err := w.room(len(text)); err != nil {
			return err
		}
	}
	buf, err := jsonser.AppendScalar(w.buf, v)
	if err != nil {
		return &Error{Kind: ErrUnsupported, Err: err}
	}
	w.buf = buf
	return w.room(0)
}

// base64 writes bytes as a string.
func (w *writer) base64(b []byte) error {
	if err := w.room(base64.StdEncoding.EncodedLen(len(b))); err != nil {
		return err
	}
	w.text(`"`)
	w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	w.text(`"`)
	return nil
}

// tree writes a tree of what JSON has, which is small.
func (w *writer) tree(tree any) error {
	switch v := tree.(type) {
	case *py.List:
		w.text("[")
		for i, item := range v.Items {
			if i > 0 {
				w.text(", ")
			}
			if err := w.tree(item); err != nil {
				return err
			}
		}
		w.text("]")
		return nil
	case *py.Dict:
		separator := "{"
		for key, value := range v.All() {
			w.text(separator)
			separator = ", "
			if err := w.value(key); err != nil {
				return err
			}
			w.text(": ")
			if err := w.tree(value); err != nil {
				return err
			}
		}
		if separator == "{" {
			w.text("{")
		}
		w.text("}")
		return nil
	}
	return w.value(tree)
}
