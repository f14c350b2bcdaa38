package arrays

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// NPYType is the media type of .npy files.
const NPYType = "application/x-npy"

const npyMagic = "\x93NUMPY"

// The lengths of the parts of a .npy file: what the header is aligned to, and the longest one that
// is read. numpy refuses more than 10,000 bytes as well.
const (
	npyAlignment = 64
	npyMaxHeader = 10_000
)

// AppendNPY appends an array as numpy.save writes it: the format of version 1, or 3 where the names
// of fields are not Latin-1. An array that is neither rows nor columns first is put rows first.
func AppendNPY(dst []byte, a *py.NDArray) ([]byte, error) {
	if a.Axes != nil {
		a = a.RowsFirst()
	}
	descr, err := descrOf(&a.DType)
	if err != nil {
		return dst, err
	}
	order := "False"
	if a.Fortran && len(a.Shape) > 1 {
		order = "True"
	}
	shape := make(py.Tuple, len(a.Shape))
	for i, n := range a.Shape {
		shape[i] = int64(n)
	}
	header := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", py.Repr(descr), order, py.Repr(shape))
	return append(appendHeader(dst, header), a.Data...), nil
}

// appendHeader appends the header, padded so that the elements begin at a multiple of 64. numpy
// leaves room for the first length to grow.
func appendHeader(dst []byte, header string) []byte {
	version, lengthSize := byte(1), 2
	encoded := latin1(header)
	if encoded == "" {
		version, lengthSize, encoded = 3, 4, header
	}
	room := len(npyMagic) + 2 + lengthSize
	padding := npyAlignment - (room+len(encoded)+1)%npyAlignment
	encoded += strings.Repeat(" ", padding%npyAlignment) + "\n"
	dst = append(append(dst, npyMagic...), version, 0)
	if lengthSize == 2 {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(encoded)))
	} else {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(encoded)))
	}
	return append(dst, encoded...)
}

// latin1 returns the text in Latin-1, or nothing.
func latin1(text string) string {
	var out []byte
	for _, r := range text {
		if r > 0xff {
			return ""
		}
		out = append(out, byte(r))
	}
	return string(out)
}

// descrOf returns the dtype as numpy writes it into the header: a name, or a list of the fields in
// which what lies between them is a field without a name.
func descrOf(d *py.DType) (any, error) {
	if d.Fields == nil {
		if d.Base != nil {
			return nil, formError("npy", "its elements are arrays")
		}
		return dtypeText(d), nil
	}
	list, at := py.NewList(), 0
	gap := func(to int) {
		if to > at {
			list.Append(py.Tuple{"", "|V" + strconv.Itoa(to-at)})
		}
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if f.Offset < at {
			return nil, formError("npy", "its fields overlap or are out of order")
		}
		gap(f.Offset)
		inner, shape := &f.DType, py.Tuple(nil)
		if f.DType.Base != nil {
			inner = f.DType.Base
			shape = py.Tuple{}
			for _, n := range f.DType.Shape {
				shape = append(shape, int64(n))
			}
		}
		form, err := descrOf(inner)
		if err != nil {
			return nil, err
		}
		field := py.Tuple{f.Name, form}
		if shape != nil {
			field = append(field, shape)
		}
		list.Append(field)
		at = f.Offset + f.DType.Size
	}
	gap(d.Size)
	return list, nil
}

// ReadNPY reads a .npy file of at most so many bytes of elements. Arrays of Python objects, which
// such a file pickles, are refused. It fails with an *[NPYError], or with what reading fails with.
func ReadNPY(r io.Reader, most int64) (*py.NDArray, error) {
	header, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	value, err := py.ParseLiteral(header)
	fields, ok := value.(*py.Dict)
	if err != nil || !ok {
		return nil, npyError("its header is not a dict")
	}
	a := &py.NDArray{}
	descr, _ := fields.Get("descr")
	if a.DType, ok = parseDescr(descr); !ok {
		return nil, npyError("its dtype %s is not one of plain elements", py.Repr(descr, py.WithReprLength(100)))
	}
	a.Fortran = false
	if fortran, _ := fields.Get("fortran_order"); fortran == true {
		a.Fortran = true
	}
	shape, _ := fields.Get("shape")
	if py.Assign(&a.Shape, shape) != nil || len(a.Shape) > MaxDimensions || !SizeWithin(a.Shape, a.DType.Size) {
		return nil, npyError("its shape %s is not one", py.Repr(shape, py.WithReprLength(100)))
	}
	size := int64(a.DType.Size)
	for _, n := range a.Shape {
		size *= int64(n)
	}
	if size > most {
		return nil, npyError("it has %d bytes of elements, and %d are allowed", size, most)
	}
	if a.Data, err = io.ReadAll(io.LimitReader(r, size)); err != nil {
		return nil, err
	}
	if int64(len(a.Data)) < size {
		return nil, npyError("it ends after %d of %d bytes", len(a.Data), size)
	}
	return a, nil
}

func readHeader(r io.Reader) (string, error) {
	start := make([]byte, len(npyMagic)+2)
	if err := readFull(r, start); err != nil {
		return "", err
	}
	if string(start[:len(npyMagic)]) != npyMagic {
		return "", npyError("it does not begin as one does")
	}
	version := start[len(npyMagic)]
	var length [4]byte
	switch version {
	case 1:
		if err := readFull(r, length[:2]); err != nil {
			return "", err
		}
	case 2, 3:
		if err := readFull(r, length[:]); err != nil {
			return "", err
		}
	default:
		return "", npyError("its version is %d, and 1 to 3 are known", version)
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n > npyMaxHeader {
		return "", npyError("its header has %d bytes, and %d are allowed", n, npyMaxHeader)
	}
	header := make([]byte, n)
	if err := readFull(r, header); err != nil {
		return "", err
	}
	if version == 3 {
		return string(header), nil
	}
	text := make([]rune, len(header))
	for i, b := range header {
		text[i] = rune(b)
	}
	return string(text), nil
}

func readFull(r io.Reader, to []byte) error {
	_, err := io.ReadFull(r, to)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return npyError("it ends within its header")
	}
	return err
}

// parseDescr reads a dtype of a header. Fields without a name are gaps.
func parseDescr(descr any) (py.DType, bool) {
	list, ok := descr.(*py.List)
	if !ok {
		if text, isText := descr.(string); isText && strings.HasPrefix(text, "=") {
			return py.DType{}, false
		}
		return ParseDType(descr)
	}
	named, unnamed := py.NewList(), 0
	for _, item := range list.Items {
		field, _ := item.(py.Tuple)
		if len(field) > 0 && field[0] == any("") {
			unnamed++
			field = append(py.Tuple{fmt.Sprintf("\x00%d", unnamed)}, field[1:]...)
		}
		named.Append(field)
	}
	d, ok := ParseDType(named)
	if !ok {
		return d, false
	}
	kept := []py.DTypeField{}
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "\x00") {
			kept = append(kept, f)
		}
	}
	d.Fields = kept
	return d, true
}
