package pickle

import (
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

func typeOf(v any) reflect.Type { return reflect.TypeOf(v) }

// saveClass writes a reference to a class or function by its name.
func (e *encoder) saveClass(c py.Class) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if i, ok := e.memo.class(c); ok {
		e.get(i)
		return nil
	}
	if singleton, ok := singletonType(c); ok {
		return e.saveSingletonType(c, singleton)
	}
	if e.extensions != nil && e.proto >= 2 {
		if code, ok := e.extensions[c]; ok {
			e.extension(code)
			return nil
		}
	}
	if err := e.global(c); err != nil {
		return err
	}
	e.put(e.memo.count)
	e.memo.putClass(c)
	return nil
}

// singletonType returns the only instance of the classes that have no importable name.
func singletonType(c py.Class) (any, bool) {
	if c.Module != builtinsModule {
		return nil, false
	}
	switch c.Name {
	case "NoneType":
		return nil, true
	case "ellipsis":
		return py.Ellipsis, true
	case "NotImplementedType":
		return py.NotImplemented, true
	}
	return nil, false
}

// saveSingletonType writes type(singleton), as the C pickler's save_singleton_type does.
func (e *encoder) saveSingletonType(c py.Class, singleton any) error {
	if err := e.saveClass(classType); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	if err := e.save(singleton); err != nil {
		return err
	}
	e.single()
	e.op(opReduce)
	e.put(e.memo.count)
	e.memo.putClass(c)
	return nil
}

func (e *encoder) extension(code int32) {
	switch {
	case code <= 0xFF:
		e.buf = append(e.buf, byte(opExt1), byte(code))
	case code <= 0xFFFF:
		e.buf = append(e.buf, byte(opExt2), byte(code), byte(code>>8))
	default:
		e.op4(opExt4, uint32(code))
	}
}

// global writes a global without memoizing it.
func (e *encoder) global(c py.Class) error {
	switch dot := strings.LastIndexByte(c.Name, '.'); {
	case e.proto >= 4:
		if err := e.saveString(c.Module); err != nil {
			return err
		}
		if err := e.saveString(c.Name); err != nil {
			return err
		}
		e.op(opStackGlobal)
		return nil
	case dot < 0:
		return e.globalLine(c)
	case e.minor >= 13:
		return e.nested(c)
	default:
		return e.getattr(py.Class{Module: c.Module, Name: c.Name[:dot]}, c.Name[dot+1:])
	}
}

// getattr writes a nested class as getattr(parent, name), as CPython did up to 3.12.
func (e *encoder) getattr(parent py.Class, name string) error {
	if err := e.saveClass(classGetattr); err != nil {
		return err
	}
	if e.proto < 2 {
		e.op(opMark)
	}
	if !e.enter() {
		return tooDeep(typeOf(parent))
	}
	defer e.leave()
	if err := e.saveClass(parent); err != nil {
		return err
	}
	if err := e.temporaryString(name); err != nil {
		return err
	}
	e.pair()
	e.op(opReduce)
	return nil
}

// nested writes a nested class as CPython does from 3.13 on, which memoizes neither the parents nor
// the arguments.
func (e *encoder) nested(c py.Class) error {
	path := strings.Split(c.Name, ".")
	for range path[1:] {
		if err := e.saveClass(classGetattr); err != nil {
			return err
		}
		if e.proto < 2 {
			e.op(opMark)
		}
	}
	if err := e.globalLine(py.Class{Module: c.Module, Name: path[0]}); err != nil {
		return err
	}
	for _, name := range path[1:] {
		if err := e.temporaryString(name); err != nil {
			return err
		}
		if e.proto < 2 {
			e.op(opTuple)
		} else {
			e.op(opTuple2)
		}
		e.op(opReduce)
	}
	return nil
}

// globalLine writes the opcode GLOBAL, below protocol 3 with the names of Python 2.
func (e *encoder) globalLine(c py.Class) error {
	module, name := c.Module, c.Name
	if e.proto < 3 {
		if !e.keepNames {
			module, name = toPython2(module, name)
		}
		if !isASCII(module) || !isASCII(name) {
			return e.fail(c, "a name that is not ASCII needs protocol 3 or higher")
		}
	}
	if module == "" || name == "" {
		return e.fail(c, "a name that is empty needs protocol 4 or higher") // CPython writes what it cannot read
	}
	if strings.ContainsRune(module, '\n') || strings.ContainsRune(name, '\n') {
		return e.fail(c, "a name with a newline needs protocol 4 or higher")
	}
	e.op(opGlobal)
	e.buf = append(append(e.buf, module...), '\n')
	e.buf = append(append(e.buf, name...), '\n')
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// saveObject writes the reduction that an object was made by, as the C pickler's save_reduce does.
func (e *encoder) saveObject(o *py.Object) error {
	if o == nil {
		e.op(opNone)
		return nil
	}
	return e.reduce(o, pointerIdentity(o))
}

// reduce writes a reduction as the object with the identity.
func (e *encoder) reduce(o *py.Object, id identity) error {
	if e.fetch(id) {
		return nil
	}
	if !e.enter() {
		return tooDeep(typeOf(o))
	}
	defer e.leave()
	if o.Reducer != nil {
		if other := o.Reducer.Reduce(e.proto, e.minor); other != nil {
			e.keep(other)
			o = other
		}
	}
	if err := e.construct(o); err != nil {
		return err
	}
	if !e.made(id) {
		return nil
	}
	return e.fill(o)
}

// construct writes what makes the object.
func (e *encoder) construct(o *py.Object) error {
	switch o.How {
	case py.NewObj:
		if e.proto >= 2 {
			return e.create(o.Callable, o.Args, opNewObj)
		}
		return e.newObjCall(o)
	case py.NewObjEx:
		return e.newObjEx(o.Callable, o.Args, kwargs(o))
	case py.Inst, py.Obj:
		return e.oldStyle(o)
	}
	if e.proto >= 2 {
		if class, ok := o.Callable.(py.Class); ok {
			switch {
			case strings.HasSuffix(class.Name, classNewObj.Name) && len(o.Args) > 0:
				return e.create(o.Args[0], o.Args[1:], opNewObj)
			case strings.HasSuffix(class.Name, classNewObjEx.Name) && len(o.Args) == 3:
				return e.newObjExArgs(o)
			}
		}
	}
	return e.create(o.Callable, o.Args, opReduce)
}

func kwargs(o *py.Object) *py.Dict {
	if o.Kwargs == nil {
		return &py.Dict{}
	}
	return o.Kwargs
}

// create writes a callable, its arguments and the opcode that applies it to them.
func (e *encoder) create(callable any, args py.Tuple, op Opcode) error {
	if err := e.save(callable); err != nil {
		return within(err, ".Callable")
	}
	save := e.saveTuple
	if op == opNewObj {
		save = e.temporaryTuple // CPython cuts it out of the reduction's arguments
	}
	if err := save(args); err != nil {
		return within(err, ".Args")
	}
	e.op(op)
	return nil
}

// createKept is create for a call that the encoder has made up.
func (e *encoder) createKept(callable any, args py.Tuple) error {
	e.keep(callable)
	e.keep(args)
	return e.create(callable, args, opReduce)
}

// newObjCall writes NEWOBJ for protocols that lack it: what copyreg's reduction of a plain object
// is there, or a call of copyreg.__newobj__ when there are arguments.
func (e *encoder) newObjCall(o *py.Object) error {
	if len(o.Args) == 0 {
		return e.createKept(classRebuild, py.Tuple{o.Callable, classObject, nil})
	}
	return e.createKept(classNewObj, append(py.Tuple{o.Callable}, o.Args...))
}

func (e *encoder) newObjExArgs(o *py.Object) error {
	args, ok := o.Args[1].(py.Tuple)
	kw, isDict := o.Args[2].(*py.Dict)
	if !ok || !isDict {
		return e.fail(o, "the arguments of __newobj_ex__ are not (class, tuple, dict)")
	}
	return e.newObjEx(o.Args[0], args, kw)
}

// newObjEx writes NEWOBJ_EX, or what stands for it below protocol 4: functools.partial(cls.__new__,
// cls, *args, **kwargs)(), and below protocol 2 a call of copyreg.__newobj_ex__.
func (e *encoder) newObjEx(class any, args py.Tuple, kw *py.Dict) error {
	switch {
	case e.proto >= 4:
		if err := e.save(class); err != nil {
			return within(err, ".Callable")
		}
		if err := e.save(args); err != nil {
			return within(err, ".Args")
		}
		if err := e.save(kw); err != nil {
			return within(err, ".Kwargs")
		}
		e.op(opNewObjEx)
		return nil
	case e.proto >= 2:
		return e.createKept(newPartial(class, args, kw), nil)
	}
	return e.createKept(classNewObjEx, py.Tuple{class, args, kw})
}

// newPartial returns the functools.partial that calls class.__new__ with the arguments.
func newPartial(class any, args py.Tuple, kw *py.Dict) *py.Object {
	fn := &py.Object{Callable: classGetattr, Args: py.Tuple{class, "__new__"}}
	return &py.Object{
		Callable: classPartial,
		Args:     py.Tuple{fn},
		State:    py.Tuple{fn, append(py.Tuple{class}, args...), kw, nil},
		HasState: true,
	}
}

// oldStyle writes an instance of one of Python 2's classic classes, as Python 2 does: INST at
// protocol 0, OBJ above.
func (e *encoder) oldStyle(o *py.Object) error {
	e.op(opMark)
	class, ok := o.Callable.(py.Class)
	if e.proto > 0 || !ok {
		if err := e.save(o.Callable); err != nil {
			return within(err, ".Callable")
		}
	}
	if err := e.saveItems(o.Args, 0); err != nil {
		return within(err, ".Args")
	}
	if e.proto > 0 || !ok {
		e.op(opObj)
		return nil
	}
	at := len(e.buf)
	if err := e.globalLine(class); err != nil {
		return err
	}
	e.buf[at] = byte(opInst)
	return nil
}

// fill writes what is put into an object once it is made.
func (e *encoder) fill(o *py.Object) error {
	items := o.ListItems
	if err := e.iterated(len(items), opAppend, opAppends, func(from, to int) error { return e.saveItems(items[from:to], from) }); err != nil {
		return err
	}
	pairs := o.DictItems
	if err := e.iterated(len(pairs), opSetItem, opSetItems, func(from, to int) error { return e.savePairs(pairs[from:to]) }); err != nil {
		return err
	}
	if !o.HasState {
		return nil
	}
	if o.StateSetter != nil {
		return e.setState(o)
	}
	if err := e.save(o.State); err != nil {
		return within(err, ".State")
	}
	e.op(opBuild)
	return nil
}

// setState writes the call setter(object, state), whose result is dropped. CPython uses TUPLE2 for
// it at every protocol, even where that opcode is too new.
func (e *encoder) setState(o *py.Object) error {
	if err := e.save(o.StateSetter); err != nil {
		return within(err, ".StateSetter")
	}
	if err := e.save(o); err != nil {
		return err
	}
	if err := e.save(o.State); err != nil {
		return within(err, ".State")
	}
	e.buf = append(e.buf, byte(opTuple2), byte(opReduce), byte(opPop))
	return nil
}

// savePersistent writes a reference to something outside of the pickle.
func (e *encoder) savePersistent(id any) error {
	if e.proto == 0 {
		return e.persistentLine(id)
	}
	e.identifier = true
	err := e.save(id)
	e.identifier = false
	if err != nil {
		return within(err, ".ID")
	}
	e.op(opBinPersID)
	return nil
}

func (e *encoder) persistentLine(id any) error {
	e.op(opPersID)
	switch id := id.(type) {
	case string:
		if !isASCII(id) || strings.ContainsRune(id, '\n') {
			return e.fail(id, "a persistent identifier at protocol 0 must be one line of ASCII")
		}
		e.buf = append(e.buf, id...)
	case int64:
		e.buf = strconv.AppendInt(e.buf, id, 10)
	case *big.Int:
		e.buf = id.Append(e.buf, 10)
	default:
		return e.fail(id, "a persistent identifier at protocol 0 must be a str or an int")
	}
	e.buf = append(e.buf, '\n')
	return nil
}
