package arrays

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// Summary is what can be shown of an array of any size.
type Summary struct {
	// DType is the form of the dtype, as [DTypeForm] has it, and Shape the length of each
	// dimension.
	DType any   `json:"dtype"`
	Shape []int `json:"shape"`
	// Size is the number of elements, and Bytes what they take.
	Size  int `json:"size"`
	Bytes int `json:"bytes"`
	// First and Last are the elements at the ends, rows first. When there are only a few, First has
	// all of them.
	First []any `json:"first"`
	Last  []any `json:"last"`
	// Min, Max and Mean are of the elements that are numbers and finite; NaNs and Infinities are
	// how many are not. Dates have no mean, and complex numbers have none of the three.
	Min        any      `json:"min,omitempty"`
	Max        any      `json:"max,omitempty"`
	Mean       *float64 `json:"mean,omitempty"`
	NaNs       int      `json:"nans,omitempty"`
	Infinities int      `json:"infinities,omitempty"`
	// Plot is a picture of the elements in their order, rows first.
	Plot *Plot `json:"plot,omitempty"`
}

// Plot has the least and the greatest value of each bucket. There are as many buckets as asked for,
// which are equally large but for one element, or one for each element if there are fewer. A bucket
// without a finite number is nil.
type Plot struct {
	Low  []*float64 `json:"low"`
	High []*float64 `json:"high"`
}

// ends is how many elements are shown at each end.
const ends = 3

// Summarize returns a summary with a plot of at most so many buckets. It fails when stop, which is
// asked now and then, returns an error.
func Summarize(a *py.NDArray, buckets int, stop func() error) (*Summary, error) {
	a = a.RowsFirst()
	s := &Summary{DType: plainForm(DTypeForm(&a.DType)), Shape: a.Shape, Size: 1, Bytes: len(a.Data), First: []any{}, Last: []any{}}
	if s.Shape == nil {
		s.Shape = []int{}
	}
	for _, n := range a.Shape {
		s.Size *= n
	}
	size := a.DType.Size
	element := shownElement(&a.DType)
	show := func(from, to int) []any {
		shown := []any{}
		for i := from; i < to; i++ {
			shown = append(shown, element(a.Data[i*size:(i+1)*size]))
		}
		return shown
	}
	if s.Size <= 2*ends {
		s.First = show(0, s.Size)
	} else {
		s.First, s.Last = show(0, ends), show(s.Size-ends, s.Size)
	}
	value := numberOf(&a.DType)
	if value == nil || s.Size == 0 {
		return s, nil
	}
	return s, s.measure(a, value, element, buckets, stop)
}

// measure looks at every element once.
func (s *Summary) measure(a *py.NDArray, value func([]byte) float64, element func([]byte) any, buckets int, stop func() error) error {
	size := a.DType.Size
	least, greatest, finite := -1, -1, 0
	var low, high, sum float64
	buckets = min(max(buckets, 1), s.Size)
	s.Plot = &Plot{Low: make([]*float64, buckets), High: make([]*float64, buckets)}
	for bucket := range buckets {
		from, to := bucket*s.Size/buckets, (bucket+1)*s.Size/buckets
		bucketLow, bucketHigh := math.Inf(1), math.Inf(-1)
		for i := from; i < to; i++ {
			v := value(a.Data[i*size:])
			if v-v != 0 { // nan or infinite
				if math.IsNaN(v) {
					s.NaNs++
				} else {
					s.Infinities++
				}
				continue
			}
			finite++
			sum += v
			if v < bucketLow {
				bucketLow = v
				if least < 0 || v < low {
					least, low = i, v
				}
			}
			if v > bucketHigh {
				bucketHigh = v
				if greatest < 0 || v > high {
					greatest, high = i, v
				}
			}
			if i&0xffff == 0xffff {
				if err := stop(); err != nil {
					return err
				}
			}
		}
		if bucketLow <= bucketHigh {
			s.Plot.Low[bucket], s.Plot.High[bucket] = &bucketLow, &bucketHigh
		}
	}
	if finite == 0 {
		s.Plot = nil
		return nil
	}
	switch a.DType.Kind[0] {
	case 'c':
		return nil
	case 'M':
	default:
		if mean := sum / float64(finite); !math.IsInf(mean, 0) {
			s.Mean = &mean
		}
	}
	s.Min, s.Max = element(a.Data[least*size:(least+1)*size]), element(a.Data[greatest*size:(greatest+1)*size])
	return nil
}

// plainForm returns a form of a dtype as encoding/json takes it.
func plainForm(v any) any {
	switch v := v.(type) {
	case *py.List:
		list := make([]any, v.Len())
		for i, item := range v.Items {
			list[i] = plainForm(item)
		}
		return list
	case *py.Dict:
		fields := map[string]any{}
		for key, value := range v.All() {
			name, _ := key.(string)
			fields[name] = plainForm(value)
		}
		return fields
	}
	return v
}

// shownElement returns what makes an element a value of JSON: a number where it is one and finite,
// else a text.
func shownElement(d *py.DType) func(b []byte) any {
	text := ElementText(d)
	switch d.Kind[0] {
	case 'b', 'i', 'u':
		return func(b []byte) any { return d.Element(b) }
	case 'f':
		return func(b []byte) any {
			f, ok := d.Element(b).(float64)
			switch {
			case !ok:
				return py.Repr(b)
			case math.IsNaN(f) || math.IsInf(f, 0):
				return py.Repr(f)
			}
			return f
		}
	case 'V':
		return func(b []byte) any { return base64.StdEncoding.EncodeToString(b[:min(len(b), maxShownBytes)]) }
	}
	return func(b []byte) any { return shortened(text(b)) }
}

// maxShownBytes is how much of an element is shown.
const maxShownBytes = 64

func shortened(text string) string {
	n := 0
	for i := range text {
		if n++; n > maxShownBytes {
			return text[:i] + "..."
		}
	}
	return text
}

// numberOf returns what reads the number that an element is plotted as, or nil: a complex number is
// as large as its absolute value, a date or a time as the number of its units. What is not a time
// is not a number.
func numberOf(d *py.DType) func(b []byte) float64 {
	if d.Order != '>' {
		switch d.Kind {
		case "f8":
			return func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
		case "f4":
			return func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
		case "i8":
			return func(b []byte) float64 { return float64(int64(binary.LittleEndian.Uint64(b))) }
		case "i4":
			return func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) }
		case "i2":
			return func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) }
		case "u1":
			return func(b []byte) float64 { return float64(b[0]) }
		}
	}
	switch d.Kind[0] {
	case 'b', 'i', 'u':
		return func(b []byte) float64 { return float(d.Element(b)) }
	case 'f', 'c':
		if _, isBytes := d.Element(make([]byte, d.Size)).([]byte); isBytes {
			return nil
		}
		return func(b []byte) float64 { return float(d.Element(b)) }
	case 'M', 'm':
		return func(b []byte) float64 {
			n, _ := d.Element(b).(int64)
			if n == math.MinInt64 {
				return math.NaN()
			}
			return float64(n)
		}
	}
	return nil
}

func float(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case int64:
		return float64(v)
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	case float64:
		return v
	case complex128:
		return math.Hypot(real(v), imag(v))
	}
	return math.NaN()
}
