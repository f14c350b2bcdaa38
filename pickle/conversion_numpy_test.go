//go:build numpy

package pickle_test

import (
	"testing"
	"time"
)

// arrayConversions are the conversions of numpy's arrays and scalars.
var arrayConversions = []conversion{
	{"numpy.array([1, 2.5])", []float32{1, 2.5}, nil}, {"numpy.array([1e300])", refusal("out of range"), []float32{}},
	{"numpy.array([1, 2.5], 'f4')", []float32{1, 2.5}, nil}, {"numpy.array([0.5, 2.5], 'f4')", []float64{0.5, 2.5}, nil},
	{"numpy.array([0.5], '>f4')", []float32{0.5}, nil}, {"numpy.array([1, 300])", refusal("300 is out of range"), []uint8{}},
	{"numpy.array([1, 200])", []uint8{1, 200}, nil}, {"numpy.array([1.5])", refusal(""), []int{}}, {"numpy.array([float('nan')])", refusal(""), []int{}},
	{"numpy.array([1j])", refusal(""), []float64{}}, {"numpy.array([16777217])", refusal("no exact float32"), []float32{}},
	{"numpy.array([1, 2], 'longdouble')", refusal(""), []float64{}}, {"numpy.array([-1])", refusal("-1 is out of range"), []uint64{}},
	{"numpy.ma.array([1, 2], mask=[0, 1])", refusal(""), []int{}}, {"numpy.ma.array([1., 2.], mask=[0, 1])", refusal(""), []float64{}},
	{"numpy.ma.masked", refusal(""), float64(0)},
	{"numpy.array(['2020-01-01', 'NaT'], 'M8[s]')", refusal(""), []time.Time{}}, {"numpy.array([1, 'NaT'], 'm8[s]')", refusal("no unit"), []time.Duration{}},
	{"numpy.array([1, 2], 'm8[s]')", refusal("no unit"), []time.Duration{}}, {"numpy.datetime64('NaT')", refusal(""), time.Time{}},
	{"numpy.timedelta64(5, 's')", refusal(""), time.Duration(0)}, {"numpy.float64(1e300)", refusal("out of range"), float32(0)},
	{"numpy.int64(300)", refusal("out of range"), uint8(0)}, {"[numpy.float64(0.5), 1]", []float64{0.5, 1}, nil},
}

// TestConversionsOfArrays is TestConversions for numpy, which `make numpy` installs.
func TestConversionsOfArrays(t *testing.T) { checkConversions(t, arrayConversions, "import numpy\n") }
