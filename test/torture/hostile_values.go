package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/wire"
)

// heavyValue is a content of few bytes whose values would take much memory.
type heavyValue struct {
	what, serializer string
	content          []byte
}

// call returns the pickle of a call of "same", which answers with its argument, around the opcodes
// of that.
func call(argument string) []byte {
	return []byte("\x80\x04(X\x09\x00\x00\x00PSMessageX\x04\x00\x00\x00exec}(X\x04\x00\x00\x00nameX\x04\x00\x00\x00same" +
		"X\x06\x00\x00\x00methodX\x08\x00\x00\x00__call__X\x04\x00\x00\x00args](" + argument + "eut.")
}

// valuesOf returns what was seen to take up to 924 MB.
func valuesOf(size int) []heavyValue {
	list := func(opcodes string) []byte { return call("](" + strings.Repeat(opcodes, size/len(opcodes)) + "e") }
	doubling := "]q\x00K\x01a0"
	const levels = 60
	for n := range levels {
		doubling += fmt.Sprintf("](h%ch%ceq%c0", n, n, n+1)
	}
	doubling += "h" + string(rune(levels))
	return []heavyValue{
		{"lists", "pickle", list("]")}, {"dicts", "pickle", list("}")}, {"empty tuples", "pickle", list(")")}, {"None", "pickle", list("N")},
		{"ints", "pickle", list("K\x01")}, {"lists on the stack", "pickle", []byte(strings.Repeat("]", size) + ".")},
		{"references to one tuple", "pickle", call("](K\x01\x85\x94" + strings.Repeat("h\x00", size/2) + "e")},
		{"small objects", "pickle", call("](cm\nA\n\x94" + strings.Repeat("h\x00)\x81}K\x01K\x02sb", 8*size/3/11) + "e")},
		{"lists that double", "pickle", call(doubling)},
		{"lists in json", "json", []byte(`["PSMessage", "exec", {"name": "same", "method": "__call__", "args": [[` + strings.Repeat("[],", size/3) + "1]]}]")},
		{"objects in json", "json", []byte(`["PSMessage", "exec", {"name": "same", "method": "__call__", "args": [[` + strings.Repeat("{},", size/3) + "1]]}]")},
	}
}

// heavyValues sends such contents as arguments, which are written back where they are accepted.
func heavyValues(s settings, t *tally) error {
	size := 3 << 20
	for _, value := range valuesOf(size) {
		if err := oneHeavyValue(t, value); err != nil {
			return fmt.Errorf("%s: %w", value.what, err)
		}
		if s.quick && value.what == "lists that double" {
			break
		}
	}
	return nil
}

func oneHeavyValue(t *tally, value heavyValue) (err error) {
	v, err := newVictim(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := zmtp.Dial(ctx, v.at.Rep, "REQ")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	header, err := wire.Header("tcp://127.0.0.1:1", "")
	if err != nil {
		return err
	}
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	began := time.Now()
	if err := c.Send(nil, header, []byte(value.serializer), value.content, []byte("urn:uuid:1"), nil); err != nil {
		return err
	}
	answer, err := c.Receive()
	waited := time.Since(began)
	after, usageErr := v.usage()
	if usageErr != nil {
		return usageErr
	}
	took := after.Processor - v.before.Processor
	size := 0
	for _, frame := range answer {
		size += len(frame)
	}
	what := fmt.Sprintf("%.1f MB of %s", float64(len(value.content))/1e6, value.what)
	t.check(err == nil && took <= mostCallTime, what+fmt.Sprintf(" take %v of the processor at most", mostCallTime), "%.0f ms, answered with %.1f MB after %.0f ms, error %v",
		float64(took)/float64(time.Millisecond), float64(size)/1e6, float64(waited)/float64(time.Millisecond), err)
	return v.check(t, what, mostCallMemory+int64(len(value.content)+size))
}
