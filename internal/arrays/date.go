package arrays

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/pizco-go/pizco/py"
)

const notATime = "NaT"

// DateText returns an element of a datetime64 as numpy prints it, in ISO 8601 with as much as its
// unit tells. Times that numpy would not take apart either are the number with the unit.
func DateText(d *py.DType, b []byte) string {
	n, _ := d.Element(b).(int64)
	if n == math.MinInt64 {
		return notATime
	}
	count := int64(max(d.Count, 1))
	number := new(big.Int).Mul(big.NewInt(n), big.NewInt(count))
	switch d.Unit {
	case "Y":
		return yearText(new(big.Int).Add(number, big.NewInt(1970)))
	case "M":
		year, month := new(big.Int).DivMod(number, big.NewInt(12), new(big.Int))
		return fmt.Sprintf("%s-%02d", yearText(year.Add(year, big.NewInt(1970))), month.Int64()+1)
	}
	unit, ok := timeUnits[d.Unit]
	if !ok {
		return fmt.Sprintf("%d %s", n, d.Unit)
	}
	// In units of an attosecond, which all of numpy's are multiples of.
	number.Mul(number, unit.attoseconds)
	seconds, rest := new(big.Int).DivMod(number, attoseconds(1), new(big.Int))
	if !seconds.IsInt64() || seconds.CmpAbs(big.NewInt(1<<56)) > 0 {
		return fmt.Sprintf("%d %s", n, d.Unit)
	}
	at := time.Unix(seconds.Int64(), 0).UTC()
	text := yearText(big.NewInt(int64(at.Year()))) + at.Format("-01-02T15:04:05")
	switch {
	case unit.isDay:
		return text[:len(text)-len("T15:04:05")]
	case unit.length > 0:
		return text[:len(text)-len("T15:04:05")+unit.length]
	case unit.digits > 0:
		return text + "." + fmt.Sprintf("%018s", rest.String())[:unit.digits]
	}
	return text
}

func yearText(year *big.Int) string {
	if year.Sign() < 0 {
		return "-" + fmt.Sprintf("%04s", strings.TrimPrefix(year.String(), "-"))
	}
	return fmt.Sprintf("%04s", year.String())
}

func attoseconds(seconds int64) *big.Int {
	return new(big.Int).Mul(big.NewInt(seconds), big.NewInt(1e18))
}

// timeUnit is how a unit is printed: with nothing of "T15:04:05" or so much of it, or all of it
// with so many digits.
type timeUnit struct {
	attoseconds *big.Int
	isDay       bool
	length      int
	digits      int
}

var timeUnits = map[string]timeUnit{
	"W":  {attoseconds: attoseconds(7 * 86400), isDay: true},
	"D":  {attoseconds: attoseconds(86400), isDay: true},
	"h":  {attoseconds: attoseconds(3600), length: len("T15")},
	"m":  {attoseconds: attoseconds(60), length: len("T15:04")},
	"s":  {attoseconds: attoseconds(1)},
	"ms": {attoseconds: big.NewInt(1e15), digits: 3},
	"us": {attoseconds: big.NewInt(1e12), digits: 6},
	"ns": {attoseconds: big.NewInt(1e9), digits: 9},
	"ps": {attoseconds: big.NewInt(1e6), digits: 12},
	"fs": {attoseconds: big.NewInt(1e3), digits: 15},
	"as": {attoseconds: big.NewInt(1), digits: 18},
}
