package addressing

import "testing"

func TestBinding(t *testing.T) {
	for _, tt := range []struct{ bind, advertise, bindable, bound, name string }{
		{"", "", "tcp://127.0.0.1:*", "tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555"},
		{"tcp://127.0.0.1:0", "", "tcp://127.0.0.1:*", "tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555"},
		{"tcp://127.0.0.1", "", "tcp://127.0.0.1:*", "tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555"},
		{"tcp://127.0.0.1:8000", "", "tcp://127.0.0.1:8000", "tcp://127.0.0.1:8000", "tcp://127.0.0.1:8000"},
		{"tcp://*:0", "", "tcp://*:*", "tcp://0.0.0.0:5555", "tcp://*:5555"},
		{"tcp://[::1]:0", "", "tcp://[::1]:*", "tcp://[::1]:5555", "tcp://[::1]:5555"},
		{"tcp://[::1]", "", "tcp://[::1]:*", "tcp://[::1]:5555", "tcp://[::1]:5555"},
		{"tcp://0.0.0.0:0", "tcp://lab:0", "tcp://0.0.0.0:*", "tcp://0.0.0.0:5555", "tcp://lab:5555"},
		{"tcp://0.0.0.0:8000", "tcp://lab:9000", "tcp://0.0.0.0:8000", "tcp://0.0.0.0:8000", "tcp://lab:9000"},
		{"ipc://robbie", "", "ipc://robbie", "ipc://robbie", "ipc://robbie"},
		{"ipc://*", "", "ipc://*", "ipc:///tmp/x", "ipc:///tmp/x"},
		{"inproc://robbie", "", "inproc://robbie", "inproc://robbie", "inproc://robbie"},
	} {
		b := Point{tt.bind, tt.advertise}
		if got, err := b.Bindable(); got != tt.bindable || err != nil {
			t.Errorf("%+v is bound as %s, %v, want %s", b, got, err, tt.bindable)
		}
		if got := b.Name(tt.bound); got != tt.name {
			t.Errorf("%+v is known as %s, want %s", b, got, tt.name)
		}
	}
}

func TestReachable(t *testing.T) {
	for _, tt := range []struct{ endpoint, dialled, want string }{
		{"tcp://0.0.0.0:81", "tcp://lab:80", "tcp://lab:81"},
		{"tcp://*:81", "tcp://lab:80", "tcp://lab:81"},
		{"tcp://[::]:81", "tcp://[::1]:80", "tcp://[::1]:81"},
		{"tcp://127.0.0.1:81", "tcp://lab:80", "tcp://127.0.0.1:81"},
		{"tcp://*:81", "ipc://robbie", "tcp://*:81"},
		{"ipc://p", "tcp://lab:80", "ipc://p"},
	} {
		if got := Reachable(tt.endpoint, tt.dialled); got != tt.want {
			t.Errorf("reachable(%s, %s) = %s, want %s", tt.endpoint, tt.dialled, got, tt.want)
		}
	}
}
