package py

import (
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
)

// numberOf returns a number as Python has it.
func numberOf(v reflect.Value) any {
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return NewInt(new(big.Int).SetUint64(v.Uint()))
	}
	return v.Float()
}

// PathClass is a class of module pathlib.
type PathClass string

// The classes of pathlib that a path may have on the wire.
const (
	PurePosixPath   PathClass = "PurePosixPath"
	PureWindowsPath PathClass = "PureWindowsPath"
	PosixPath       PathClass = "PosixPath"
	WindowsPath     PathClass = "WindowsPath"
)

// NewPath returns a path of module pathlib. Up to CPython 3.12 it is written in parts, from 3.13 on
// as the text, whose module is pathlib._local then. The path is split into parts as a POSIX path.
// Write the anchor of a Windows path, such as `C:\`, as the drive with its root in front.
func NewPath(class PathClass, path string) *Object {
	windows := class == PureWindowsPath || class == WindowsPath
	o := NewObject(Class{"pathlib._local", string(class)})
	if path != "" {
		o.Args = Tuple{path}
	}
	o.Reducer = before{13, NewObject(Class{"pathlib", string(class)}, pathParts(path, windows)...)}
	return o
}

// pathParts returns what the property parts of a path gives.
func pathParts(path string, windows bool) []any {
	var parts []any
	if windows {
		path = strings.ReplaceAll(path, "/", `\`)
		anchor := windowsAnchor(path)
		if path = path[len(anchor):]; anchor != "" {
			parts = append(parts, anchor)
		}
	} else if strings.HasPrefix(path, "/") {
		root := path[:1]
		if strings.HasPrefix(path, "//") && !strings.HasPrefix(path, "///") {
			root = path[:2]
		}
		parts = append(parts, root)
	}
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' && !windows || r == '\\' && windows }) {
		if part != "." {
			parts = append(parts, part)
		}
	}
	return parts
}

// windowsAnchor returns the drive and root of a path with backslashes.
func windowsAnchor(path string) string {
	n := 0
	if len(path) >= 2 && path[1] == ':' {
		n = 2
	}
	if len(path) > n && path[n] == '\\' {
		n++
	}
	return path[:n]
}

// NewIPAddress returns ipaddress.IPv4Address or IPv6Address of the address. From CPython 3.11 on
// the latter is written as text, before as an int, and cannot have a zone before 3.9. It fails when
// the address is not valid.
func NewIPAddress(addr netip.Addr) (*Object, error) {
	if !addr.IsValid() {
		return nil, fmt.Errorf("pizco/py: %v is not a valid address", addr)
	}
	number := NewInt(new(big.Int).SetBytes(addr.AsSlice()))
	if addr.Is4() {
		return NewObject(class("ipaddress", "IPv4Address"), number), nil
	}
	v6 := class("ipaddress", "IPv6Address")
	o := NewObject(v6, ipText(addr))
	o.Reducer = before{11, NewObject(v6, number)}
	return o, nil
}

// ipText returns an address as Python writes it: without the dotted form of addresses mapped from
// IPv4.
func ipText(addr netip.Addr) string {
	if !addr.Is4In6() {
		return addr.String()
	}
	b := addr.As16()
	text := fmt.Sprintf("::ffff:%x:%x", uint16(b[12])<<8|uint16(b[13]), uint16(b[14])<<8|uint16(b[15]))
	if zone := addr.Zone(); zone != "" {
		text += "%" + zone
	}
	return text
}

// NewIPNetwork returns ipaddress.IPv4Network or IPv6Network of the prefix, whose bits beyond its
// length must be zero.
func NewIPNetwork(prefix netip.Prefix) (*Object, error) {
	if !prefix.IsValid() || prefix.Masked() != prefix {
		return nil, fmt.Errorf("pizco/py: %v is not a network", prefix)
	}
	return ipPrefix(prefix, "Network"), nil
}

// NewIPInterface returns ipaddress.IPv4Interface or IPv6Interface of the address and the length of
// its network's prefix.
func NewIPInterface(prefix netip.Prefix) (*Object, error) {
	if !prefix.IsValid() {
		return nil, fmt.Errorf("pizco/py: %v is not an interface", prefix)
	}
	return ipPrefix(prefix, "Interface"), nil
}

func ipPrefix(prefix netip.Prefix, kind string) *Object {
	version := "IPv6"
	if prefix.Addr().Is4() {
		version = "IPv4"
	}
	return NewObject(class("ipaddress", version+kind), fmt.Sprintf("%s/%d", ipText(prefix.Addr()), prefix.Bits()))
}
