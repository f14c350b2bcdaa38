package object

import (
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Describe answers 'describe' with all members, sorted by name.
func (o *Served) Describe() []MemberInfo {
	names := slices.Clone(o.members.names())
	slices.Sort(names)
	infos := []MemberInfo{}
	for _, name := range names {
		if m, err := o.find(name); err == nil {
			info := m.info()
			info.Name = name
			infos = append(infos, info)
		}
	}
	return infos
}

func (m methodMember) info() MemberInfo {
	return MemberInfo{Kind: KindMethod, Params: m.f.paramInfos(), HasParams: true}
}

func (m signalMember) info() MemberInfo { return MemberInfo{Kind: KindSignal} }

func (m *valueMember) info() MemberInfo {
	info := MemberInfo{Kind: KindAttribute, ReadOnly: m.put == nil}
	if m.typ != nil {
		info.Type = pythonType(m.typ)
		info.Items = !m.frozen && (info.Type == "dict" || info.Type == "list")
	}
	return info
}

// paramInfos lists the parameters in the order of a signature of Python.
func (f *function) paramInfos() []ParamInfo {
	infos := f.named(false)
	if f.variadic != nil {
		infos = append(infos, ParamInfo{Name: "args", Type: pythonType(f.variadic), Variadic: true})
	}
	infos = append(infos, f.named(true)...)
	if f.kwargs {
		infos = append(infos, ParamInfo{Name: "kwargs", Keywords: true})
	}
	return infos
}

// named lists the parameters that are keyword-only, or all others.
func (f *function) named(keywordOnly bool) []ParamInfo {
	infos := []ParamInfo{}
	for _, p := range f.params {
		if p.keywordOnly != keywordOnly {
			continue
		}
		info := ParamInfo{Name: p.name, Type: pythonType(p.typ), HasDefault: p.hasDefault, KeywordOnly: p.keywordOnly, PositionOnly: p.unnamed}
		if p.hasDefault && p.value.IsValid() {
			info.Default = pyerr.Sendable(p.value.Interface())
		}
		infos = append(infos, info)
	}
	return infos
}

// pythonType returns the name of the Python type of a Go type's values, or "" if it depends on the
// value.
func pythonType(t reflect.Type) string {
	if t == nil || t.Implements(pyMarshalerType) || t.Implements(textMarshalerType) {
		return ""
	}
	switch t {
	case reflect.TypeFor[*py.Dict]():
		return "dict"
	case reflect.TypeFor[*py.List]():
		return "list"
	case tupleType:
		return "tuple"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if t.PkgPath() != "" { // such as time.Duration
			return ""
		}
		return "int"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.String:
		return "str"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "list"
	case reflect.Map:
		if isSet(t) {
			return "set"
		}
		return "dict"
	}
	return ""
}
