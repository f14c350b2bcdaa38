package curve_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pizco-go/pizco/goagent/curve"
)

// A key pair is made once and kept in two files, of which the one with the secret key stays where
// it is.
func Example() {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pair, err := curve.Generate()
	if err != nil {
		panic(err)
	}
	if err := pair.WriteCertificates(filepath.Join(dir, "server")); err != nil {
		panic(err)
	}
	again, err := curve.ReadSecret(filepath.Join(dir, "server.key_secret"))
	fmt.Println(again.Public() == pair.Public(), len(again.Public().String()), err)
	// Output: true 40 <nil>
}
