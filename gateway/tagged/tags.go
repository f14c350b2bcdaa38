package tagged

import "github.com/pizco-go/pizco/py"

// The tags. A key of a dict that begins as they do makes the dict a $dict.
const (
	tagPrefix = "$"

	tagStr         = "$str"
	tagInt         = "$int"
	tagFloat       = "$float"
	tagComplex     = "$complex"
	tagBytes       = "$bytes"
	tagByteArray   = "$bytearray"
	tagTuple       = "$tuple"
	tagSet         = "$set"
	tagFrozenSet   = "$frozenset"
	tagDict        = "$dict"
	tagConstant    = "$constant"
	tagClass       = "$class"
	tagDate        = "$date"
	tagTime        = "$time"
	tagDateTime    = "$datetime"
	tagTimeDelta   = "$timedelta"
	tagTimeZone    = "$timezone"
	tagRange       = "$range"
	tagSlice       = "$slice"
	tagOrderedDict = "$ordereddict"
	tagDecimal     = "$decimal"
	tagFraction    = "$fraction"
	tagUUID        = "$uuid"
	tagArray       = "$array"
	tagObject      = "$object"
	tagDef         = "$def"
	tagRef         = "$ref"
	keyValue       = "value" // of a $def
)

const (
	constantEllipsis       = "Ellipsis"
	constantNotImplemented = "NotImplemented"
)

// The keys of an $object.
const (
	objectClass    = "class"
	objectCallable = "callable"
	objectHow      = "how"
	objectArgs     = "args"
	objectKwargs   = "kwargs"
	objectState    = "state"
	objectSetter   = "setter"
	objectItems    = "items"
	objectEntries  = "entries"
)

// constructions are the names of the ways to make an object.
var constructions = map[py.Construction]string{
	py.Reduce: "reduce", py.NewObj: "new", py.NewObjEx: "newex", py.Inst: "inst", py.Obj: "obj",
}

// tag returns an object with one key.
func tag(name string, content any) *py.Dict {
	return py.StrDict(py.Item{Key: name, Value: content})
}

// maxExactInt is the largest int that readers keep exactly that hold every number in a float64.
const maxExactInt = 1<<53 - 1
