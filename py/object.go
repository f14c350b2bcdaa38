package py

// Construction tells how a pickle asks for an [Object] to be made. It decides the opcodes
// that write the object again.
type Construction uint8

const (
	// Reduce calls the callable with the arguments (opcode REDUCE).
	Reduce Construction = iota
	// NewObj calls cls.__new__(cls, *args) (opcode NEWOBJ).
	NewObj
	// NewObjEx calls cls.__new__(cls, *args, **kwargs) (opcode NEWOBJ_EX).
	NewObjEx
	// Inst makes an old-style instance from a named class (opcode INST).
	Inst
	// Obj makes an old-style instance from a class on the stack (opcode OBJ).
	Obj
)

// Object is an instance of a class that has no Go counterpart. It keeps the reduction from the
// pickle, which is never executed. Its identity is its pointer.
//
// The fields are the items of the tuple that Python's object.__reduce_ex__ returns.
type Object struct {
	// How tells which opcode makes the object.
	How Construction
	// Callable is what is called: a Class as a rule, any value in a crafted pickle.
	Callable any
	// Args are the positional arguments.
	Args Tuple
	// Kwargs are the keyword arguments of NewObjEx, nil otherwise.
	Kwargs *Dict
	// State is the argument of BUILD; HasState is set when there was one.
	State any
	// HasState is set when the object has a State, which may be nil.
	HasState bool
	// StateSetter, if not nil, is the callable that is applied to (object, state) in place of
	// BUILD (the sixth item of a reduction).
	StateSetter any
	// ListItems are appended to the object after its construction.
	ListItems []any
	// DictItems are stored into the object after its construction.
	DictItems []Pair
	// Reducer, if not nil, is asked how the object is written at a protocol by a release of
	// CPython. Objects that were decoded have none: they are written as they were read.
	Reducer Reducer
}

// Reducer knows objects that CPython reduces in different ways.
type Reducer interface {
	// Reduce returns the object as CPython 3.minor reduces it at the protocol, or nil where its own
	// fields say that already.
	Reduce(protocol, minor int) *Object
}

// NewObject returns the object that a call of class with the given arguments makes.
func NewObject(class Class, args ...any) *Object {
	return &Object{Callable: class, Args: args}
}

// Class returns the class of which the object is an instance, as far as its reduction shows it. It
// is the callable, or the first argument where the callable is one of copyreg's helpers:
// _reconstructor, __newobj__ or __newobj_ex__. A class that is nested in another one, which low
// protocols write as a call of getattr, has its qualified name. It is the zero Class when the
// callable is not a class.
func (o *Object) Class() Class {
	c := globalName(o.Callable, maxNesting)
	if !isCopyreg(c) || len(o.Args) == 0 {
		return c
	}
	if inner := globalName(o.Args[0], maxNesting); inner != (Class{}) {
		return inner
	}
	return c
}

// isCopyreg reports whether c is one of the helpers of copyreg that get the class as their first
// argument.
func isCopyreg(c Class) bool {
	if c.Module != "copyreg" && c.Module != "copy_reg" {
		return false
	}
	switch c.Name {
	case "_reconstructor", "__newobj__", "__newobj_ex__":
		return true
	}
	return false
}

// maxNesting is the number of classes within classes that a name is followed through.
const maxNesting = 16

// globalName returns the name of a class, or of the attribute of a class that a call of getattr
// stands for.
func globalName(v any, nesting int) Class {
	switch v := v.(type) {
	case Class:
		return v
	case *Object:
		call, _ := v.Callable.(Class)
		if nesting == 0 || call.Name != "getattr" || !isBuiltin(call.Module) || len(v.Args) != 2 {
			return Class{}
		}
		outer := globalName(v.Args[0], nesting-1)
		if name, ok := v.Args[1].(string); ok && outer != (Class{}) {
			return Class{outer.Module, outer.Name + "." + name}
		}
	}
	return Class{}
}

// Attr returns the attribute of that name from the object's state: from the state dict, or from the
// dict or slots half of a (dict, slots) state. Names that Python 2 wrote may be bytes there. It
// reports whether there is one.
func (o *Object) Attr(name string) (any, bool) {
	switch s := o.State.(type) {
	case *Dict:
		return attrIn(s, name)
	case Tuple:
		if len(s) != 2 {
			return nil, false
		}
		for _, half := range s {
			if d, ok := half.(*Dict); ok {
				if v, ok := attrIn(d, name); ok {
					return v, true
				}
			}
		}
	}
	return nil, false
}

func attrIn(d *Dict, name string) (any, bool) {
	if v, ok := d.Get(name); ok {
		return v, true
	}
	return d.Get([]byte(name))
}
