package addressing

import (
	"errors"
	"testing"
)

// TestPublisherAt says where notifications of servers are taken from.
func TestPublisherAt(t *testing.T) {
	for _, c := range []struct {
		dialled, pub, want string
		hosts              []string
		err                error
	}{
		{"tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "tcp://127.0.0.1:2", nil, nil},
		{"tcp://127.0.0.1:1", "tcp://localhost:2", "tcp://localhost:2", nil, nil},
		{"tcp://localhost:1", "tcp://127.0.0.1:2", "tcp://127.0.0.1:2", nil, nil},
		{"tcp://lab.invalid:1", "tcp://lab.invalid:2", "tcp://lab.invalid:2", nil, nil},
		{"tcp://192.0.2.1:1", "tcp://192.0.2.1:2", "tcp://192.0.2.1:2", nil, nil},
		{"tcp://192.0.2.1:1", "tcp://192.0.2.2:2", "tcp://192.0.2.2:2", nil, ErrForeign},
		{"tcp://192.0.2.1:1", "tcp://192.0.2.2:2", "tcp://192.0.2.2:2", []string{"192.0.2.2"}, nil},
		{"tcp://192.0.2.1:1", "tcp://192.0.2.2:2", "tcp://192.0.2.2:2", []string{"*"}, nil},
		{"tcp://192.0.2.1:1", "tcp://192.0.2.2:2", "tcp://192.0.2.2:2", []string{"192.0.2.3"}, ErrForeign},
		{"tcp://127.0.0.1:1", "tcp://nobody.invalid:2", "tcp://nobody.invalid:2", nil, ErrForeign},
		{"tcp://192.0.2.1:1", "tcp://127.0.0.1:2", "tcp://127.0.0.1:2", nil, ErrOwnHostOnly},
		{"ipc:///a", "tcp://127.0.0.1:2", "tcp://127.0.0.1:2", nil, nil},
		{"ipc:///a", "tcp://192.0.2.1:2", "tcp://192.0.2.1:2", nil, ErrForeign},
		{"ipc:///a", "ipc:///b", "ipc:///b", nil, nil},
		{"inproc://a", "inproc://b", "inproc://b", nil, nil},
		{"inproc://a", "ipc:///b", "ipc:///b", nil, nil},
		{"tcp://127.0.0.1:1", "ipc:///b", "ipc:///b", nil, ErrIPC},
		{"tcp://127.0.0.1:1", "ipc:///b", "ipc:///b", []string{"*"}, ErrIPC},
		{"tcp://127.0.0.1:1", "inproc://b", "inproc://b", nil, ErrScheme},
		{"ipc:///a", "inproc://b", "inproc://b", nil, ErrScheme},
		{"tcp://127.0.0.1:1", "udp://127.0.0.1:2", "udp://127.0.0.1:2", []string{"*"}, ErrScheme},
		{"tcp://127.0.0.1:1", "TCP://127.0.0.1:2", "TCP://127.0.0.1:2", nil, ErrScheme},
		{"tcp://127.0.0.1:1", "", "", nil, ErrScheme},
	} {
		got, err := PublisherAt(t.Context(), c.pub, c.dialled, c.hosts)
		if got != c.want || !errors.Is(err, c.err) || c.err == nil && err != nil {
			t.Errorf("%s, dialled at %s: %s, %v", c.pub, c.dialled, got, err)
		}
	}
}
