package pickle_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// malformed are inputs that every reader must refuse, and the opcode that each must be refused at.
var malformed = []struct {
	name   string
	pickle string
	opcode string
}{
	{"nothing", "", "0x00"},
	{"no STOP", "N", "0x00"},
	{"nothing on the stack", ".", "STOP"},
	{"only a mark", "(.", "STOP"},
	{"unknown opcode", "N\xff.", "0xff"},
	{"newer protocol", "\x80\x06N.", "PROTO"},
	{"truncated PROTO", "\x80", "PROTO"},
	{"truncated BININT", "J\x01\x02\x03", "BININT"},
	{"truncated BININT2", "M\x01", "BININT2"},
	{"truncated BININT1", "K", "BININT1"},
	{"truncated BINFLOAT", "G\x00\x00\x00\x00\x00\x00\x00", "BINFLOAT"},
	{"truncated line", "I12", "INT"},
	{"truncated second line", "cos\nsystem", "GLOBAL"},
	{"GLOBAL without a module", "c\nx\n.", "GLOBAL"},
	{"INST without a name", "(ix\n\n.", "INST"},
	{"truncated frame", "\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00N.", "FRAME"},
	{"length of 2^64-1", "\x8e\xff\xff\xff\xff\xff\xff\xff\xffa.", "BINBYTES8"},
	{"length of 2^63", "\x8d\x00\x00\x00\x00\x00\x00\x00\x80a.", "BINUNICODE8"},
	{"bytearray of 2^40", "\x96\x00\x00\x00\x00\x00\x01\x00\x00a.", "BYTEARRAY8"},
	{"length of 2^32-1", "X\xff\xff\xff\xffa.", "BINUNICODE"},
	{"negative BINSTRING", "T\xff\xff\xff\xffa.", "BINSTRING"},
	{"negative LONG4", "\x8b\xff\xff\xff\xffa.", "LONG4"},
	{"long beyond the input", "\x8a\xff\x01.", "LONG1"},
	{"INT of letters", "Iabc\n.", "INT"},
	{"empty INT", "I\n.", "INT"},
	{"INT with a Go prefix", "I0b1_0x\n.", "INT"},
	{"LONG with a leading zero", "L010L\n.", "LONG"},
	{"LONG with two signs", "L--1L\n.", "LONG"},
	{"hexadecimal FLOAT", "F0x1p3\n.", "FLOAT"},
	{"FLOAT with spaces", "F 1\n.", "FLOAT"},
	{"FLOAT beyond the range", "F1e999\n.", "FLOAT"},
	{"STRING without quotes", "Sabc\n.", "STRING"},
	{"STRING with one quote", "S'\n.", "STRING"},
	{"STRING with two kinds of quotes", "S'a\"\n.", "STRING"},
	{"STRING with a cut-off escape", "S'\\x4'\n.", "STRING"},
	{"STRING beyond ASCII", "S'\\xe9'\n.", "STRING"},
	{"BINSTRING beyond ASCII", "U\x01\xe9.", "SHORT_BINSTRING"},
	{"UNICODE with a cut-off escape", "V\\u12\n.", "UNICODE"},
	{"UNICODE beyond Unicode", "V\\U00110000\n.", "UNICODE"},
	{"invalid UTF-8", "\x8c\x01\xff.", "SHORT_BINUNICODE"},
	{"overlong UTF-8", "\x8c\x02\xc0\x80.", "SHORT_BINUNICODE"},
	{"UTF-8 beyond Unicode", "\x8c\x04\xf4\x90\x80\x80.", "SHORT_BINUNICODE"},
	{"cut-off surrogate", "\x8c\x02\xed\xa0.", "SHORT_BINUNICODE"},
	{"GET of nothing", "g0\n.", "GET"},
	{"BINGET of nothing", "h\x00.", "BINGET"},
	{"LONG_BINGET of nothing", "j\xff\xff\xff\xff.", "LONG_BINGET"},
	{"GET of no number", "gx\n.", "GET"},
	{"negative PUT", "Np-1\n.", "PUT"},
	{"PUT of nothing", "p0\n.", "PUT"},
	{"MEMOIZE of nothing", "\x94.", "MEMOIZE"},
	{"BINPUT of a mark", "(q\x00.", "BINPUT"},
	{"POP of nothing", "0.", "POP"},
	{"DUP of nothing", "2.", "DUP"},
	{"POP_MARK without a mark", "N1.", "POP_MARK"},
	{"TUPLE without a mark", "Nt.", "TUPLE"},
	{"TUPLE2 of one", "N\x86.", "TUPLE2"},
	{"TUPLE2 across a mark", "N(N\x86.", "TUPLE2"},
	{"APPEND to nothing", "Na.", "APPEND"},
	{"APPEND to an int", "K\x01Na.", "APPEND"},
	{"APPENDS to a tuple", ")(Ne.", "APPENDS"},
	{"APPENDS to nothing", "(Ne.", "APPENDS"},
	{"SETITEM of a list", "]NNs.", "SETITEM"},
	{"SETITEMS of an odd number", "}(Nu.", "SETITEMS"},
	{"DICT of an odd number", "(Nd.", "DICT"},
	{"ADDITEMS to a list", "](N\x90.", "ADDITEMS"},
	{"unhashable key", "}]Ns.", "SETITEM"},
	{"unhashable element", "\x8f(]\x90.", "ADDITEMS"},
	{"unhashable frozenset", "(]\x91.", "FROZENSET"},
	{"unhashable element of a set by REDUCE", "c__builtin__\nset\n(](]etR.", "REDUCE"},
	{"REDUCE of a list", "cm\nf\n]R.", "REDUCE"},
	{"REDUCE of nothing", "R.", "REDUCE"},
	{"NEWOBJ of an int", "K\x01)\x81.", "NEWOBJ"},
	{"NEWOBJ_EX without a dict", "cm\nC\n))\x92.", "NEWOBJ_EX"},
	{"OBJ without a class", "(o.", "OBJ"},
	{"INST without a mark", "im\nC\n.", "INST"},
	{"BUILD of a str", "Va\n}b.", "BUILD"},
	{"BUILD of nothing", "}b.", "BUILD"},
	{"STACK_GLOBAL of ints", "K\x01K\x02\x93.", "STACK_GLOBAL"},
	{"unregistered extension", "\x82\x01.", "EXT1"},
	{"extension 0", "\x84\x00\x00\x00\x00.", "EXT4"},
	{"PERSID beyond ASCII", "P\xe9\n.", "PERSID"},
	{"no buffer", "\x97.", "NEXT_BUFFER"},
	{"READONLY_BUFFER of a list", "]\x98.", "READONLY_BUFFER"},
	{"encode beyond Latin-1", "c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.", "REDUCE"},
}

func TestMalformed(t *testing.T) {
	for _, row := range malformed {
		for _, target := range []any{new(any), new(int), new([]string), new(map[string]any), new(struct{ A int })} {
			err := pickle.Unmarshal([]byte(row.pickle), target)
			var syntax *pickle.SyntaxError
			if _, isAny := target.(*any); isAny {
				if !errors.As(err, &syntax) || syntax.Opcode.String() != row.opcode {
					t.Errorf("%s: %v, want an error at %s", row.name, err, row.opcode)
				}
			} else if err == nil {
				t.Errorf("%s: accepted into %T", row.name, target)
			}
		}
	}
}

func TestEveryPrefixIsRefused(t *testing.T) {
	for _, row := range values {
		data := []byte(row.pickle)
		size, err := pickle.Wellformed(data)
		if err != nil {
			t.Errorf("%q: %v", row.pickle, err)
			continue
		}
		for n := range size {
			var v any
			if err := pickle.Unmarshal(data[:n], &v); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q: %v", data[:n], err)
			}
			if _, err := pickle.Wellformed(data[:n]); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%q is well-formed: %v", data[:n], err)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	rows := []struct {
		option pickle.DecodeOption
		pickle string
		limit  string
	}{
		{pickle.WithMaxInput(3), "(NN.", "WithMaxInput"},
		{pickle.WithMaxElements(3), "K\x01K\x01K\x01K\x01t.", "WithMaxElements"},
		{pickle.WithMaxMemo(1), "N\x94\x94.", "WithMaxMemo"},
		{pickle.WithMaxDepth(3), ")\x85\x85\x85\x85.", "WithMaxDepth"},
		{pickle.WithMaxIntDigits(640), "L" + strings.Repeat("9", 800) + "L\n.", "WithMaxIntDigits"},
		{pickle.WithMaxIntDigits(640), "\x8b\x00\x04\x00\x00" + strings.Repeat("\x7f", 1024) + ".", "WithMaxIntDigits"},
	}
	for _, row := range rows {
		var v any
		var limit *pickle.LimitError
		if err := pickle.Unmarshal([]byte(row.pickle), &v, row.option); !errors.As(err, &limit) || limit.Limit != row.limit {
			t.Errorf("%s: %v", row.limit, err)
		}
	}
	for _, option := range []pickle.DecodeOption{
		pickle.WithMaxInput(0), pickle.WithMaxInput(1 << 32), pickle.WithMaxDepth(0), pickle.WithMaxDepth(50_001),
		pickle.WithMaxMemo(-1), pickle.WithMaxElements(0), pickle.WithMaxIntDigits(639), pickle.WithMaxKeyWork(0),
		pickle.WithStringEncoding(99), pickle.WithExtensions(map[int32]py.Class{0: {}}),
	} {
		var v any
		var wrong *pickle.OptionError
		if err := pickle.Unmarshal([]byte("N."), &v, option); !errors.As(err, &wrong) {
			t.Errorf("an option out of range: %v", err)
		}
	}
}
