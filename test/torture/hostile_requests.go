package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/tap"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/wire"
)

// key is the victim's key, which guesses do not hit.
const key = "open sesame"

// logRate is how many lines a second a server may log about peers that it rejects.
const logRate = 2

// signatureGuesses sends requests with signatures that are made up.
func signatureGuesses(s settings, t *tally) (err error) {
	guesses := 20_000
	if s.quick {
		guesses = 3_000
	}
	folder, err := os.MkdirTemp("", "torture")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	log := filepath.Join(folder, "log")
	v, err := newVictim([]goagent.DialOption{goagent.WithKey(wire.NewKey([]byte(key)))}, "-key", key, "-log", log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	c, err := zmtp.Dial(context.Background(), v.at.Rep, "REQ")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	obeyed := 0
	began := time.Now()
	for n := range guesses {
		frames, err := wire.Protocol{Key: wire.NewKey(fmt.Appendf(nil, "guess %d", n))}.Format("tcp://127.0.0.1:1", "", "info", "")
		if err != nil {
			return err
		}
		if err := c.Send(append([][]byte{nil}, frames...)...); err != nil {
			return err
		}
		answer, err := c.Receive()
		if err != nil {
			return err
		}
		if strings.Contains(string(answer[3]), "rep_endpoint") {
			obeyed++
		}
	}
	took := time.Since(began)
	t.check(obeyed == 0, "signature guesses: none is obeyed", "%d of %d were", obeyed, guesses)
	if err := v.check(t, "signature guesses", bound); err != nil {
		return err
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return err
	}
	lines, allowed := strings.Count(string(text), "rejected"), int(logRate*(took.Seconds()+2))
	t.check(lines > 0 && lines <= allowed, fmt.Sprintf("signature guesses: told in the log, at most %d lines a second", logRate),
		"%d lines about %d guesses in %.1f s", lines, guesses, took.Seconds())
	return nil
}

// flood sends calls without end and reads no answers.
func flood(s settings, t *tally) (err error) {
	calls := 300_000
	if s.quick {
		calls = 30_000
	}
	v, err := newVictim(nil, "-high-water", "1000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	c, err := zmtp.Dial(context.Background(), v.at.Rep, "DEALER")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	call := []any{"PSMessage", "exec", map[string]any{"name": "same", "method": "__call__", "args": []any{make([]byte, 200)}}}
	frames, err := wire.Protocol{}.Format("tcp://127.0.0.1:1", "", call, "")
	if err != nil {
		return err
	}
	flooded := make(chan int, 1)
	go func() { // ends when the connection is closed, or everything is sent
		sent := 0
		for ; sent < calls; sent++ {
			if c.Send(append([][]byte{nil}, frames...)...) != nil {
				break
			}
		}
		flooded <- sent
	}()
	if err := v.check(t, "a flood from one client that reads no answers", 3*bound/2); err != nil {
		return err
	}
	_ = c.Close()
	t.note("a flood from one client that reads no answers: what it could send before it was cut off", "%d of %d calls", <-flooded, calls)
	return nil
}

// filesExhausted opens connections until the server has no files left.
func filesExhausted(_ settings, t *tally) (err error) {
	v, err := newVictim(nil, "-files", "120")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	var held []*zmtp.Conn
	defer func() {
		for _, c := range held {
			_ = c.Close()
		}
	}()
	for range 200 {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		c, err := zmtp.Dial(ctx, v.at.Rep, "REQ")
		cancel()
		if err != nil {
			break // the server takes no more
		}
		held = append(held, c)
	}
	slowest, err := v.wellServed(50)
	t.check(err == nil, fmt.Sprintf("a server with no files left, after %d connections, serves those that it has", len(held)),
		"the slowest of 50 calls took %.1f ms, error %v", float64(slowest)/float64(time.Millisecond), err)
	for _, c := range held {
		_ = c.Close()
	}
	held = nil
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	p, err := goagent.Dial(ctx, v.at.Rep)
	t.check(err == nil, "a server that had no files left takes new clients when others have gone", "error %v", err)
	if err == nil {
		return p.Close()
	}
	return nil
}

// full is a device that has room for nothing.
const full = "/dev/full"

// fullDisk has a server log, and a recording written, to a disk that is full.
func fullDisk(_ settings, t *tally) (err error) {
	v, err := newVictim(nil, "-log", full)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	slowest, err := v.wellServed(50)
	t.check(err == nil, "a server whose log has no room goes on serving", "the slowest of 50 calls took %.1f ms, error %v",
		float64(slowest)/float64(time.Millisecond), err)
	f, err := os.OpenFile(full, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = tap.NewRecorder(f, v.at.Rep, v.at.Rep)
	t.check(err != nil, "a recording that has no room says so", "error %v", err)
	return nil
}
