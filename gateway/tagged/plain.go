package tagged

import (
	"fmt"
	"math"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// Plain returns a value as simple JSON, without tags:
//
//   - tuples and sets are arrays, and bytes base64
//   - nan and the infinities are null, complex numbers "1+2j"
//   - times are their ISO text with the offset from UTC that their zone has then, or their repr
//     where the offset is not known; timedeltas are seconds
//   - Decimals, Fractions and UUIDs are strings
//   - numpy arrays and all other objects are their repr in a string
//   - keys of dicts other than strs are written as json.dumps does where it can, else as their repr
//   - a dict with two keys of the same text is an array of [key, value] pairs
//   - what holds itself is "..." in the place where it does
func Plain(v any, opts ...Option) ([]byte, error) {
	graph, err := py.FromGo(v)
	if err != nil {
		return nil, &Error{Kind: ErrUnsupported, Err: err}
	}
	p := &plainer{writer: newWriter(opts), inside: map[any]bool{}}
	if err := p.write(graph, 0); err != nil {
		return nil, err
	}
	return p.buf, nil
}

type plainer struct {
	writer
	inside map[any]bool // what the value at hand is part of
}

const recursive = "..."

func (p *plainer) write(v any, depth int) error {
	if depth > p.depth {
		return &Error{Kind: ErrTooDeep, Detail: fmt.Sprintf("more than %d levels", p.depth)}
	}
	if err := p.goOn(); err != nil {
		return err
	}
	if id := identity(v); id != nil {
		if p.inside[id] {
			return p.value(recursive)
		}
		p.inside[id] = true
		defer delete(p.inside, id)
	}
	switch v := v.(type) {
	case *py.List:
		return p.list(v.Items, depth)
	case py.Tuple:
		return p.list(v, depth)
	case *py.Set:
		return p.list(elements(v.Elements()), depth)
	case *py.FrozenSet:
		return p.list(elements(v.Elements()), depth)
	case *py.Dict:
		return p.dict(v.Pairs(), depth)
	case *py.Object:
		return p.object(v, depth)
	}
	return p.scalar(v)
}

func (p *plainer) list(items []any, depth int) error {
	p.text("[")
	for i, item := range items {
		if i > 0 {
			p.text(", ")
		}
		if err := p.write(item, depth+1); err != nil {
			return err
		}
	}
	p.text("]")
	return nil
}

// dict writes pairs under the texts of their keys.
func (p *plainer) dict(pairs []py.Pair, depth int) error {
	written := &py.Dict{}
	if !areTexts(pairs) {
		for _, pair := range pairs {
			if err := p.take(plainKeySize); err != nil {
				return err
			}
			_ = written.Set(keyText(pair.Key), pair.Value) // a str has a hash
		}
		if written.Len() < len(pairs) {
			return p.pairs(pairs, depth)
		}
		pairs = written.Pairs()
	}
	p.text("{")
	for i, pair := range pairs {
		if i > 0 {
			p.text(", ")
		}
		if err := p.value(pair.Key); err != nil {
			return err
		}
		p.text(": ")
		if err := p.write(pair.Value, depth+1); err != nil {
			return err
		}
	}
	p.text("}")
	return nil
}

// plainKeySize is about what a key takes while the texts of keys are compared.
const plainKeySize = 160

func areTexts(pairs []py.Pair) bool {
	for _, pair := range pairs {
		if _, ok := pair.Key.(string); !ok {
			return false
		}
	}
	return true
}

// pairs writes a dict with two keys of the same text, such as {1: 'a', '1': 'b'}, as an array of
// [key, value].
func (p *plainer) pairs(pairs []py.Pair, depth int) error {
	lists := make([]any, len(pairs))
	for i, pair := range pairs {
		lists[i] = py.Tuple{pair.Key, pair.Value}
	}
	return p.list(lists, depth+1)
}

func keyText(key any) string {
	switch key := key.(type) {
	case string:
		return key
	case nil:
		return "null"
	case bool:
		if key {
			return "true"
		}
		return "false"
	}
	return py.Repr(key)
}

func (p *plainer) scalar(v any) error {
	switch v := v.(type) {
	case nil, bool, int64, string:
		return p.value(v)
	case *big.Int:
		if v.BitLen() > maxIntBits {
			return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("an int of more than %d digits", maxIntDigits)}
		}
		return p.value(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return p.value(nil)
		}
		return p.value(v)
	case []byte:
		return p.base64(v)
	case *py.ByteArray:
		return p.base64(v.Bytes)
	case complex128:
		text := py.Repr(v)
		if len(text) > 2 && text[0] == '(' {
			text = text[1 : len(text)-1]
		}
		return p.value(text)
	}
	return p.repr(v)
}

// repr writes the repr.
func (p *plainer) repr(v any) error { return p.value(py.Repr(v, py.WithReprObjects())) }

// object writes the items of the classes whose instances are their items, else a text.
func (p *plainer) object(o *py.Object, depth int) error {
	switch o.Class().String() {
	case "collections.OrderedDict", "collections.defaultdict":
		return p.dict(o.DictItems, depth)
	case "collections.Counter":
		if len(o.Args) == 1 {
			return p.write(o.Args[0], depth+1)
		}
	case "collections.deque":
		return p.list(o.ListItems, depth)
	case "datetime.timedelta":
		var parts [3]int64
		if py.Assign(&parts, o.Args) == nil {
			return p.value(float64(parts[0])*24*60*60 + float64(parts[1]) + float64(parts[2])/1e6)
		}
	}
	if isTime(o) {
		if text, ok := isoText(o); ok {
			return p.value(text)
		}
		return p.repr(o)
	}
	if _, ok := py.NDArrayOf(o); ok {
		return p.repr(o)
	}
	if form, ok := standardForm(o).(*py.Dict); ok {
		return p.standard(o, form)
	}
	return p.repr(o)
}

// standard writes the text that the form of its own holds.
func (p *plainer) standard(o *py.Object, form *py.Dict) error {
	for _, content := range form.All() {
		if text, ok := content.(string); ok {
			return p.value(text)
		}
	}
	return p.repr(o)
}
