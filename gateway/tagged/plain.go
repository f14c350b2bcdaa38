package tagged

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// Plain returns a value as simple JSON, without tags: tuples and sets are arrays, bytes base64, nan and the infinities null,
// complex numbers "1+2j", times their ISO text with the offset from UTC that their zone has then (their repr where that is not known) and timedeltas seconds, Decimals, Fractions and UUIDs strings, numpy arrays and all other
// objects their repr in a string; keys of dicts that are no strs are written as json.dumps does where it can, else their repr.
// What holds itself is "..." there.
func Plain(v any, opts ...Option) ([]byte, error) {
	graph, err := py.FromGo(v)
	if err != nil {
		return nil, &Error{Kind: ErrUnsupported, Err: err}
	}
	p := &plainer{options: settingsOf(opts), inside: map[any]bool{}}
	p.pause.stop = p.options.stop
	p.budget = p.output
	tree, err := p.tree(graph, 0)
	if err != nil {
		return nil, err
	}
	return marshal(tree, p.options)
}

type plainer struct {
	options
	budget int64
	inside map[any]bool // what the value at hand is part of
	pause
}

const recursive = "..."

func (p *plainer) spend(n int) error {
	if p.budget -= int64(n); p.budget < 0 {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("more than %d bytes", p.output)}
	}
	return nil
}

func (p *plainer) tree(v any, depth int) (any, error) {
	if depth > p.depth {
		return nil, &Error{Kind: ErrTooDeep, Detail: fmt.Sprintf("more than %d levels", p.depth)}
	}
	if err := p.spend(4); err != nil {
		return nil, err
	}
	if err := p.wanted(); err != nil {
		return nil, err
	}
	if id := identity(v); id != nil {
		if p.inside[id] {
			return recursive, nil
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

func (p *plainer) list(items []any, depth int) (any, error) {
	out := make([]any, len(items))
	for i, item := range items {
		var err error
		if out[i], err = p.tree(item, depth+1); err != nil {
			return nil, err
		}
	}
	return py.NewList(out...), nil
}

func (p *plainer) dict(pairs []py.Pair, depth int) (any, error) {
	out := &py.Dict{}
	for _, pair := range pairs {
		value, err := p.tree(pair.Value, depth+1)
		if err != nil {
			return nil, err
		}
		key := keyText(pair.Key)
		if err := p.spend(len(key)); err != nil {
			return nil, err
		}
		_ = out.Set(key, value) // a str has a hash
	}
	return out, nil
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

func (p *plainer) scalar(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64:
		return v, nil
	case *big.Int:
		if v.BitLen() > maxIntBits {
			return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("an int of more than %d digits", maxIntDigits)}
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, nil
		}
		return v, nil
	case string:
		return v, p.spend(len(v))
	case []byte:
		return p.bytes(v)
	case *py.ByteArray:
		return p.bytes(v.Bytes)
	case complex128:
		text := py.Repr(v)
		if len(text) > 2 && text[0] == '(' {
			text = text[1 : len(text)-1]
		}
		return text, nil
	}
	return p.text(v)
}

func (p *plainer) bytes(b []byte) (any, error) {
	return base64.StdEncoding.EncodeToString(b), p.spend(len(b))
}

// text returns the repr.
func (p *plainer) text(v any) (any, error) {
	text := py.Repr(v, py.WithReprObjects())
	return text, p.spend(len(text))
}

// plainClasses are the classes whose instances are their items.
func (p *plainer) object(o *py.Object, depth int) (any, error) {
	switch o.Class().String() {
	case "collections.OrderedDict", "collections.defaultdict":
		return p.dict(o.DictItems, depth)
	case "collections.Counter":
		if len(o.Args) == 1 {
			return p.tree(o.Args[0], depth+1)
		}
	case "collections.deque":
		return p.list(o.ListItems, depth)
	case "datetime.timedelta":
		var parts [3]int64
		if py.Assign(&parts, o.Args) == nil {
			return float64(parts[0])*24*60*60 + float64(parts[1]) + float64(parts[2])/1e6, nil
		}
	}
	if isTime(o) {
		if text, ok := isoText(o); ok {
			return text, p.spend(len(text))
		}
		return p.text(o)
	}
	if form, ok := standardForm(o).(*py.Dict); ok {
		return p.standard(o, form)
	}
	return p.text(o)
}

// standard returns the text that the form of its own holds.
func (p *plainer) standard(o *py.Object, form *py.Dict) (any, error) {
	for _, content := range form.All() {
		if text, ok := content.(string); ok {
			return text, p.spend(len(text))
		}
	}
	return p.text(o)
}
