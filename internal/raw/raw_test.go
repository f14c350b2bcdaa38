package raw_test

import (
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/internal/raw"
)

type record struct {
	ID    int64
	Name  string
	Value float64
}

var fields = func() (offsets [3]uintptr) {
	for i := range offsets {
		offsets[i] = reflect.TypeFor[record]().Field(i).Offset
	}
	return offsets
}()

func TestPlace(t *testing.T) {
	records := []record{{1, "a", 0.5}, {2, "b", 1.5}}
	at := raw.OfSlice(records).Add(reflect.TypeFor[record]().Size())
	if got := *raw.In[string](at.Add(fields[1])); got != "b" {
		t.Errorf("the second record's name is %q", got)
	}
	*raw.In[float64](at.Add(fields[2])) = 2.5
	if records[1].Value != 2.5 || !reflect.DeepEqual(at.Pointer(reflect.TypeFor[record]()).Elem().Interface(), record{2, "b", 2.5}) {
		t.Errorf("%+v", records)
	}
	if raw.Of(reflect.ValueOf(&records[1])) != at || raw.Held(&records[1]) != at || !(raw.Place{}).IsNil() || at.IsNil() {
		t.Error("places of the same value differ")
	}
}

func TestSlot(t *testing.T) {
	values := []any{int64(1000), "text", nil, 1.5, &record{ID: 7}}
	slots := make([]raw.Slot, len(values))
	for i, v := range values {
		slots[i] = raw.SlotOf(v)
	}
	if got := raw.Values(slots); !reflect.DeepEqual(got, values) || slots[1].Value() != "text" {
		t.Errorf("%v", got)
	}
}

// BenchmarkPlace fills a struct's fields as a decoder does, by their places and by package reflect.
func BenchmarkPlace(b *testing.B) {
	b.Run("raw", func(b *testing.B) {
		r := new(record)
		at := raw.At(r)
		for b.Loop() {
			*raw.In[int64](at.Add(fields[0])) = 7
			*raw.In[string](at.Add(fields[1])) = "name"
			*raw.In[float64](at.Add(fields[2])) = 0.5
		}
	})
	b.Run("reflect", func(b *testing.B) {
		v := reflect.ValueOf(new(record)).Elem()
		for b.Loop() {
			v.Field(0).SetInt(7)
			v.Field(1).SetString("name")
			v.Field(2).SetFloat(0.5)
		}
	})
}

// BenchmarkSlot puts boxed values on a stack, as slots and as interfaces.
func BenchmarkSlot(b *testing.B) {
	numbers := make([]int64, 256)
	b.Run("raw", func(b *testing.B) {
		word, stack := raw.SlotOf(int64(0)).Word, []raw.Slot{}
		for b.Loop() {
			stack = stack[:0]
			for i := range numbers {
				stack = append(stack, raw.Slot{Word: word, At: raw.Address(&numbers[i])})
			}
		}
	})
	b.Run("interfaces", func(b *testing.B) {
		stack := []any{}
		for b.Loop() {
			stack = stack[:0]
			for i := range numbers {
				stack = append(stack, numbers[i]+1000)
			}
		}
	})
}
