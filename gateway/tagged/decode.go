package tagged

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// Decode reads a document of tagged JSON into a value of package py. It fails with an *[Error]: ErrSyntax for what is no JSON,
// ErrTooDeep, and ErrTag for a tag that is unknown or wrongly used.
func Decode(data []byte, opts ...Option) (any, error) {
	tree, err := Parse(data, opts...)
	if err != nil {
		return nil, err
	}
	return FromTree(tree)
}

// Parse reads a document of JSON and leaves its tags alone. Unlike package jsonser it refuses NaN, Infinity and numbers
// beyond the range of a float.
func Parse(data []byte, opts ...Option) (any, error) {
	o := settingsOf(opts)
	var tree any
	if err := jsonser.Unmarshal(data, &tree, jsonser.WithMaxDepth(o.depth), jsonser.WithMaxIntDigits(maxIntDigits)); err != nil {
		return nil, &Error{Kind: ErrSyntax, Err: err}
	}
	if err := finite(tree, "$"); err != nil {
		return nil, err
	}
	return tree, nil
}

// finite refuses what json.loads reads beyond JSON.
func finite(tree any, path string) error {
	switch v := tree.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &Error{Kind: ErrSyntax, Path: path, Detail: "a number that is not finite"}
		}
	case *py.List:
		for i, item := range v.Items {
			if err := finite(item, path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	case *py.Dict:
		for key, value := range v.All() {
			if err := finite(value, keyPath(path, key)); err != nil {
				return err
			}
		}
	}
	return nil
}

func keyPath(path string, key any) string { return path + "[" + py.Repr(key) + "]" }

// FromTree reads the value of a tree that [Parse] has returned, or of a part of it. A "$ref" must come with its
// "$def" in the same part.
func FromTree(tree any) (any, error) {
	return NewReader().Value(tree, "$")
}

// Reader reads several parts of one document, whose "$ref"s may name a "$def" of an earlier part.
type Reader struct {
	work    int64
	defs    map[int64]any
	classes bool
}

// NewReader returns a Reader for one document.
func NewReader() *Reader { return &Reader{work: maxWork, defs: map[int64]any{}} }

// NamesClasses reports whether the parts that were read name a class or a function: who does not know it cannot read them.
func (r *Reader) NamesClasses() bool { return r.classes }

// Value reads the value of a part. The path is where the part stands, for errors.
func (r *Reader) Value(tree any, path string) (any, error) { return r.value(tree, path, nil) }

// value reads a tree; define, if not nil, is told the value as soon as something can refer to it.
func (r *Reader) value(tree any, path string, define func(any)) (any, error) {
	switch v := tree.(type) {
	case *py.List:
		out := &py.List{}
		defined(define, out)
		items, err := r.items(v, path)
		out.Items = items
		return out, err
	case *py.Dict:
		return r.object(v, path, define)
	}
	defined(define, tree)
	return tree, nil
}

func defined(define func(any), v any) {
	if define != nil {
		define(v)
	}
}

func (r *Reader) items(list *py.List, path string) ([]any, error) {
	out := make([]any, len(list.Items))
	return out, r.fill(out, list, path)
}

func (r *Reader) fill(out []any, list *py.List, path string) error {
	for i, item := range list.Items {
		var err error
		if out[i], err = r.value(item, path+"["+strconv.Itoa(i)+"]", nil); err != nil {
			return err
		}
	}
	return nil
}

// object reads a JSON object: a dict, or a tag with its content.
func (r *Reader) object(d *py.Dict, path string, define func(any)) (any, error) {
	for key := range d.All() {
		if text, _ := key.(string); strings.HasPrefix(text, tagPrefix) {
			return r.tag(text, d, path, define)
		}
	}
	out := &py.Dict{}
	defined(define, out)
	for key, tree := range d.All() {
		value, err := r.value(tree, keyPath(path, key), nil)
		if err != nil {
			return nil, err
		}
		if err := out.SetWithin(key, value, &r.work); err != nil {
			return nil, &Error{Kind: ErrTooLarge, Path: path, Err: err}
		}
	}
	return out, nil
}

func (r *Reader) tag(name string, d *py.Dict, path string, define func(any)) (any, error) {
	content, _ := d.Get(name)
	fail := func(err error) (any, error) {
		return nil, &Error{Kind: ErrTag, Path: keyPath(path, name), Err: err}
	}
	if name == tagDef || d.Len() == 2 && hasKey(d, tagDef) {
		return r.definition(d, path, define)
	}
	if d.Len() != 1 {
		return fail(errWant("no other key beside a tag; a dict with keys that begin with $ is a $dict"))
	}
	r.classes = r.classes || name == tagClass || name == tagObject
	path = keyPath(path, name)
	if name == tagRef {
		number, _ := content.(int64)
		v, ok := r.defs[number]
		if !ok {
			return fail(errWant("the number of a $def before it that can be referred to here"))
		}
		defined(define, v)
		return v, nil
	}
	if read := container(name); read != nil {
		return read(r, content, path, define)
	}
	read := scalars[name]
	if read == nil {
		read = standardReader(name)
	}
	if read == nil {
		return fail(errWant("a tag that exists"))
	}
	v, err := read(content)
	if err != nil {
		return fail(err)
	}
	defined(define, v)
	return v, nil
}

func hasKey(d *py.Dict, key string) bool {
	_, ok := d.Get(key)
	return ok
}

// definition reads a value that is referred to later, or from inside of itself.
func (r *Reader) definition(d *py.Dict, path string, outer func(any)) (any, error) {
	content, _ := d.Get(tagDef)
	number, ok := content.(int64)
	tree, hasValue := d.Get(keyValue)
	if _, twice := r.defs[number]; !ok || !hasValue || d.Len() != 2 || twice {
		return nil, &Error{Kind: ErrTag, Path: keyPath(path, tagDef), Err: errWant("a number that is new, and a value")}
	}
	return r.value(tree, keyPath(path, keyValue), func(v any) {
		r.defs[number] = v
		defined(outer, v)
	})
}

// scalars read the tags whose content holds no other values.
var scalars = map[string]func(content any) (any, error){
	tagStr: readStr, tagInt: readInt, tagFloat: readFloat, tagComplex: readComplex, tagConstant: readConstant, tagClass: readClass,
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

func readClass(content any) (any, error) {
	var names [2]string
	list, ok := content.(*py.List)
	if !ok || py.Assign(&names, list) != nil {
		return nil, errWant("two strings: a module and a qualified name")
	}
	return py.Class{Module: names[0], Name: names[1]}, nil
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
