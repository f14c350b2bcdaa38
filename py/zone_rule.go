package py

import "time"

// rule is a zone with summer time that begins and ends by a rule each year, tzrange and tzstr.
type rule struct {
	std, dst   zoneOffset
	saved      time.Duration
	begin, end delta
}

func tzrange(state *Dict) (zone, error) {
	var r rule
	var err error
	if r.std.ahead, err = deltaOf(attr(state, "_std_offset")); err != nil {
		return nil, err
	}
	if r.dst.ahead, err = deltaOf(attr(state, "_dst_offset")); err != nil {
		return nil, err
	}
	r.std.name, _ = attr(state, "_std_abbr").(string)
	r.dst.name, _ = attr(state, "_dst_abbr").(string)
	if moves, _ := attr(state, "hasdst").(bool); !moves {
		return fixedZone(r.std.ahead, r.std.name)
	}
	if r.saved, err = deltaOf(attr(state, "_dst_base_offset_")); err != nil {
		return nil, err
	}
	if r.begin, err = deltaOfRelative(attr(state, "_start_delta")); err != nil {
		return nil, err
	}
	if r.end, err = deltaOfRelative(attr(state, "_end_delta")); err != nil {
		return nil, err
	}
	return &r, nil
}

func (r *rule) constant() (zoneOffset, bool) { return zoneOffset{}, false }

func (r *rule) key() string { return "" }

func (r *rule) at(wall time.Time, fold bool) (zoneOffset, error) {
	newYear := time.Date(wall.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	begin, end := r.begin.after(newYear), r.end.after(newYear)
	var summer bool
	if begin.Before(end) {
		summer = !wall.Before(begin) && wall.Before(end)
	} else {
		summer = wall.Before(end) || !wall.Before(begin)
	}
	if !summer && !wall.Before(end) && wall.Before(end.Add(r.saved)) {
		summer = !fold
	}
	if summer {
		return r.dst, nil
	}
	return r.std, nil
}

// delta is a dateutil.relativedelta. What it does not set is -1.
type delta struct {
	years, months, days, leapDays                   int
	clock                                           time.Duration
	year, month, day, hour, minute, second, microOf int
	weekday, nth                                    int
}

func deltaOfRelative(v any) (delta, error) {
	var d delta
	o, ok := v.(*Object)
	if !ok || o.Class() != (Class{"dateutil.relativedelta", "relativedelta"}) {
		return d, errZoneState
	}
	state, ok := o.State.(*Dict)
	if !ok {
		return d, errZoneState
	}
	// No zone has a relativedelta that moves a date by more than this.
	const most = 1_000_000_000
	number := func(name string, without int64) (int64, bool) {
		switch n := attr(state, name).(type) {
		case nil:
			return without, true
		case int64:
			return n, n > -most && n < most
		}
		return 0, false
	}
	for _, f := range []struct {
		name    string
		without int64
		to      *int
	}{
		{"years", 0, &d.years}, {"months", 0, &d.months}, {"days", 0, &d.days}, {"leapdays", 0, &d.leapDays},
		{"year", -1, &d.year}, {"month", -1, &d.month}, {"day", -1, &d.day}, {"hour", -1, &d.hour},
		{"minute", -1, &d.minute}, {"second", -1, &d.second}, {"microsecond", -1, &d.microOf},
	} {
		n, ok := number(f.name, f.without)
		if !ok {
			return d, errZoneState
		}
		*f.to = int(n)
	}
	for _, f := range []struct {
		name string
		unit time.Duration
	}{
		{"hours", time.Hour}, {"minutes", time.Minute}, {"seconds", time.Second}, {"microseconds", time.Microsecond},
	} {
		n, ok := number(f.name, 0)
		if !ok || n > int64(most*time.Second/f.unit) || n < -int64(most*time.Second/f.unit) {
			return d, errZoneState
		}
		d.clock += time.Duration(n) * f.unit
	}
	d.weekday = -1
	if day := attr(state, "weekday"); day != nil {
		return d, d.onWeekday(day)
	}
	return d, nil
}

// onWeekday reads a weekday of dateutil, such as SU(-1) for the last Sunday.
func (d *delta) onWeekday(v any) error {
	o, ok := v.(*Object)
	if !ok {
		return errZoneState
	}
	day, ok1 := o.Attr("weekday")
	nth, _ := o.Attr("n")
	weekday, ok2 := day.(int64)
	if !ok1 || !ok2 || weekday < 0 || weekday > 6 {
		return errZoneState
	}
	d.weekday, d.nth = int(weekday), 1
	if n, ok := nth.(int64); ok && n != 0 && n > -60 && n < 60 {
		d.nth = int(n)
	}
	return nil
}

func orElse(n, otherwise int) int {
	if n < 0 {
		return otherwise
	}
	return n
}

// after returns the date that the delta leads to.
func (d delta) after(t time.Time) time.Time {
	year := orElse(d.year, t.Year()) + d.years
	months := orElse(d.month, int(t.Month())) - 1 + d.months
	year += months / 12
	if months %= 12; months < 0 {
		months += 12
		year--
	}
	lastDay := time.Date(year, time.Month(months+2), 0, 0, 0, 0, 0, time.UTC).Day()
	day := min(lastDay, orElse(d.day, t.Day()))
	days := d.days
	if d.leapDays != 0 && months >= 2 && time.Date(year, 3, 0, 0, 0, 0, 0, time.UTC).Day() == 29 {
		days += d.leapDays
	}
	at := time.Date(year, time.Month(months+1), day+days, orElse(d.hour, t.Hour()), orElse(d.minute, t.Minute()),
		orElse(d.second, t.Second()), 1000*orElse(d.microOf, t.Nanosecond()/1000), time.UTC).Add(d.clock)
	if d.weekday < 0 {
		return at
	}
	today := (int(at.Weekday()) + 6) % 7 // Python's weeks begin on Monday
	if d.nth > 0 {
		return at.AddDate(0, 0, 7*(d.nth-1)+(7-today+d.weekday)%7)
	}
	return at.AddDate(0, 0, 7*(d.nth+1)-(today-d.weekday+7)%7)
}
