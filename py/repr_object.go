package py

import (
	"slices"
	"strings"
)

// object writes an object of a class that prints something better than its name.
func (r *repr) object(o *Object) {
	class := o.Class()
	if r.standard(class, o) || r.collection(class, o) || r.exception(class, o) || r.derived(o) {
		return
	}
	switch {
	case r.objects:
		r.made(o)
	case class == (Class{}):
		r.str("<object>")
	default:
		r.str("<" + class.String() + " object>")
	}
}

// made writes what an object was made of.
func (r *repr) made(o *Object) {
	r.str("<")
	args, made := o.Args, o.Callable
	if class := o.Class(); class != (Class{}) {
		made = nil
		r.str(class.String())
	}
	if made != nil {
		r.value(made)
	}
	r.str("(")
	r.arguments(args)
	r.str(")")
	if o.Kwargs != nil {
		r.str(" kwargs=")
		r.dict(o.Kwargs.Pairs())
	}
	if o.HasState {
		r.str(" state=")
		r.value(o.State)
	}
	if len(o.ListItems) > 0 {
		r.str(" items=[")
		r.arguments(o.ListItems)
		r.str("]")
	}
	if len(o.DictItems) > 0 {
		r.str(" dict=")
		r.dict(o.DictItems)
	}
	r.str(">")
}

// standard writes the values of the standard library that print as a call with their arguments.
func (r *repr) standard(class Class, o *Object) bool {
	switch class.Module {
	case "datetime":
		return r.datetime(class.Name, o)
	case "decimal", "uuid", "ipaddress":
		if text, ok := textOf(o); ok {
			r.call(class.Name, func() { r.quote(text) })
			return true
		}
	case "fractions":
		if rat, ok := ratOf(o); ok {
			r.call(class.Name, func() {
				r.bigInt(rat.Num())
				r.str(", ")
				r.bigInt(rat.Denom())
			})
			return true
		}
	case "pathlib", "pathlib._local":
		return r.path(class.Name, o)
	case "functools":
		return class.Name == "partial" && r.partial(o)
	case "types":
		return class.Name == "SimpleNamespace" && r.namespace(o)
	case "time":
		return class.Name == "struct_time" && r.structTime(o)
	case "builtins", "__builtin__":
		switch class.Name {
		case "range", "slice", "xrange":
			return r.rangeOrSlice(class.Name, o)
		case "type":
			if len(o.Args) == 1 {
				r.str("<class '" + TypeName(o.Args[0]) + "'>")
				return true
			}
		}
	}
	return r.zone(o)
}

// arguments writes values separated by commas.
func (r *repr) arguments(args []any) { r.items(len(args), func(i int) { r.value(args[i]) }) }

func (r *repr) rangeOrSlice(name string, o *Object) bool {
	args := o.Args
	if name != "slice" && len(args) == 3 {
		if step, ok := args[2].(int64); ok && step == 1 {
			args = args[:2]
		}
	}
	r.call(strings.TrimPrefix(name, "x"), func() { r.arguments(args) })
	return true
}

func (r *repr) path(name string, o *Object) bool {
	var joined string
	for i, a := range o.Args {
		s, ok := a.(string)
		if !ok {
			return false
		}
		if i > 0 && !strings.HasSuffix(joined, "/") && !strings.HasSuffix(joined, `\`) {
			joined += "/"
		}
		joined += s
	}
	windows := strings.Contains(name, "Windows")
	var text strings.Builder
	for i, part := range pathParts(joined, windows) {
		s, _ := part.(string)
		if i > 0 && !strings.HasSuffix(text.String(), "/") {
			text.WriteByte('/')
		}
		text.WriteString(strings.ReplaceAll(s, `\`, "/"))
	}
	if text.Len() == 0 {
		text.WriteByte('.')
	}
	r.call(name, func() { r.quote(text.String()) })
	return true
}

func (r *repr) partial(o *Object) bool {
	state, ok := o.State.(Tuple)
	if !ok || len(state) < 3 {
		return false
	}
	args, _ := state[1].(Tuple)
	kwargs, _ := state[2].(*Dict)
	r.call("functools.partial", func() {
		r.value(state[0])
		for _, a := range args {
			r.str(", ")
			r.value(a)
		}
		if kwargs != nil {
			r.keywords(kwargs.Pairs(), ", ")
		}
	})
	return true
}

// keywords writes name=value pairs, each after a separator but the first, which comes after lead.
func (r *repr) keywords(pairs []Pair, lead string) {
	for i, p := range pairs {
		if i > 0 {
			lead = ", "
		}
		r.str(lead)
		if name, ok := p.Key.(string); ok {
			r.str(name)
		} else {
			r.value(p.Key)
		}
		r.str("=")
		r.value(p.Value)
	}
}

func (r *repr) namespace(o *Object) bool {
	attributes, _ := o.State.(*Dict)
	r.call("namespace", func() {
		if attributes != nil {
			r.keywords(attributes.Pairs(), "")
		}
	})
	return true
}

var structTimeFields = []string{"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"}

func (r *repr) structTime(o *Object) bool {
	if len(o.Args) == 0 {
		return false
	}
	fields, ok := o.Args[0].(Tuple)
	if !ok || len(fields) != len(structTimeFields) {
		return false
	}
	pairs := make([]Pair, len(fields))
	for i, f := range fields {
		pairs[i] = Pair{structTimeFields[i], f}
	}
	r.call("time.struct_time", func() { r.keywords(pairs, "") })
	return true
}

// zone writes a zoneinfo.ZoneInfo, whose reduction calls a method of the class.
func (r *repr) zone(o *Object) bool {
	method, ok := o.Callable.(*Object)
	if !ok || len(method.Args) != 2 || len(o.Args) == 0 || method.Args[0] != any(Class{"zoneinfo", "ZoneInfo"}) {
		return false
	}
	r.call("zoneinfo.ZoneInfo", func() {
		r.str("key=")
		r.value(o.Args[0])
	})
	return true
}

// datetime writes the classes of module datetime.
func (r *repr) datetime(name string, o *Object) bool {
	switch name {
	case "date":
		p, err := packed(o, dateSize)
		if err != nil {
			return false
		}
		r.call("datetime.date", func() { r.numbers(int64(p[0])<<8|int64(p[1]), int64(p[2]), int64(p[3])) })
		return true
	case "datetime":
		p, err := packed(o, datetimeSize)
		if err != nil {
			return false
		}
		r.clock("datetime.datetime", []int64{int64(p[0])<<8 | int64(p[1]), int64(p[2] &^ foldBit), int64(p[3])}, p[4:], p[2]&foldBit != 0, o)
		return true
	case "time":
		p, err := packed(o, timeSize)
		if err != nil {
			return false
		}
		fold := p[0]&foldBit != 0
		r.clock("datetime.time", nil, append([]byte{p[0] &^ foldBit}, p[1:]...), fold, o)
		return true
	case "timedelta":
		return r.timedelta(o)
	case "timezone":
		return r.timezone(o)
	}
	return false
}

func (r *repr) numbers(ns ...int64) { r.items(len(ns), func(i int) { r.value(ns[i]) }) }

// clock writes a datetime or time, of which seconds and microseconds that are zero are left out.
func (r *repr) clock(name string, date []int64, p []byte, fold bool, o *Object) {
	fields := append(slices.Clone(date), int64(p[0]), int64(p[1]))
	micros := int64(p[3])<<16 | int64(p[4])<<8 | int64(p[5])
	if p[2] != 0 || micros != 0 {
		fields = append(fields, int64(p[2]))
	}
	if micros != 0 {
		fields = append(fields, micros)
	}
	r.call(name, func() {
		r.numbers(fields...)
		zone := func() {
			if zone := zoneArg(o); zone != nil {
				r.str(", tzinfo=")
				r.value(zone)
			}
		}
		if date == nil { // time.__repr__ puts the fold last
			zone()
		}
		if fold {
			r.str(", fold=1")
		}
		if date != nil {
			zone()
		}
	})
}

func (r *repr) timedelta(o *Object) bool {
	var pairs []Pair
	for i, name := range []string{"days", "seconds", "microseconds"} {
		if i >= len(o.Args) {
			break
		}
		if n, ok := o.Args[i].(int64); ok && n != 0 {
			pairs = append(pairs, Pair{name, n})
		}
	}
	r.call("datetime.timedelta", func() {
		if len(pairs) == 0 {
			r.str("0")
		}
		r.keywords(pairs, "")
	})
	return true
}

func (r *repr) timezone(o *Object) bool {
	if len(o.Args) == 0 {
		return false
	}
	if offset, ok := o.Args[0].(*Object); ok && len(o.Args) == 1 {
		if d, err := timedelta(offset); err == nil && d == 0 {
			r.str("datetime.timezone.utc")
			return true
		}
	}
	r.call("datetime.timezone", func() { r.arguments(o.Args) })
	return true
}
