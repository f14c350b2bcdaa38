package py

import (
	"encoding/hex"
	"math/big"
	"net/netip"
	"strings"

	"github.com/pizco-go/pizco/internal/scalar"
)

// uuidSize is the number of bytes of a UUID.
const uuidSize = 16

// textOf returns the text that str() gives for an object of a class that it is a faithful spelling
// of.
func textOf(o *Object) (string, bool) {
	class := o.Class()
	switch class.Module {
	case "decimal":
		return stringArg(o)
	case "fractions":
		return fractionText(o)
	case "uuid":
		id, ok := uuidOf(o)
		if !ok {
			return "", false
		}
		h := hex.EncodeToString(id[:])
		return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-"), true
	case "pathlib", "pathlib._local":
		return pathText(class.Name, o.Args)
	case "ipaddress":
		return addressText(class.Name, o)
	}
	return "", false
}

func stringArg(o *Object) (string, bool) {
	if len(o.Args) != 1 {
		return "", false
	}
	s, ok := o.Args[0].(string)
	return s, ok
}

// fractionText reads a Fraction, which is written as one str up to Python 3.10 and as two ints from
// 3.11 on.
func fractionText(o *Object) (string, bool) {
	if len(o.Args) != 2 {
		return stringArg(o)
	}
	num, ok1 := bigOf(o.Args[0])
	den, ok2 := bigOf(o.Args[1])
	if !ok1 || !ok2 {
		return "", false
	}
	if den.IsInt64() && den.Int64() == 1 {
		return num.String(), true
	}
	return num.String() + "/" + den.String(), true
}

func bigOf(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v), true
	case *big.Int:
		return v, true
	}
	return nil, false
}

// ratOf returns the value of a Decimal or Fraction; NaN, infinities and what has an exponent
// beyond 4096 have none.
func ratOf(o *Object) (*big.Rat, bool) {
	class := o.Class()
	if class.Module != "decimal" && class.Module != "fractions" {
		return nil, false
	}
	s, ok := textOf(o)
	if !ok {
		return nil, false
	}
	return scalar.ParseRat(s)
}

// uuidOf reads a UUID: the 128 bits are an int in the state, or, as [FromGo] writes them, text in
// the arguments.
func uuidOf(o *Object) (id [uuidSize]byte, ok bool) {
	if (o.Class() != Class{"uuid", "UUID"}) {
		return id, false
	}
	if s, ok := stringArg(o); ok {
		digits := strings.ReplaceAll(s, "-", "")
		if len(digits) != 2*uuidSize {
			return id, false
		}
		_, err := hex.Decode(id[:], []byte(digits))
		return id, err == nil
	}
	bits, _ := o.Attr("int")
	n, ok := bigOf(bits)
	if !ok || n.Sign() < 0 || n.BitLen() > 8*uuidSize {
		return id, false
	}
	n.FillBytes(id[:])
	return id, true
}

// addressText spells an address, which is written as an int (IPv6Address as a str from Python 3.11
// on), or a network or interface, which is written as a str.
func addressText(class string, o *Object) (string, bool) {
	if s, ok := stringArg(o); ok {
		return s, true
	}
	if len(o.Args) != 1 {
		return "", false
	}
	n, ok := bigOf(o.Args[0])
	if !ok || n.Sign() < 0 {
		return "", false
	}
	switch {
	case class == "IPv4Address" && n.BitLen() <= 32:
		return netip.AddrFrom4([4]byte(n.FillBytes(make([]byte, 4)))).String(), true
	case class == "IPv6Address" && n.BitLen() <= 128:
		return netip.AddrFrom16([16]byte(n.FillBytes(make([]byte, 16)))).String(), true
	}
	return "", false
}
