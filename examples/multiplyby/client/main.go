// Command client is the client of the manual's "Pizco in action", written in Go. It is given the
// server's endpoint.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: client ENDPOINT")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	err := run(ctx, os.Args[1], os.Stdout)
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, endpoint string, out io.Writer) (err error) {
	proxy, err := goagent.Dial(ctx, endpoint)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := proxy.Close(); err == nil {
			err = closeErr
		}
	}()

	// The slot hands over to this goroutine, so that the lines come in the order of the manual.
	changes := make(chan change, 16)
	if _, err := proxy.Connect(ctx, "factor_changed", func(value, old int) { changes <- change{value, old} }); err != nil {
		return err
	}
	if err := printProduct(ctx, proxy, out); err != nil {
		return err
	}
	for _, c := range []change{{3, 2}, {4, 3}, {5, 4}} {
		if err := c.apply(ctx, proxy, changes); err != nil {
			return err
		}
		fmt.Fprintf(out, "The factor was changed from %d to %d\n", c.old, c.value)
		if err := printProduct(ctx, proxy, out); err != nil {
			return err
		}
	}
	return nil
}

type change struct{ value, old int }

// resend is how long a notification may be on its way before the change is made again.
const resend = 250 * time.Millisecond

// apply sets the factor and returns once the notification of that change is here. An original
// server does not report when a subscription has reached it, and a change before that is not
// notified. So the change is taken back and made again.
func (c change) apply(ctx context.Context, proxy *goagent.Proxy, changes <-chan change) error {
	for {
		if err := proxy.Set(ctx, "factor", c.value); err != nil {
			return err
		}
		if c.arrives(ctx, changes) {
			return nil
		}
		if err := proxy.Set(ctx, "factor", c.old); err != nil {
			return err
		}
	}
}

// arrives waits for the notification of the change, past the notifications of changes that were
// taken back.
func (c change) arrives(ctx context.Context, changes <-chan change) bool {
	limit, cancel := context.WithTimeout(ctx, resend)
	defer cancel()
	for {
		select {
		case got := <-changes:
			if got == c {
				return true
			}
		case <-limit.Done():
			return false
		}
	}
}

func printProduct(ctx context.Context, proxy *goagent.Proxy, out io.Writer) error {
	var factor, product int
	if err := proxy.Get(ctx, &factor, "factor"); err != nil {
		return err
	}
	if err := proxy.Call(ctx, &product, "calculate", 8); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d * %d = %d\n", factor, 8, product)
	return err
}
