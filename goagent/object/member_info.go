package object

// MemberKind tells what a member of a served object is used for.
type MemberKind string

const (
	// KindMethod is a method, or anything else that can be called.
	KindMethod MemberKind = "method"
	// KindSignal is a signal.
	KindSignal MemberKind = "signal"
	// KindAttribute is an attribute or a property, which has a value.
	KindAttribute MemberKind = "attribute"
)

// MemberInfo is what a server tells about a member of its object.
type MemberInfo struct {
	// Name is the member's name.
	Name string `pickle:"name"`
	// Kind tells what it is used for.
	Kind MemberKind `pickle:"kind"`
	// Doc is the documentation of a method. It may be empty.
	Doc string `pickle:"doc"`
	// Items is set when an attribute has items that can be set, as dicts and lists have.
	Items bool `pickle:"items"`
	// Type is the name of the Python type of an attribute's value, as far as it is known without a
	// look at the value.
	Type string `pickle:"type"`
	// ReadOnly is set when an attribute cannot be set. It is false for servers of the original, which
	// do not report it.
	ReadOnly bool `pickle:"read_only"`
	// Params are the parameters of a method. The original does not tell them: there HasParams is
	// false. Of a signal of the dialect develop they are the values that it is emitted with.
	Params []ParamInfo `pickle:"params"`
	// HasParams is set when Params is complete.
	HasParams bool `pickle:"has_params"`
}

// ParamInfo is a parameter of a method.
type ParamInfo struct {
	// Name is the parameter's name; that of one that can be given by position only is made up.
	Name string `pickle:"name"`
	// Type is the name of the Python type that is wanted; it is empty when any will do or it is not
	// known.
	Type string `pickle:"type"`
	// Default is the value that it has when it is not given, one of package py, where HasDefault is
	// set.
	Default    any  `pickle:"default"`
	HasDefault bool `pickle:"has_default"`
	// PositionOnly, KeywordOnly, Variadic (*args) and Keywords (**kwargs) tell how it can be given.
	PositionOnly bool `pickle:"position_only"`
	KeywordOnly  bool `pickle:"keyword_only"`
	Variadic     bool `pickle:"variadic"`
	Keywords     bool `pickle:"keywords"`
}
