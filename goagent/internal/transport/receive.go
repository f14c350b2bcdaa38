package transport

// Receiving is a Listener whose requests one goroutine waits for.
type Receiving struct {
	Listener
	come chan struct{}
}

// Receive serves a Listener to whoever calls Recv.
func Receive(l Listener) *Receiving {
	r := &Receiving{Listener: l, come: make(chan struct{}, 1)}
	l.Serve(func(*Reading) {
		select {
		case r.come <- struct{}{}:
		default: // a token is already waiting
		}
	})
	return r
}

// Recv waits for the next request. Only one goroutine at a time may call it.
func (r *Receiving) Recv() (Request, error) {
	for {
		request, ok, err := r.Poll()
		if ok || err != nil {
			return request, err
		}
		<-r.come
	}
}
