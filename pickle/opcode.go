package pickle

import "fmt"

// Opcode is the byte that names one instruction of a pickle.
type Opcode byte

// The opcodes of pickle protocols 0 to 5, named as pickletools names them.
const (
	// Protocol 0.
	opMark    Opcode = '('
	opStop    Opcode = '.'
	opPop     Opcode = '0'
	opDup     Opcode = '2'
	opFloat   Opcode = 'F'
	opInt     Opcode = 'I'
	opLong    Opcode = 'L'
	opNone    Opcode = 'N'
	opPersID  Opcode = 'P'
	opReduce  Opcode = 'R'
	opString  Opcode = 'S'
	opUnicode Opcode = 'V'
	opAppend  Opcode = 'a'
	opBuild   Opcode = 'b'
	opGlobal  Opcode = 'c'
	opDict    Opcode = 'd'
	opGet     Opcode = 'g'
	opInst    Opcode = 'i'
	opList    Opcode = 'l'
	opPut     Opcode = 'p'
	opSetItem Opcode = 's'
	opTuple   Opcode = 't'

	// Protocol 1.
	opEmptyTuple     Opcode = ')'
	opPopMark        Opcode = '1'
	opBinFloat       Opcode = 'G'
	opBinInt         Opcode = 'J'
	opBinInt1        Opcode = 'K'
	opBinInt2        Opcode = 'M'
	opBinPersID      Opcode = 'Q'
	opBinString      Opcode = 'T'
	opShortBinString Opcode = 'U'
	opBinUnicode     Opcode = 'X'
	opEmptyList      Opcode = ']'
	opAppends        Opcode = 'e'
	opBinGet         Opcode = 'h'
	opLongBinGet     Opcode = 'j'
	opObj            Opcode = 'o'
	opBinPut         Opcode = 'q'
	opLongBinPut     Opcode = 'r'
	opSetItems       Opcode = 'u'
	opEmptyDict      Opcode = '}'

	// Protocol 2.
	opProto    Opcode = 0x80
	opNewObj   Opcode = 0x81
	opExt1     Opcode = 0x82
	opExt2     Opcode = 0x83
	opExt4     Opcode = 0x84
	opTuple1   Opcode = 0x85
	opTuple2   Opcode = 0x86
	opTuple3   Opcode = 0x87
	opNewTrue  Opcode = 0x88
	opNewFalse Opcode = 0x89
	opLong1    Opcode = 0x8a
	opLong4    Opcode = 0x8b

	// Protocol 3.
	opBinBytes      Opcode = 'B'
	opShortBinBytes Opcode = 'C'

	// Protocol 4.
	opShortBinUnicode Opcode = 0x8c
	opBinUnicode8     Opcode = 0x8d
	opBinBytes8       Opcode = 0x8e
	opEmptySet        Opcode = 0x8f
	opAddItems        Opcode = 0x90
	opFrozenSet       Opcode = 0x91
	opNewObjEx        Opcode = 0x92
	opStackGlobal     Opcode = 0x93
	opMemoize         Opcode = 0x94
	opFrame           Opcode = 0x95

	// Protocol 5.
	opByteArray8     Opcode = 0x96
	opNextBuffer     Opcode = 0x97
	opReadonlyBuffer Opcode = 0x98
)

// highestProtocol is the newest protocol that this package knows.
const highestProtocol = 5

// argument tells how the operand of an opcode is laid out in the stream.
type argument uint8

const (
	argNone argument = iota
	argUint1
	argUint2
	argInt4
	argUint4
	argUint8
	argFloat8
	argIntLine
	argLongLine
	argFloatLine
	argStringLine
	argUnicodeLine
	argNameLine
	argTwoNameLines
	argString1
	argString4
	argBytes1
	argBytes4
	argBytes8
	argByteArray8
	argUnicode1
	argUnicode4
	argUnicode8
	argLong1
	argLong4
)

// opcodeInfo is what the stream's syntax says about an opcode.
type opcodeInfo struct {
	name  string
	proto uint8
	arg   argument
	// pops and pushes count the values taken from the stack and put there; pops counts those below
	// the mark only where popsMark is set.
	pops, pushes uint8
	popsMark     bool
}

// opcodes is indexed by the opcode; an entry without a name is no opcode.
var opcodes = [256]opcodeInfo{
	opMark:            {name: "MARK", pushes: 1},
	opStop:            {name: "STOP", pops: 1},
	opPop:             {name: "POP", pops: 1},
	opDup:             {name: "DUP", pops: 1, pushes: 2},
	opFloat:           {name: "FLOAT", arg: argFloatLine, pushes: 1},
	opInt:             {name: "INT", arg: argIntLine, pushes: 1},
	opLong:            {name: "LONG", arg: argLongLine, pushes: 1},
	opNone:            {name: "NONE", pushes: 1},
	opPersID:          {name: "PERSID", arg: argNameLine, pushes: 1},
	opReduce:          {name: "REDUCE", pops: 2, pushes: 1},
	opString:          {name: "STRING", arg: argStringLine, pushes: 1},
	opUnicode:         {name: "UNICODE", arg: argUnicodeLine, pushes: 1},
	opAppend:          {name: "APPEND", pops: 2, pushes: 1},
	opBuild:           {name: "BUILD", pops: 2, pushes: 1},
	opGlobal:          {name: "GLOBAL", arg: argTwoNameLines, pushes: 1},
	opDict:            {name: "DICT", pushes: 1, popsMark: true},
	opGet:             {name: "GET", arg: argIntLine, pushes: 1},
	opInst:            {name: "INST", arg: argTwoNameLines, pushes: 1, popsMark: true},
	opList:            {name: "LIST", pushes: 1, popsMark: true},
	opPut:             {name: "PUT", arg: argIntLine},
	opSetItem:         {name: "SETITEM", pops: 3, pushes: 1},
	opTuple:           {name: "TUPLE", pushes: 1, popsMark: true},
	opEmptyTuple:      {name: "EMPTY_TUPLE", proto: 1, pushes: 1},
	opPopMark:         {name: "POP_MARK", proto: 1, popsMark: true},
	opBinFloat:        {name: "BINFLOAT", proto: 1, arg: argFloat8, pushes: 1},
	opBinInt:          {name: "BININT", proto: 1, arg: argInt4, pushes: 1},
	opBinInt1:         {name: "BININT1", proto: 1, arg: argUint1, pushes: 1},
	opBinInt2:         {name: "BININT2", proto: 1, arg: argUint2, pushes: 1},
	opBinPersID:       {name: "BINPERSID", proto: 1, pops: 1, pushes: 1},
	opBinString:       {name: "BINSTRING", proto: 1, arg: argString4, pushes: 1},
	opShortBinString:  {name: "SHORT_BINSTRING", proto: 1, arg: argString1, pushes: 1},
	opBinUnicode:      {name: "BINUNICODE", proto: 1, arg: argUnicode4, pushes: 1},
	opEmptyList:       {name: "EMPTY_LIST", proto: 1, pushes: 1},
	opAppends:         {name: "APPENDS", proto: 1, pops: 1, pushes: 1, popsMark: true},
	opBinGet:          {name: "BINGET", proto: 1, arg: argUint1, pushes: 1},
	opLongBinGet:      {name: "LONG_BINGET", proto: 1, arg: argUint4, pushes: 1},
	opObj:             {name: "OBJ", proto: 1, pushes: 1, popsMark: true},
	opBinPut:          {name: "BINPUT", proto: 1, arg: argUint1},
	opLongBinPut:      {name: "LONG_BINPUT", proto: 1, arg: argUint4},
	opSetItems:        {name: "SETITEMS", proto: 1, pops: 1, pushes: 1, popsMark: true},
	opEmptyDict:       {name: "EMPTY_DICT", proto: 1, pushes: 1},
	opProto:           {name: "PROTO", proto: 2, arg: argUint1},
	opNewObj:          {name: "NEWOBJ", proto: 2, pops: 2, pushes: 1},
	opExt1:            {name: "EXT1", proto: 2, arg: argUint1, pushes: 1},
	opExt2:            {name: "EXT2", proto: 2, arg: argUint2, pushes: 1},
	opExt4:            {name: "EXT4", proto: 2, arg: argInt4, pushes: 1},
	opTuple1:          {name: "TUPLE1", proto: 2, pops: 1, pushes: 1},
	opTuple2:          {name: "TUPLE2", proto: 2, pops: 2, pushes: 1},
	opTuple3:          {name: "TUPLE3", proto: 2, pops: 3, pushes: 1},
	opNewTrue:         {name: "NEWTRUE", proto: 2, pushes: 1},
	opNewFalse:        {name: "NEWFALSE", proto: 2, pushes: 1},
	opLong1:           {name: "LONG1", proto: 2, arg: argLong1, pushes: 1},
	opLong4:           {name: "LONG4", proto: 2, arg: argLong4, pushes: 1},
	opBinBytes:        {name: "BINBYTES", proto: 3, arg: argBytes4, pushes: 1},
	opShortBinBytes:   {name: "SHORT_BINBYTES", proto: 3, arg: argBytes1, pushes: 1},
	opShortBinUnicode: {name: "SHORT_BINUNICODE", proto: 4, arg: argUnicode1, pushes: 1},
	opBinUnicode8:     {name: "BINUNICODE8", proto: 4, arg: argUnicode8, pushes: 1},
	opBinBytes8:       {name: "BINBYTES8", proto: 4, arg: argBytes8, pushes: 1},
	opEmptySet:        {name: "EMPTY_SET", proto: 4, pushes: 1},
	opAddItems:        {name: "ADDITEMS", proto: 4, pops: 1, pushes: 1, popsMark: true},
	opFrozenSet:       {name: "FROZENSET", proto: 4, pushes: 1, popsMark: true},
	opNewObjEx:        {name: "NEWOBJ_EX", proto: 4, pops: 3, pushes: 1},
	opStackGlobal:     {name: "STACK_GLOBAL", proto: 4, pops: 2, pushes: 1},
	opMemoize:         {name: "MEMOIZE", proto: 4, pops: 1, pushes: 1},
	opFrame:           {name: "FRAME", proto: 4, arg: argUint8},
	opByteArray8:      {name: "BYTEARRAY8", proto: 5, arg: argByteArray8, pushes: 1},
	opNextBuffer:      {name: "NEXT_BUFFER", proto: 5, pushes: 1},
	opReadonlyBuffer:  {name: "READONLY_BUFFER", proto: 5, pops: 1, pushes: 1},
}

// String returns the name of the opcode as pickletools has it, such as "BINUNICODE".
func (op Opcode) String() string {
	if name := opcodes[op].name; name != "" {
		return name
	}
	return fmt.Sprintf("0x%02x", byte(op))
}
