package py

import (
	"encoding/binary"
	"sort"
	"strings"
	"time"
)

// file2 is a tzfile of dateutil 2: changes by the clock of standard time, and what holds from each
// on.
type file2 struct {
	changes, infos []any
	before, std    any
	name           string
}

func tzfile2(state *Dict) (zone, error) {
	changes, ok1 := attr(state, "_trans_list").(Tuple)
	infos, ok2 := attr(state, "_trans_idx").(Tuple)
	std := attr(state, "_ttinfo_std")
	if !ok1 || !ok2 || len(changes) != len(infos) {
		return nil, errZoneState
	}
	if len(changes) == 0 {
		at, err := ttinfo(std)
		return dated{fixed{at}, ""}, err
	}
	path, _ := attr(state, "_filename").(string)
	return &file2{changes, infos, attr(state, "_ttinfo_before"), std, fileKey(path)}, nil
}

// ttinfo returns what a _ttinfo of dateutil says.
func ttinfo(v any) (zoneOffset, error) {
	o, ok := v.(*Object)
	if !ok {
		return zoneOffset{}, errZoneState
	}
	offset, _ := o.Attr("offset")
	name, _ := o.Attr("abbr")
	return typeOf(offset, name)
}

// typeOf returns the offset of so many seconds.
func typeOf(offset, name any) (zoneOffset, error) {
	secs, ok1 := offset.(int64)
	text, ok2 := name.(string)
	switch {
	case !ok1 || !ok2:
		return zoneOffset{}, errZoneState
	case secs <= -secsPerDay || secs >= secsPerDay:
		return zoneOffset{}, errZoneRange
	}
	return zoneOffset{time.Duration(secs) * time.Second, text}, nil
}

func (z *file2) constant() (zoneOffset, bool) { return zoneOffset{}, false }

func (z *file2) key() string { return z.name }

// at goes by dateutil's own rules: from the last change on, its zones have the standard offset.
func (z *file2) at(wall time.Time, fold bool) (zoneOffset, error) {
	at := wall.Unix()
	i, err := z.lastChange(at)
	if err != nil || i <= 0 {
		return z.from(i, err)
	}
	now, err := z.from(i, nil)
	if err != nil {
		return now, err
	}
	before, err := z.from(i-1, nil)
	if err != nil {
		return now, err
	}
	change, _ := z.changes[i].(int64)
	if !fold && at < change+int64((before.ahead-now.ahead)/time.Second) {
		return before, nil
	}
	return now, nil
}

// lastChange returns the index of the last change up to a moment, -1 for one before all.
func (z *file2) lastChange(at int64) (int, error) {
	return lastUpTo(len(z.changes), at, func(i int) (int64, bool) {
		n, ok := z.changes[i].(int64)
		return n, ok
	})
}

func lastUpTo(n int, at int64, moment func(i int) (int64, bool)) (int, error) {
	failed := false
	i := sort.Search(n, func(i int) bool {
		m, ok := moment(i)
		failed = failed || !ok
		return m > at
	})
	if failed {
		return 0, errZoneState
	}
	return i - 1, nil
}

func (z *file2) from(i int, err error) (zoneOffset, error) {
	switch {
	case err != nil:
		return zoneOffset{}, err
	case i+1 >= len(z.changes):
		return ttinfo(z.std)
	case i < 0:
		return ttinfo(z.before)
	}
	return ttinfo(z.infos[i])
}

// file4 is a tzfile of dateutil 3 and later: what a compiled time zone file says.
type file4 struct {
	index, moments         []any
	offsets, summer, names []any
	rule                   string
	name                   string
}

func tzfile4(args Tuple) (zone, error) {
	if len(args) != 4 {
		return nil, errZoneState
	}
	data, ok := args[3].(Tuple)
	if !ok || len(data) != 6 {
		return nil, errZoneState
	}
	var z file4
	for i, to := range []*[]any{&z.index, &z.moments, &z.offsets, &z.summer, &z.names} {
		if *to, ok = sequenceOf(data[i]); !ok {
			return nil, errZoneState
		}
	}
	rule, _ := data[5].([]byte)
	z.rule = string(rule)
	if len(z.index) != len(z.moments) || len(z.offsets) != len(z.names) || len(z.summer) != len(z.names) || len(z.names) == 0 {
		return nil, errZoneState
	}
	z.name, _ = args[1].(string)
	if len(z.index) == 0 && z.rule == "" {
		at, err := typeOf(z.offsets[0], z.names[0])
		return fixed{at}, err
	}
	if len(z.index) == 0 && !strings.Contains(z.rule, ",") { // a rule without summer time
		at, err := z.behind(time.Unix(0, 0).UTC(), false)
		return fixed{at}, err
	}
	return &z, nil
}

func (z *file4) constant() (zoneOffset, bool) { return zoneOffset{}, false }

func (z *file4) key() string { return z.name }

// from returns what holds from a change on, before all for -1.
func (z *file4) from(i int) (zoneOffset, error) {
	var n int64
	if i < 0 {
		n = z.earliest()
	} else {
		var ok bool
		if n, ok = z.index[i].(int64); !ok || n < 0 || n >= int64(len(z.offsets)) {
			return zoneOffset{}, errZoneState
		}
	}
	return typeOf(z.offsets[n], z.names[n])
}

// earliest returns the type before the first change: the first that is standard time.
func (z *file4) earliest() int64 {
	for i, summer := range z.summer {
		if summer != true && summer != int64(1) {
			return int64(i)
		}
	}
	return 0
}

// wallOf returns what the zone's clock shows at a change: of two such times that for the fold.
func (z *file4) wallOf(i int, fold bool) (int64, bool) {
	at, ok := z.moments[i].(int64)
	before, err := z.from(i - 1)
	if i == 0 {
		before, err = typeOf(z.offsets[0], z.names[0])
	}
	now, err2 := z.from(i)
	if !ok || err != nil || err2 != nil {
		return 0, false
	}
	ahead := max(before.ahead, now.ahead)
	if fold {
		ahead = min(before.ahead, now.ahead)
	}
	return at + int64(ahead/time.Second), true
}

func (z *file4) at(wall time.Time, fold bool) (zoneOffset, error) {
	i, err := lastUpTo(len(z.moments), wall.Unix(), func(i int) (int64, bool) { return z.wallOf(i, fold) })
	if err != nil {
		return zoneOffset{}, err
	}
	if i < len(z.moments)-1 || z.rule == "" {
		return z.from(i)
	}
	return z.behind(wall, fold)
}

// behind returns the offset behind the last change, by the rule that the file ends in.
func (z *file4) behind(wall time.Time, fold bool) (zoneOffset, error) {
	last := len(z.moments) - 1
	var types [2]zoneOffset
	at := int64(-1 << 40)
	var err error
	if types[0], err = z.from(max(last-1, -1)); err != nil {
		return zoneOffset{}, err
	}
	if types[1], err = z.from(last); err != nil {
		return zoneOffset{}, err
	}
	if last >= 0 {
		at, _ = z.moments[last].(int64)
	}
	loc, err := time.LoadLocationFromTZData(z.name, tzData(types, at, z.rule))
	if err != nil {
		return zoneOffset{}, err
	}
	return located{loc, z.name}.at(wall, fold)
}

// tzData returns a compiled time zone file with one change and a rule for all after it, in version
// 2 of the format (RFC 8536), of whose first part nothing is read.
func tzData(types [2]zoneOffset, change int64, rule string) []byte {
	var entries, names []byte
	for _, t := range types {
		entries = binary.BigEndian.AppendUint32(entries, uint32(int32(t.ahead/time.Second)))
		entries = append(entries, 0, byte(len(names)))
		names = append(append(names, t.name[:min(len(t.name), 100)]...), 0)
	}
	header := func(changes, types, names int) []byte {
		h := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []int{0, 0, 0, changes, types, names} {
			h = binary.BigEndian.AppendUint32(h, uint32(n))
		}
		return h
	}
	out := append(header(0, 1, 1), make([]byte, 7)...)
	out = append(out, header(1, len(types), len(names))...)
	out = binary.BigEndian.AppendUint64(out, uint64(change))
	out = append(append(append(out, 1), entries...), names...)
	return append(out, "\n"+rule+"\n"...)
}

// fileKey returns a file's name in the time zone database: what follows the folder of that.
func fileKey(path string) string {
	_, key, found := strings.Cut(path, "zoneinfo/")
	if !found {
		return ""
	}
	return key
}
