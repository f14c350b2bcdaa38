package py_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// TestParseRepr reads what CPython writes; package py writes it in the same words.
func TestParseRepr(t *testing.T) {
	for _, text := range []string{
		"None", "True", "5", "-5", "1.5", "-1e+300", "nan", "inf", "-inf", "1j", "-1j", "(-0-1j)", "(1+nanj)", "(nan-infj)", "(-0+0j)", "(1-0j)",
		"'x'", `'\ud800'`, "b'x'", "bytearray(b'x')", "[]", "[1, [2.0, None]]", "(1,)", "()", "{1: {'a': (2, 3)}}", "set()", "frozenset()",
		"frozenset({1})", "{1}", "Ellipsis", "range(0, 3)", "slice(1, None, 2)", "range(0, 9, 2)",
		"datetime.date(2026, 12, 1)", "datetime.time(12, 0)", "datetime.time(12, 0, 1, 5, fold=1)",
		"datetime.datetime(2026, 12, 1, 1, 25)", "datetime.datetime(2026, 12, 1, 1, 25, 5, 657755, tzinfo=datetime.timezone.utc)",
		"datetime.timedelta(days=-1, seconds=5, microseconds=7)", "datetime.timedelta(0)",
		"datetime.timezone(datetime.timedelta(seconds=3600))", "datetime.timezone(datetime.timedelta(seconds=3600), 'CET')",
		"Decimal('1.50')", "Decimal('NaN')", "Fraction(-22, 7)", "UUID('6c75c97b-8f64-4580-a8b5-d33cd41ca126')",
		"OrderedDict({'a': 1})", "OrderedDict()", "Counter({'a': 1})", "deque([1, 2])", "deque([1], maxlen=3)", "[Decimal('1'), nan]",
	} {
		value, err := py.ParseRepr(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := py.Repr(value); got != text {
			t.Errorf("%s reads as %s", text, got)
		}
	}
}

// TestParseReprOlder reads what older releases of CPython write otherwise.
func TestParseReprOlder(t *testing.T) {
	for text, want := range map[string]string{
		"datetime.timedelta(-1, 5, 7)": "datetime.timedelta(days=-1, seconds=5, microseconds=7)",
		"OrderedDict([('a', 1)])":      "OrderedDict({'a': 1})",
	} {
		if value, err := py.ParseRepr(text); err != nil || py.Repr(value) != want {
			t.Errorf("%s reads as %s, %v", text, py.Repr(value), err)
		}
	}
}

// TestParseReprSignedZeros keeps the signs that a comparison does not see.
func TestParseReprSignedZeros(t *testing.T) {
	for text, want := range map[string]complex128{
		"(-0-1j)": complex(math.Copysign(0, -1), -1), "-1j": complex(0, -1), "(1-0j)": complex(1, math.Copysign(0, -1)), "(-0+0j)": complex(math.Copysign(0, -1), 0),
	} {
		value, err := py.ParseRepr(text)
		got, _ := value.(complex128)
		if err != nil || got != want || math.Signbit(real(got)) != math.Signbit(real(want)) || math.Signbit(imag(got)) != math.Signbit(imag(want)) {
			t.Errorf("%s reads as %v, %v", text, value, err)
		}
	}
}

func TestParseReprRefuses(t *testing.T) {
	for _, text := range []string{
		"", "<unlocked _thread.lock object at 0x7f>", "[1, <generator object <genexpr> at 0x7f>]", "[1, [...]]", "{1: {...}}", "Point(x=1, y=2)", "array([1, 2])",
		"Decimal('x')", "Decimal()", "Decimal('1', 2)", "UUID('1')", "datetime.date(2026, 13, 1)", "datetime.date(1, 2, day=3)", "datetime.time(-1, 0)",
		"datetime.datetime(2026, 1, 1, 0, 0, tzinfo=<UTC>)", "datetime.timezone(5)", "frozenset([1])", "range('a', 'b')", "bytearray('x')", "Fraction(1, 0)", "deque()",
		"OrderedDict([1])", "deque([1], maxlen=-1)", "datetime.datetime", "nan()", "1, 2", "os.system('id')", "Counter({'a': 1}, x=2)",
		strings.Repeat("[", 201) + strings.Repeat("]", 201),
	} {
		value, err := py.ParseRepr(text)
		var wrong *py.LiteralError
		if !errors.As(err, &wrong) {
			t.Errorf("%q reads as %s, %v", text, py.Repr(value), err)
		}
	}
}
