// Package instrument has what the served objects of the tests and of the conformance suite do
// alike: the methods of python_fixtures' Instrument that need nothing of the object.
package instrument

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

const absoluteZero = -273.15

// CheckTemperature returns the exception for a value that is no number, or below absolute zero.
func CheckTemperature(value any) error {
	number, ok := value.(float64)
	if n, isInt := value.(int64); isInt {
		number, ok = float64(n), true
	}
	switch {
	case !ok:
		return pyerr.TypeError.New("a temperature is a number", value)
	case number < absoluteZero:
		return pyerr.ValueError.New("no temperature is below absolute zero", value)
	}
	return nil
}

// Scale is Python's x * factor for numbers, and for a str and an int.
func Scale(x, factor any) (any, error) {
	switch x := x.(type) {
	case string:
		if n, ok := factor.(int64); ok {
			return strings.Repeat(x, int(n)), nil
		}
	case float64:
		switch f := factor.(type) {
		case int64:
			return x * float64(f), nil
		case float64:
			return x * f, nil
		}
	case int64:
		switch f := factor.(type) {
		case int64:
			return new(big.Int).Mul(big.NewInt(x), big.NewInt(f)), nil
		case float64:
			return float64(x) * f, nil
		}
	}
	return nil, pyerr.TypeError.New(fmt.Sprintf("unsupported operand type(s) for *: '%s' and '%s'", py.TypeName(x), py.TypeName(factor)))
}

// CountUpTo returns the numbers from 0 to n - 1.
func CountUpTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// Think returns a future that ends after some seconds: with 42 for "six by nine", else with the
// question.
func Think(question any, seconds float64) *object.Future {
	answer := question
	if question == "six by nine" {
		answer = 42
	}
	f := object.NewFuture()
	time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { f.Resolve(answer) })
	return f
}

// ThinkInVain returns a future that fails after some seconds.
func ThinkInVain(seconds float64) *object.Future {
	f := object.NewFuture()
	time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { f.Fail(pyerr.ValueError.New("no idea")) })
	return f
}

// Know returns a future that has ended.
func Know(answer any) *object.Future {
	f := object.NewFuture()
	f.Resolve(answer)
	return f
}
