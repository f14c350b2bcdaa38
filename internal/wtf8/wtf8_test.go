package wtf8_test

import (
	"testing"

	"github.com/pizco-go/pizco/internal/wtf8"
)

func TestEveryCodePoint(t *testing.T) {
	for r := rune(0); r <= 0x10FFFF; r += 1 + r/0x11000 { // all of the first 65,536, fewer and fewer beyond
		b := wtf8.Append(nil, r)
		got, size := wtf8.Decode(b)
		if got != r || size != len(b) || wtf8.Invalid(b) != -1 || wtf8.Count(b) != 1 {
			t.Fatalf("%U becomes % x and then %U in %d bytes", r, b, got, size)
		}
	}
}

func TestInvalid(t *testing.T) {
	for text, want := range map[string]int{
		"":                         -1,
		"a\xed\xa0\x80é":           -1,
		"a\xff":                    1,
		"\x80":                     0,
		"\xed\xa0":                 0,
		"é\xed\xa0\xc0":            2,
		"\xf4\x90\x80\x80":         0,
		"\xc0\x80":                 0,
		"\xe2\x82":                 0,
		"\xed\xa0\x80\xed\xb0\x80": -1,
		"�":                        -1,
	} {
		if got := wtf8.Invalid([]byte(text)); got != want {
			t.Errorf("Invalid(%q) = %d, want %d", text, got, want)
		}
	}
	if _, size := wtf8.Decode("\xff"); size != 0 {
		t.Error("a stray byte decodes")
	}
	if _, size := wtf8.Decode([]byte(nil)); size != 0 {
		t.Error("nothing decodes")
	}
}
