package wire_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// TestMemoryLimit reads contents that take about their own size of memory, and many times it,
// within the limit on memory and beyond, with options for the pickles and without.
func TestMemoryLimit(t *testing.T) {
	lists := make([]any, 20_000) // a few bytes each in both formats, and many in memory
	for i := range lists {
		lists[i] = py.NewList(int64(i))
	}
	text := strings.Repeat("x", 1<<20)
	const least = 64 << 10 // that the codecs can be limited to
	for _, row := range []struct {
		content any
		memory  int64
		fits    bool
	}{
		{text, 0, true}, {text, -1, true}, {text, least, true}, {text, 1 << 40, true},
		{py.NewList(lists...), 0, true}, {py.NewList(lists...), least, false}, {py.NewList(lists...), 16 << 20, true},
	} {
		for _, serializer := range []string{"pickle", "json"} {
			for _, options := range []pickle.DecodeOption{nil, pickle.WithMaxDepth(10)} {
				p := wire.Protocol{Serializer: serializer, PickleDecode: options, Limits: wire.Limits{Memory: row.memory}}
				body, err := p.Encode(row.content)
				if err != nil {
					t.Fatal(err)
				}
				var got any
				err = p.Decode(&wire.Message{Serializer: serializer, Body: body}, &got)
				if (err == nil) != row.fits || !row.fits && !isMemoryError(err) {
					t.Errorf("%s of %d bytes within %d: %v", serializer, len(body), row.memory, err)
				}
			}
		}
	}
}

func isMemoryError(err error) bool {
	var ofPickle *pickle.LimitError
	var ofJSON *jsonser.SyntaxError
	return errors.Is(err, wire.ErrContent) &&
		(errors.As(err, &ofPickle) && ofPickle.Limit == "WithMaxMemory" || errors.As(err, &ofJSON) && ofJSON.Kind == jsonser.TooMuchMemory)
}

// TestMemoryLimitKeepsOptions holds that options for pickles hold beside a limit on memory, with
// the codecs' own limit and with a lower one.
func TestMemoryLimitKeepsOptions(t *testing.T) {
	deep := py.NewList(py.NewList(py.NewList()))
	for _, memory := range []int64{0, 1 << 20} {
		p := wire.Protocol{PickleDecode: pickle.WithMaxDepth(1), Limits: wire.Limits{Memory: memory}}
		body, err := p.Encode(deep)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		var limit *pickle.LimitError
		if err := p.Decode(&wire.Message{Serializer: "pickle", Body: body}, &got); !errors.As(err, &limit) || limit.Limit != "WithMaxDepth" {
			t.Errorf("within %d bytes: %v", memory, err)
		}
	}
}

// TestMemoryLimitOfLargeContents holds that a limit counts as long as it is below what the codec
// allows for the size of the content.
func TestMemoryLimitOfLargeContents(t *testing.T) {
	const dicts = 400_000 // with white space after them, which takes no memory
	m := wire.Message{Serializer: "json", Body: []byte("[" + strings.Repeat("{},", dicts-1) + "{}]" + strings.Repeat(" ", 3<<20))}
	allowed := int64(jsonser.DefaultMaxMemory + jsonser.DefaultMemoryFactor*len(m.Body))
	for _, row := range []struct {
		memory int64
		fits   bool
	}{{1 << 20, false}, {jsonser.DefaultMaxMemory, false}, {allowed, true}} {
		var got any
		err := wire.Protocol{Limits: wire.Limits{Memory: row.memory}}.Decode(&m, &got)
		if (err == nil) != row.fits || !row.fits && !isMemoryError(err) {
			t.Errorf("%d bytes within %d: %v", len(m.Body), row.memory, err)
		}
	}
}

// TestDefaultOutputLimit writes a text in so many places that it is more json than is allowed.
func TestDefaultOutputLimit(t *testing.T) {
	places := slices.Repeat([]any{strings.Repeat("x", 1<<20)}, 64)
	p := wire.Protocol{Serializer: "json"}
	if _, err := p.Encode(py.NewList(places...)); !errors.Is(err, wire.ErrContent) {
		t.Errorf("64 MiB and some: %v", err)
	}
	if _, err := p.Encode(py.NewList(places[:63]...)); err != nil {
		t.Errorf("63 MiB and some: %v", err)
	}
}
