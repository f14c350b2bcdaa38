package curve_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/curve"
)

// TestDocumentedPairs reads the pairs of libzmq's manual (zmq_curve).
func TestDocumentedPairs(t *testing.T) {
	for secret, public := range map[string]string{
		"JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6": "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
		"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs": "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
	} {
		pair, err := curve.ParseSecret(secret)
		if err != nil || pair.Public().String() != public || pair.Secret() != secret {
			t.Errorf("got %v, %v, want %s", pair, err, public)
		}
	}
}

func TestMalformedKeys(t *testing.T) {
	pair := generate(t)
	for name, text := range map[string]string{
		"empty":     "",
		"short":     pair.Secret()[:35],
		"long":      pair.Secret() + "00000",
		"no Z85":    strings.Repeat("~", 40),
		"too large": strings.Repeat("#", 40),
		"odd":       pair.Secret()[:39],
	} {
		_, publicErr := curve.ParsePublicKey(text)
		_, secretErr := curve.ParseSecret(text)
		for _, err := range []error{publicErr, secretErr} {
			if !errors.Is(err, curve.ErrKey) || text != "" && strings.Contains(err.Error(), text) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestSecretsAreNotPrinted prints a pair in every way that there is.
func TestSecretsAreNotPrinted(t *testing.T) {
	pair := generate(t)
	type settings struct {
		Pair  curve.KeyPair
		inner curve.KeyPair
	}
	holder := settings{pair, pair}
	var out bytes.Buffer
	for _, v := range []any{pair, &pair, holder, &holder, []curve.KeyPair{pair}, map[string]any{"pair": pair}, holder.inner} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "value", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "value", v)
		if err := json.NewEncoder(&out).Encode(v); err != nil {
			t.Error(err)
		}
	}
	if strings.Contains(out.String(), pair.Secret()) {
		t.Errorf("the secret key is printed:\n%s", &out)
	}
	if !strings.Contains(fmt.Sprint(pair), pair.Public().String()) {
		t.Errorf("%v does not have the public key", pair)
	}
	if text := fmt.Sprint(curve.KeyPair{}); text != "" || (curve.KeyPair{}).Secret() != "" || !(curve.KeyPair{}).IsZero() {
		t.Errorf("the zero pair is printed as %q", text)
	}
}

func TestPublicKeyText(t *testing.T) {
	want := generate(t).Public()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got curve.PublicKey
	if err := json.Unmarshal(data, &got); err != nil || got != want || got.IsZero() {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if err := got.UnmarshalText([]byte("no key")); !errors.Is(err, curve.ErrKey) {
		t.Errorf("got %v", err)
	}
}

func TestCertificates(t *testing.T) {
	dir := t.TempDir()
	var want []curve.PublicKey
	for _, name := range []string{"ann", "bob"} {
		pair := generate(t)
		want = append(want, pair.Public())
		base := filepath.Join(dir, name)
		if err := pair.WriteCertificates(base); err != nil {
			t.Fatal(err)
		}
		got, err := curve.ReadSecret(base + ".key_secret")
		if err != nil || got.Secret() != pair.Secret() {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		info, err := os.Stat(base + ".key_secret")
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if err := pair.WriteCertificates(base); !errors.Is(err, os.ErrExist) {
			t.Errorf("written over: %v", err)
		}
		if _, err := curve.ReadSecret(base + ".key"); err == nil || !strings.Contains(err.Error(), "public certificate") {
			t.Errorf("a secret in a public certificate: %v", err)
		}
	}
	if got, err := curve.ReadPublic(dir); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("keys of the folder: %v, %v; want %v", got, err, want)
	}
	if got, err := curve.ReadPublic(filepath.Join(dir, "bob.key")); err != nil || len(got) != 1 || got[0] != want[1] {
		t.Errorf("key of the file: %v, %v", got, err)
	}
}

func TestKeyFiles(t *testing.T) {
	pair, other := generate(t), generate(t)
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if got, err := curve.ReadSecret(write(" " + pair.Secret() + "\r\n")); err != nil || got.Public() != pair.Public() {
		t.Errorf("got %v, %v", got, err)
	}
	mixed := fmt.Sprintf("curve\n public-key = \"%s\"\n secret-key = \"%s\"\n", other.Public(), pair.Secret())
	for _, text := range []string{"", "nothing", mixed, "secret-key = short"} {
		if _, err := curve.ReadSecret(write(text)); err == nil || strings.Contains(err.Error(), pair.Secret()) {
			t.Errorf("%q: %v", text, err)
		}
	}
	list := write(fmt.Sprintf("# clients\n\n%s\n  %s  \n", pair.Public(), other.Public()))
	if got, err := curve.ReadPublic(list); err != nil || len(got) != 2 || got[1] != other.Public() {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := curve.ReadPublic(write("# nobody\n")); err == nil {
		t.Error("an empty list is read")
	}
	if _, err := curve.ReadPublic(write(pair.Public().String() + "\nwhat\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
	if _, err := curve.ReadPublic(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	t.Setenv("PIZCO_TEST_CURVE", pair.Secret())
	if got, err := curve.SecretFromEnv("PIZCO_TEST_CURVE"); err != nil || got.Public() != pair.Public() {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := curve.SecretFromEnv("PIZCO_TEST_CURVE_MISSING"); err == nil || !strings.Contains(err.Error(), "PIZCO_TEST_CURVE_MISSING") {
		t.Errorf("got %v", err)
	}
}

func generate(t *testing.T) curve.KeyPair {
	t.Helper()
	pair, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}
