package corpus_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/pickle"
)

// TestDamagedPickles cuts the stored pickles short and changes single bytes of them. Each is
// refused with the place and the opcode of what is wrong, or read for what it now says; nothing
// panics. What is done to them is the same in every run.
func TestDamagedPickles(t *testing.T) {
	t.Parallel()
	g := rand.New(rand.NewPCG(5, 6))
	cut, changed, read := 0, 0, 0
	err := corpus.Stored(func(v corpus.Vector) error {
		n := len(v.Data)
		for _, size := range []int{n - 1, g.IntN(n), g.IntN(n)} {
			cut++
			if err := refusedShort(v.Data[:size]); err != nil {
				t.Errorf("%s at protocol %d, %d of %d bytes: %v", v.Name, v.Protocol, size, n, err)
			}
		}
		for i := range 6 {
			data, at := slices.Clone(v.Data), g.IntN(n)
			data[at] ^= 1 << g.IntN(8)
			if i%2 == 1 {
				data[at] = byte(g.Uint32())
			}
			changed++
			ok, err := refusedInPlace(data)
			if err != nil {
				t.Errorf("%s at protocol %d, byte %d is %#x: %v", v.Name, v.Protocol, at, data[at], err)
			}
			if ok {
				read++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if cut < 10_000 || read < 1000 || read > changed/2 {
		t.Errorf("%d cut short, %d changed, %d of these read", cut, changed, read)
	}
	t.Logf("%d cut short, %d changed, %d of these read", cut, changed, read)
}

// refusedShort demands that the beginning of a pickle is refused for its end.
func refusedShort(data []byte) error {
	var v any
	err := pickle.Unmarshal(data, &v, pickle.WithStringEncoding(pickle.Latin1)) // of Python 2's dates
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read as %T, %w", v, err)
	}
	return placed(data, err)
}

// refusedInPlace demands of any bytes that they are read, or refused in their place.
func refusedInPlace(data []byte) (read bool, err error) {
	var v any
	if err = pickle.Unmarshal(data, &v); err != nil {
		return false, placed(data, err)
	}
	if _, err := pickle.Wellformed(data); err != nil {
		return true, fmt.Errorf("read, but malformed: %w", err)
	}
	for _, target := range []any{new(map[string]any), new([]int), new(string), new(struct{ A, B any })} {
		if err := pickle.Unmarshal(data, target); err != nil {
			if err := placed(data, err); err != nil {
				return true, fmt.Errorf("into %T: %w", target, err)
			}
		}
	}
	_, err = pickle.Marshal(v)
	var unwritable *pickle.MarshalError
	if err != nil && !errors.As(err, &unwritable) {
		return true, fmt.Errorf("read, but written with %w", err)
	}
	return true, nil
}

// placed demands that an error is one of package pickle's and names an opcode of the input.
func placed(data []byte, err error) error {
	var (
		syntax *pickle.SyntaxError
		limit  *pickle.LimitError
		misfit *pickle.UnmarshalError
		offset int64
		opcode pickle.Opcode
	)
	switch {
	case errors.As(err, &syntax):
		offset, opcode = syntax.Offset, syntax.Opcode
	case errors.As(err, &limit):
		offset, opcode = limit.Offset, limit.Opcode
	case errors.As(err, &misfit):
		offset, opcode = misfit.Offset, misfit.Opcode
	default:
		return fmt.Errorf("an error without a place: %w", err)
	}
	size := int64(len(data))
	if offset < 0 || offset > size || opcode != 0 && (offset == size || data[offset] != byte(opcode)) {
		return fmt.Errorf("not at %v: %w", opcode, err)
	}
	return nil
}
