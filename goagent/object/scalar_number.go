package object

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// integer is an int or bool.
type integer struct {
	*big.Int
	*budget
	isBool bool
}

var (
	intAttributes     = []string{"denominator", "imag", "numerator", "real"}
	floatAttributes   = []string{"imag", "real"}
	complexAttributes = []string{"imag", "real"}
)

var intMethods = map[string]scalarMethod[integer]{
	"as_integer_ratio": {params{}, func(n integer, _ []any) (any, error) { return py.Tuple{plainBig(n.Int), int64(1)}, nil }},
	"bit_count":        {params{}, func(n integer, _ []any) (any, error) { return bitCount(n.Int), nil }},
	"bit_length":       {params{}, func(n integer, _ []any) (any, error) { return int64(n.BitLen()), nil }},
	"conjugate":        {params{}, func(n integer, _ []any) (any, error) { return plainBig(n.Int), nil }},
	"is_integer":       {params{}, func(integer, []any) (any, error) { return true, nil }},
	"to_bytes":         {params{[]string{"length", "byteorder", "signed"}, 0, 0, 2}, intToBytes},
	"from_bytes":       {params{[]string{"bytes", "byteorder", "signed"}, 1, 0, 2}, intFromBytes},
}

// plainBig is an int as package py has it.
func plainBig(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return new(big.Int).Set(n)
}

func bitCount(n *big.Int) int64 {
	ones := 0
	for _, word := range n.Bits() {
		ones += bits.OnesCount(uint(word))
	}
	return int64(ones)
}

// byteOrder reads the arguments byteorder and signed.
func byteOrder(order, signed any) (little, isSigned bool, err error) {
	name, err := strArg("to_bytes", "byteorder", order, "big")
	if err != nil {
		return false, false, err
	}
	if name != "little" && name != "big" {
		return false, false, pyerr.ValueError.New("byteorder must be either 'little' or 'big'")
	}
	isSigned, err = boolArg(signed, false)
	return name == "little", isSigned, err
}

func intToBytes(n integer, args []any) (any, error) {
	length, err := intArg(args[0], 1)
	if err != nil {
		return nil, err
	}
	little, signed, err := byteOrder(args[1], args[2])
	if err != nil {
		return nil, err
	}
	if length < 0 {
		return nil, pyerr.ValueError.New("length argument must be non-negative")
	}
	if n.Sign() < 0 && !signed {
		return nil, pyerr.OverflowError.New("can't convert negative int to unsigned")
	}
	if err := n.make(length); err != nil {
		return nil, err
	}
	need := n.BitLen()
	if signed {
		need++
		if n.Sign() < 0 && n.TrailingZeroBits()+1 == uint(n.BitLen()) {
			need-- // the least number of its size
		}
	}
	if n.Sign() == 0 || length == 0 && n.IsInt64() && n.Int64() == -1 { // CPython lets -1 into no bytes at all
		need = 0
	}
	if need > 8*length {
		return nil, pyerr.OverflowError.New("int too big to convert")
	}
	value := n.Int
	if n.Sign() < 0 {
		value = new(big.Int).Add(value, new(big.Int).Lsh(big.NewInt(1), uint(8*length)))
	}
	if length == 0 {
		return []byte{}, nil
	}
	data := value.FillBytes(make([]byte, length))
	if little {
		reverseBytes(data)
	}
	return data, nil
}

func reverseBytes(data []byte) {
	for i, j := 0, len(data)-1; i < j; i, j = i+1, j-1 {
		data[i], data[j] = data[j], data[i]
	}
}

func intFromBytes(n integer, args []any) (any, error) {
	data, ok := bytesOf(args[0])
	if !ok {
		items, err := n.elements(args[0])
		if _, isText := args[0].(string); err != nil || isText {
			return nil, pyerr.TypeError.New(fmt.Sprintf("cannot convert '%s' object to bytes", py.TypeName(args[0])))
		}
		for _, item := range items {
			i, err := indexNumber(item)
			if err != nil {
				return nil, err
			}
			if i < 0 || i > 255 {
				return nil, pyerr.ValueError.New("bytes must be in range(0, 256)")
			}
			data += string([]byte{byte(i)})
		}
	}
	little, signed, err := byteOrder(args[1], args[2])
	if err != nil {
		return nil, err
	}
	raw := []byte(data)
	if little {
		reverseBytes(raw)
	}
	value := new(big.Int).SetBytes(raw)
	if signed && len(raw) > 0 && raw[0] >= 0x80 {
		value.Sub(value, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	if n.isBool {
		return value.Sign() != 0, nil
	}
	return plainBig(value), nil
}

var floatMethods = map[string]scalarMethod[float64]{
	"as_integer_ratio": {params{}, func(f float64, _ []any) (any, error) { return floatRatio(f) }},
	"conjugate":        {params{}, func(f float64, _ []any) (any, error) { return f, nil }},
	"is_integer":       {params{}, func(f float64, _ []any) (any, error) { return f == math.Trunc(f) && !math.IsInf(f, 0), nil }},
	"hex":              {params{}, func(f float64, _ []any) (any, error) { return floatHex(f), nil }},
	"fromhex":          {positional(1, "string"), func(_ float64, args []any) (any, error) { return floatFromHex(args[0]) }},
	"from_number":      {positional(1, "number"), func(_ float64, args []any) (any, error) { return floatFromNumber(args[0]) }},
}

func floatRatio(f float64) (any, error) {
	switch {
	case math.IsInf(f, 0):
		return nil, pyerr.OverflowError.New("cannot convert Infinity to integer ratio")
	case math.IsNaN(f):
		return nil, pyerr.ValueError.New("cannot convert NaN to integer ratio")
	}
	ratio := new(big.Rat).SetFloat64(f)
	return py.Tuple{plainBig(ratio.Num()), plainBig(ratio.Denom())}, nil
}

// floatHex is float.hex().
func floatHex(f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return string(py.AppendFloat(nil, f))
	}
	sign := ""
	if math.Signbit(f) {
		sign, f = "-", -f
	}
	if f == 0 {
		return sign + "0x0.0p+0"
	}
	word := math.Float64bits(f)
	exponent, mantissa, lead := int(word>>52)-1023, word&(1<<52-1), 1
	if exponent == -1023 { // subnormal
		exponent, lead = -1022, 0
	}
	return fmt.Sprintf("%s0x%d.%013xp%+d", sign, lead, mantissa, exponent)
}

// floatFromHex is float.fromhex(): what strconv reads with an exponent put on, and the names of
// what is not finite.
func floatFromHex(arg any) (any, error) {
	given, ok := arg.(string)
	if !ok {
		return nil, pyerr.TypeError.New("bad argument type for built-in operation")
	}
	invalid := pyerr.ValueError.New("invalid hexadecimal floating-point string")
	s := strings.ToLower(strings.Trim(given, " \t\n\r\v\f"))
	rest, sign := s, ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		rest, sign = s[1:], s[:1]
	}
	switch rest {
	case "inf", "infinity":
		return math.Inf(map[string]int{"-": -1}[sign] + map[string]int{"": 1, "+": 1}[sign]), nil
	case "nan":
		return math.NaN(), nil
	}
	rest = strings.TrimPrefix(rest, "0x")
	if rest == "" || strings.ContainsAny(rest, "x_+-") && !strings.Contains(rest, "p") || strings.ContainsAny(rest, "x_") {
		return nil, invalid
	}
	if !strings.Contains(rest, "p") {
		rest += "p0"
	}
	f, err := strconv.ParseFloat(sign+"0x"+rest, 64)
	if err != nil && math.IsInf(f, 0) {
		return nil, pyerr.OverflowError.New("hexadecimal value too large to represent as a float")
	}
	if err != nil {
		return nil, invalid
	}
	return f, nil
}

func floatFromNumber(arg any) (any, error) {
	switch v := plainBool(arg).(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) {
			return nil, pyerr.OverflowError.New("int too large to convert to float")
		}
		return f, nil
	}
	return nil, pyerr.TypeError.New("must be real number, not " + py.TypeName(arg))
}

var complexMethods = map[string]scalarMethod[complex128]{
	"conjugate": {params{}, func(c complex128, _ []any) (any, error) { return complex(real(c), -imag(c)), nil }},
	"from_number": {positional(1, "number"), func(_ complex128, args []any) (any, error) {
		if c, ok := args[0].(complex128); ok {
			return c, nil
		}
		f, err := floatFromNumber(args[0])
		if err != nil {
			return nil, err
		}
		number, _ := f.(float64)
		return complex(number, 0), nil
	}},
}

// execNumber calls a method of a number. It returns false for other values.
func execNumber(b *budget, v any, call methodCall) (any, error, bool) { //nolint:revive // The flag says that there is neither result nor error.
	var result any
	var err error
	_, isBool := v.(bool)
	switch v := plainBool(v).(type) {
	case int64:
		result, err = callScalar(integer{big.NewInt(v), b, isBool}, intMethods, intAttributes, call)
	case *big.Int:
		result, err = callScalar(integer{v, b, false}, intMethods, intAttributes, call)
	case float64:
		result, err = callScalar(v, floatMethods, floatAttributes, call)
	case complex128:
		result, err = callScalar(v, complexMethods, complexAttributes, call)
	default:
		return nil, nil, false
	}
	return result, err, true
}
