package py

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strings"
)

// collection writes the collections of the standard library.
func (r *repr) collection(class Class, o *Object) bool {
	switch class {
	case Class{"collections", "OrderedDict"}:
		r.ordered(o)
	case Class{"collections", "defaultdict"}:
		r.call("defaultdict", func() {
			if len(o.Args) > 0 {
				r.value(o.Args[0])
			} else {
				r.value(nil)
			}
			r.str(", ")
			r.dict(o.DictItems)
		})
	case Class{"collections", "Counter"}:
		return r.counter(o)
	case Class{"collections", "deque"}:
		r.deque(o)
	case Class{"array", "array"}, Class{"array", "_array_reconstructor"}:
		return r.array(o)
	default:
		return false
	}
	return true
}

func (r *repr) ordered(o *Object) {
	pairs, _ := mappingOf(o) // Python 2 makes it of a list of pairs
	if len(pairs) == 0 {
		r.str("OrderedDict()")
		return
	}
	r.call("OrderedDict", func() { r.dict(pairs) })
}

// counter writes a Counter, the most common element first.
func (r *repr) counter(o *Object) bool {
	var counts *Dict
	if len(o.Args) > 0 {
		counts, _ = o.Args[0].(*Dict)
	}
	if counts == nil || counts.Len() == 0 {
		r.str("Counter()")
		return true
	}
	pairs := slices.Clone(counts.Pairs())
	numbers := true
	slices.SortStableFunc(pairs, func(a, b Pair) int {
		an, ok1 := a.Value.(int64)
		bn, ok2 := b.Value.(int64)
		numbers = numbers && ok1 && ok2
		return cmp.Compare(bn, an)
	})
	if !numbers {
		pairs = counts.Pairs()
	}
	r.call("Counter", func() { r.dict(pairs) })
	return true
}

func (r *repr) deque(o *Object) {
	r.call("deque", func() {
		r.list(dequeItems(o))
		if len(o.Args) == 2 && o.Args[1] != nil {
			r.str(", maxlen=")
			r.value(o.Args[1])
		}
	})
}

// array writes an array.array, which is reduced to a list below protocol 3 and to its bytes above.
func (r *repr) array(o *Object) bool {
	args := o.Args
	if len(args) == 4 {
		content, ok1 := args[3].([]byte)
		format, ok2 := args[2].(int64)
		items, ok3 := arrayElements(format, content, r.limit)
		if !ok1 || !ok2 || !ok3 {
			return false
		}
		args = Tuple{args[1], items}
	}
	if len(args) == 0 {
		return false
	}
	r.call("array", func() {
		r.value(args[0])
		if len(args) < 2 || isEmptyList(args[1]) {
			return
		}
		r.str(", ")
		r.value(args[1])
	})
	return true
}

func isEmptyList(v any) bool {
	switch v := v.(type) {
	case *List:
		return v.Len() == 0
	case string:
		return v == ""
	}
	return false
}

// arrayElements reads the elements of an array in the formats of _array_reconstructor, no more than
// limit of them.
func arrayElements(format int64, content []byte, limit int) (any, bool) {
	if format < 0 || format > 21 {
		return nil, false
	}
	if format >= 18 {
		return arrayText(format, content)
	}
	sizes := [...]int{1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8}
	size := sizes[format]
	var order binary.ByteOrder = binary.LittleEndian
	if format > 1 && format%2 == 1 {
		order = binary.BigEndian
	}
	list := &List{}
	for len(content) >= size && list.Len() <= limit {
		list.Append(arrayElement(format, order, content[:size]))
		content = content[size:]
	}
	return list, true
}

func arrayElement(format int64, order binary.ByteOrder, b []byte) any {
	switch {
	case format == 0:
		return int64(b[0])
	case format == 1:
		return int64(int8(b[0]))
	case format <= 3:
		return int64(order.Uint16(b))
	case format <= 5:
		return int64(int16(order.Uint16(b)))
	case format <= 7:
		return int64(order.Uint32(b))
	case format <= 9:
		return int64(int32(order.Uint32(b)))
	case format <= 11:
		return NewInt(new(big.Int).SetUint64(order.Uint64(b)))
	case format <= 13:
		return int64(order.Uint64(b))
	case format <= 15:
		return float64(math.Float32frombits(order.Uint32(b)))
	}
	return math.Float64frombits(order.Uint64(b))
}

// arrayText reads an array of characters in UTF-16 or UTF-32.
func arrayText(format int64, content []byte) (any, bool) {
	var text strings.Builder
	var order binary.ByteOrder = binary.LittleEndian
	if format%2 == 1 {
		order = binary.BigEndian
	}
	size := 4
	if format < 20 {
		size = 2
	}
	for ; len(content) >= size; content = content[size:] {
		if size == 2 {
			text.WriteRune(rune(order.Uint16(content)))
		} else {
			text.WriteRune(rune(order.Uint32(content)))
		}
	}
	return text.String(), true
}

// exception writes an exception with its args. Which classes are exceptions is told by their names.
func (r *repr) exception(class Class, o *Object) bool {
	name := class.Name[strings.LastIndexByte(class.Name, '.')+1:]
	if o.How != Reduce || !isExceptionName(class.Module, name) {
		return false
	}
	args := o.Args
	if len(args) > 2 && isBuiltin(class.Module) && isOSError(name) {
		args = args[:2] // the rest are the names of files
	}
	r.call(name, func() { r.arguments(args) })
	return true
}

func isExceptionName(module, name string) bool {
	for _, suffix := range []string{"Error", "Exception", "Warning", "ExceptionGroup"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	if isBuiltin(module) {
		return name == "KeyboardInterrupt" || name == "SystemExit" || name == "StopIteration" || name == "StopAsyncIteration" || name == "GeneratorExit"
	}
	return false
}

func isOSError(name string) bool {
	const osErrors = " OSError BlockingIOError ChildProcessError ConnectionError BrokenPipeError ConnectionAbortedError ConnectionRefusedError " +
		"ConnectionResetError FileExistsError FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError PermissionError " +
		"ProcessLookupError TimeoutError "
	return strings.Contains(osErrors, " "+name+" ")
}

// derived writes objects of unknown classes that derive from list, dict or set.
func (r *repr) derived(o *Object) bool {
	switch {
	case o.How != Reduce && len(o.ListItems) > 0:
		r.list(o.ListItems)
	case o.How != Reduce && len(o.DictItems) > 0:
		r.dict(o.DictItems)
	default:
		return false
	}
	return true
}
