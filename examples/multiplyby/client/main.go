// Command client is the client of the manual's "Pizco in action", written in Go. It is given the server's endpoint.
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
	type change struct{ value, old int }
	changes := make(chan change, 1)
	if _, err := proxy.Connect(ctx, "factor_changed", func(value, old int) { changes <- change{value, old} }); err != nil {
		return err
	}
	if err := printProduct(ctx, proxy, out); err != nil {
		return err
	}
	for _, factor := range []int{3, 4, 5} {
		if err := proxy.Set(ctx, "factor", factor); err != nil {
			return err
		}
		select {
		case c := <-changes:
			fmt.Fprintf(out, "The factor was changed from %d to %d\n", c.old, c.value)
		case <-ctx.Done():
			return fmt.Errorf("no signal came: %w", ctx.Err())
		}
		if err := printProduct(ctx, proxy, out); err != nil {
			return err
		}
	}
	return nil
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
