package py

import "time"

// dateutilZone returns the zone of a class of dateutil.tz.
func dateutilZone(class string, o *Object) (zone, error) {
	state, _ := o.State.(*Dict)
	switch class {
	case "tzutc":
		return fixed{zoneOffset{0, "UTC"}}, nil
	case "tzoffset":
		if len(o.Args) == 2 {
			return tzoffset(o.Args[0], o.Args[1])
		}
		return tzoffset(attr(state, "_name"), attr(state, "_offset"))
	case "tzlocal":
		return tzlocal(state)
	case "tzrange", "tzstr":
		return tzrange(state)
	case "tzfile":
		return tzfile2(state)
	case "_unpickle":
		return tzfile4(o.Args)
	}
	return nil, errZoneClass
}

// attr returns the value under a name, nil without one.
func attr(state *Dict, name string) any {
	if state == nil {
		return nil
	}
	value, _ := state.Get(name)
	return value
}

// tzoffset has an offset that is a timedelta, or seconds in early releases.
func tzoffset(name, offset any) (zone, error) {
	var ahead time.Duration
	switch offset := offset.(type) {
	case int64:
		if offset <= -secsPerDay || offset >= secsPerDay {
			return nil, errZoneRange
		}
		ahead = time.Duration(offset) * time.Second
	default:
		var err error
		if ahead, err = deltaOf(offset); err != nil {
			return nil, err
		}
	}
	text, ok := name.(string)
	if !ok {
		text = offsetName(ahead)
	}
	return fixedZone(ahead, text)
}

// tzlocal is the zone of the machine that reads it, but carries the offsets of the machine that
// wrote it. It can be read if the two offsets are equal, or are this machine's.
func tzlocal(state *Dict) (zone, error) {
	std, err := deltaOf(attr(state, "_std_offset"))
	if err != nil {
		return nil, err
	}
	dst, err := deltaOf(attr(state, "_dst_offset"))
	if err != nil {
		return nil, err
	}
	if moves, _ := attr(state, "_hasdst").(bool); !moves || std == dst {
		name := offsetName(std)
		if names, ok := attr(state, "_tznames").(Tuple); ok && firstText(names) != "" {
			name = firstText(names)
		}
		return fixedZone(std, name)
	}
	here := located{loc: time.Local}
	winter, summer := here.yearly()
	if winter != std || summer != dst {
		return nil, errZoneMoves
	}
	return here, nil
}

// yearly returns the least and the greatest offset of this year.
func (z located) yearly() (least, greatest time.Duration) {
	least, greatest = secsPerDay*time.Second, -secsPerDay*time.Second
	for month := time.January; month <= time.December; month++ {
		_, secs := time.Date(time.Now().Year(), month, 1, 12, 0, 0, 0, z.loc).Zone()
		ahead := time.Duration(secs) * time.Second
		least, greatest = min(least, ahead), max(greatest, ahead)
	}
	return least, greatest
}
