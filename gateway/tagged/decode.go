package tagged

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// Decode reads a document of tagged JSON into a value of package py. By default it holds values
// only: a document that names a class or a function is refused, see [WithClasses].
//
// It fails with an *[Error] of one of these kinds:
//
//   - ErrSyntax for what is not JSON
//   - ErrTooDeep for more levels of nesting than the limit
//   - ErrTooLarge for more memory or work than the limits allow
//   - ErrTag for a tag that is unknown or wrongly used
//   - ErrClass for a class that may not be named
func Decode(data []byte, opts ...Option) (any, error) {
	tree, err := Parse(data, opts...)
	if err != nil {
		return nil, err
	}
	return FromTree(tree, opts...)
}

// Parse reads a document of JSON and leaves its tags alone. Unlike package jsonser it refuses NaN,
// Infinity and numbers beyond the range of a float.
func Parse(data []byte, opts ...Option) (any, error) {
	o := settingsOf(opts)
	var tree any
	err := jsonser.Unmarshal(data, &tree, jsonser.WithMaxDepth(o.depth), jsonser.WithMaxIntDigits(maxIntDigits), jsonser.WithMaxMemory(o.memory))
	var syntax *jsonser.SyntaxError
	if errors.As(err, &syntax) && syntax.Kind == jsonser.TooMuchMemory {
		return nil, &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("it takes more than %d bytes of memory", o.memory)}
	}
	if err != nil {
		return nil, &Error{Kind: ErrSyntax, Err: err}
	}
	if err := finite(tree); err != nil {
		return nil, under("$", err)
	}
	return tree, nil
}

// finite refuses what json.loads reads beyond JSON.
func finite(tree any) error {
	switch v := tree.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &Error{Kind: ErrSyntax, Detail: "a number that is not finite"}
		}
	case *py.List:
		for i, item := range v.Items {
			if err := finite(item); err != nil {
				return under(indexStep(i), err)
			}
		}
	case *py.Dict:
		for key, value := range v.All() {
			if err := finite(value); err != nil {
				return under(keyStep(key), err)
			}
		}
	}
	return nil
}

// FromTree reads the value of a tree that [Parse] has returned, or of a part of it. A "$ref" must
// come with its "$def" in the same part. It fails as [Decode] does.
func FromTree(tree any, opts ...Option) (any, error) {
	return NewReader(opts...).Value(tree, "$")
}

// Reader reads several parts of one document, whose "$ref"s may name a "$def" of an earlier part.
type Reader struct {
	options
	work int64
	left int64 // bytes of memory that the values may still take
	pause
	defs  map[int64]any
	named bool
}

// NewReader returns a Reader for one document. Without [WithClasses] its parts hold values only.
func NewReader(opts ...Option) *Reader {
	r := &Reader{options: settingsOf(opts), work: maxWork, defs: map[int64]any{}}
	r.left, r.pause.stop = r.memory, r.options.stop
	return r
}

// NamesClasses reports whether the parts that were read name a class or a function: a reader that
// does not know it cannot read them.
func (r *Reader) NamesClasses() bool { return r.named }

// Value reads the value of a part. The path is where the part stands, for errors. It fails as
// [Decode] does.
func (r *Reader) Value(tree any, path string) (any, error) {
	v, err := r.value(tree, nil)
	if err != nil {
		return nil, under(path, err)
	}
	return v, nil
}

// spend takes memory for values.
func (r *Reader) spend(bytes int) error {
	if r.left -= int64(bytes); r.left < 0 {
		return &Error{Kind: ErrTooLarge, Detail: fmt.Sprintf("it takes more than %d bytes of memory", r.memory)}
	}
	return r.wanted()
}

// About how many bytes of memory things take.
const (
	slotSize   = 16 // an item of a list
	listSize   = 32
	entrySize  = 64 // an entry of a dict or set, with what finds it
	dictSize   = 128
	objectSize = 256
)

// value reads a tree; define, if not nil, is told the value as soon as something can refer to it.
func (r *Reader) value(tree any, define func(any)) (any, error) {
	switch v := tree.(type) {
	case *py.List:
		out := &py.List{}
		defined(define, out)
		items, err := r.items(v)
		out.Items = items
		return out, err
	case *py.Dict:
		return r.object(v, define)
	}
	defined(define, tree)
	return tree, nil
}

func defined(define func(any), v any) {
	if define != nil {
		define(v)
	}
}

func (r *Reader) items(list *py.List) ([]any, error) {
	if err := r.spend(listSize + slotSize*len(list.Items)); err != nil {
		return nil, err
	}
	out := make([]any, len(list.Items))
	return out, r.fill(out, list)
}

func (r *Reader) fill(out []any, list *py.List) error {
	for i, item := range list.Items {
		var err error
		if out[i], err = r.value(item, nil); err != nil {
			return under(indexStep(i), err)
		}
	}
	return nil
}

// object reads a JSON object: a dict, or a tag with its content.
func (r *Reader) object(d *py.Dict, define func(any)) (any, error) {
	for key := range d.All() {
		if text, _ := key.(string); strings.HasPrefix(text, tagPrefix) {
			return r.tag(text, d, define)
		}
	}
	if err := r.spend(dictSize + entrySize*d.Len()); err != nil {
		return nil, err
	}
	out := &py.Dict{}
	defined(define, out)
	for key, tree := range d.All() {
		value, err := r.value(tree, nil)
		if err != nil {
			return nil, under(keyStep(key), err)
		}
		if err := out.SetWithin(key, value, &r.work); err != nil {
			return nil, &Error{Kind: ErrTooLarge, Err: err}
		}
	}
	return out, nil
}

func (r *Reader) tag(name string, d *py.Dict, define func(any)) (any, error) {
	if name == tagDef || d.Len() == 2 && hasKey(d, tagDef) {
		return r.definition(d, define)
	}
	v, err := r.tagged(name, d, define)
	if err != nil {
		return nil, under(keyStep(name), err)
	}
	return v, nil
}

func tagError(err error) error { return &Error{Kind: ErrTag, Err: err} }

// tagged reads the value of a tag other than $def.
func (r *Reader) tagged(name string, d *py.Dict, define func(any)) (any, error) {
	if err := r.spend(objectSize); err != nil {
		return nil, err
	}
	content, _ := d.Get(name)
	if d.Len() != 1 {
		return nil, tagError(errWant("no other key beside a tag; a dict with keys that begin with $ is a $dict"))
	}
	if name == tagRef {
		number, _ := content.(int64)
		v, ok := r.defs[number]
		if !ok {
			return nil, tagError(errWant("the number of a $def before it that can be referred to here"))
		}
		defined(define, v)
		return v, nil
	}
	if read := container(name); read != nil {
		return read(r, content, define)
	}
	read := scalars[name]
	if read == nil {
		read = standardReader(name)
	}
	if read == nil {
		return nil, tagError(errWant("a tag that exists"))
	}
	v, err := read(content)
	if err != nil {
		return nil, tagError(err)
	}
	defined(define, v)
	return v, nil
}

func hasKey(d *py.Dict, key string) bool {
	_, ok := d.Get(key)
	return ok
}

// definition reads a value that is referred to later, or from inside of itself.
func (r *Reader) definition(d *py.Dict, outer func(any)) (any, error) {
	content, _ := d.Get(tagDef)
	number, ok := content.(int64)
	tree, hasValue := d.Get(keyValue)
	if _, twice := r.defs[number]; !ok || !hasValue || d.Len() != 2 || twice {
		return nil, under(keyStep(tagDef), tagError(errWant("a number that is new, and a value")))
	}
	if err := r.spend(entrySize); err != nil {
		return nil, err
	}
	v, err := r.value(tree, func(v any) {
		r.defs[number] = v
		defined(outer, v)
	})
	if err != nil {
		return nil, under(keyStep(keyValue), err)
	}
	return v, nil
}

// scalars read the tags whose content holds no other values.
var scalars = map[string]func(content any) (any, error){
	tagStr: readStr, tagInt: readInt, tagFloat: readFloat, tagComplex: readComplex, tagConstant: readConstant,
	tagBytes: func(content any) (any, error) { return readBytes(content) },
	tagByteArray: func(content any) (any, error) {
		b, err := readBytes(content)
		return &py.ByteArray{Bytes: b}, err
	},
}

func readStr(content any) (any, error) {
	var parts []string
	list, ok := content.(*py.List)
	if !ok || py.Assign(&parts, list) != nil {
		return nil, errWant("an array of strings")
	}
	return strings.Join(parts, ""), nil
}

var intPattern = regexp.MustCompile(`^-?\d+$`)

func readInt(content any) (any, error) {
	text, ok := content.(string)
	if !ok || len(text) > maxIntDigits+1 || !intPattern.MatchString(text) {
		return nil, errWant(fmt.Sprintf("decimal digits in a string, %d at most", maxIntDigits))
	}
	n, _ := new(big.Int).SetString(text, 10) // digits
	return py.NewInt(n), nil
}

var nanPattern = regexp.MustCompile(`^0x[0-9a-f]{16}$`)

func readFloat(content any) (any, error) {
	text, _ := content.(string)
	switch text {
	case "inf":
		return math.Inf(1), nil
	case "-inf":
		return math.Inf(-1), nil
	case "nan":
		return math.Float64frombits(pythonNaN), nil
	}
	if nanPattern.MatchString(text) {
		bits, _ := strconv.ParseUint(text[2:], 16, 64) // 16 digits
		return math.Float64frombits(bits), nil
	}
	return nil, errWant(`"nan", "inf" or "-inf"`)
}

func readComplex(content any) (any, error) {
	list, ok := content.(*py.List)
	if !ok || list.Len() != 2 {
		return nil, errWant("two numbers")
	}
	var parts [2]float64
	for i, item := range list.Items {
		if d, ok := item.(*py.Dict); ok && d.Len() == 1 && hasKey(d, tagFloat) {
			text, _ := d.Get(tagFloat)
			v, err := readFloat(text)
			if err != nil {
				return nil, err
			}
			item = v
		}
		switch n := item.(type) {
		case float64:
			parts[i] = n
		case int64:
			parts[i] = float64(n)
		default:
			return nil, errWant("two numbers")
		}
	}
	return complex(parts[0], parts[1]), nil
}

func readConstant(content any) (any, error) {
	switch content {
	case constantEllipsis:
		return py.Ellipsis, nil
	case constantNotImplemented:
		return py.NotImplemented, nil
	}
	return nil, errWant(`"Ellipsis" or "NotImplemented"`)
}

func readBytes(content any) ([]byte, error) {
	text, ok := content.(string)
	if !ok {
		return nil, errWant("base64 in a string")
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return b, nil
}
