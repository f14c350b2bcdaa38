package zmtp_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp"
)

// TestBindAbstract binds a name that is no file.
func TestBindAbstract(t *testing.T) {
	endpoint := fmt.Sprintf("ipc://@pizco-test-%d", os.Getpid())
	l, err := new(zmtp.Network).Listen(endpoint, settings())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if l.Endpoint() != endpoint {
		t.Errorf("it is bound at %s", l.Endpoint())
	}
	reach(t, l, endpoint)
	if _, err := new(zmtp.Network).Listen(endpoint, settings()); !errors.Is(err, zmtp.ErrInUse) {
		t.Errorf("binding it again: %v", err)
	}
}
