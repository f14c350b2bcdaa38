package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// attacks are all that is played.
var attacks = append(valueAttacks(), clientAttacks()...)

// clientAttacks are the attacks with many requests.
func clientAttacks() []attack {
	return []attack{
		{name: "1,500 POSTs without a token whose bodies never come", run: bodiless(""), requests: 1, together: 192 * megabyte, logged: megabyte},
		{name: "the same with a token", run: bodiless(attackerToken), requests: 1, together: 192 * megabyte, logged: megabyte},
		{name: "60 clients that read nothing of 16 MB each", run: unread, requests: 60, together: 768 * megabyte},
		{name: "1,000 futures that never end", run: futures, requests: 10, together: mostMemory},
		{name: "1,000 streams of one client", run: streams, requests: 10, together: mostMemory},
		{name: "50,000 requests without a token", run: refusals, requests: 20, together: 128 * megabyte, logged: megabyte},
		{name: "20,000 wrong tokens and paths of a kilobyte, which are logged", run: wrongTokens, requests: 20, together: 128 * megabyte, logged: megabyte},
	}
}

// bodiless begins requests whose bodies never come, and waits until their connections are closed.
func bodiless(token string) func(context.Context, settings, *victim) (string, error) {
	return func(ctx context.Context, s settings, v *victim) (string, error) {
		n := s.some(1500)
		authorization := ""
		if token != "" {
			authorization = "Authorization: Bearer " + token + "\r\n"
		}
		request := "POST " + takeValue + " HTTP/1.1\r\nHost: localhost\r\n" + authorization + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
		var conns []net.Conn
		defer func() {
			for _, conn := range conns {
				_ = conn.Close() // the gateway has closed it
			}
		}()
		for range n {
			conn, err := v.send(ctx, request)
			if err != nil {
				return "", err
			}
			conns = append(conns, conn)
		}
		began := time.Now()
		statuses := map[int]int{}
		for _, conn := range conns {
			if err := conn.SetReadDeadline(began.Add(limit)); err != nil {
				return "", err
			}
			in := bufio.NewReader(conn)
			answer, err := http.ReadResponse(in, nil)
			if err != nil {
				statuses[0]++ // closed before it was answered
				continue
			}
			statuses[answer.StatusCode]++
			_ = answer.Body.Close() // the rest is read below
			if err := untilClosed(in); err != nil {
				return "", fmt.Errorf("a connection is still open after %v: %w", time.Since(began), err)
			}
		}
		return fmt.Sprintf("all closed after %.0f s, %s", time.Since(began).Seconds(), counts(statuses)), nil
	}
}

// untilClosed reads until the connection ends.
func untilClosed(in *bufio.Reader) error {
	for {
		if _, err := in.ReadByte(); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				return err
			}
			return nil
		}
	}
}

func counts(statuses map[int]int) string {
	text := ""
	for _, status := range []int{0, 200, 202, 401, 408, 429, 503} {
		if n := statuses[status]; n > 0 {
			text += fmt.Sprintf("%d × %d ", n, status)
		}
	}
	return text
}

// unread asks for large values and reads nothing.
func unread(ctx context.Context, s settings, v *victim) (string, error) {
	n := max(40, s.some(60)) // more than there is room for
	for range n {
		conn, err := v.send(ctx, "GET /v1/target0/attributes/text HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+attackerToken+"\r\n\r\n")
		if err != nil {
			return "", err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
	}
	// A client that reads is served meanwhile.
	began := time.Now()
	status, err := v.ask(ctx, "GET", "/v1/target1/attributes/text", bystanderToken, "")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d clients; another one gets its 16 MB after %.1f s, %d", n, time.Since(began).Seconds(), status), nil
}

// futures calls a method whose future never ends.
func futures(ctx context.Context, s settings, v *victim) (string, error) {
	statuses := map[int]int{}
	for range max(300, s.some(1000)) { // more than a client's share
		status, err := v.ask(ctx, "POST", "/v1/target0/methods/wait", attackerToken, "")
		if err != nil {
			return "", err
		}
		statuses[status]++
	}
	if statuses[http.StatusTooManyRequests] == 0 {
		return "", errors.New("nothing is refused")
	}
	return counts(statuses), nil
}

// streams listens to a signal many times.
func streams(ctx context.Context, s settings, v *victim) (string, error) {
	statuses := map[int]int{}
	for range max(600, s.some(1000)) {
		conn, err := v.send(ctx, "GET /v1/target0/signals/changed HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "+attackerToken+"\r\n\r\n")
		if err != nil {
			return "", err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil) //nolint:bodyclose // The stream stays open until ctx ends.
		if err != nil {
			return "", err
		}
		statuses[answer.StatusCode]++
	}
	if statuses[http.StatusTooManyRequests] == 0 {
		return "", errors.New("nothing is refused")
	}
	return counts(statuses), nil
}

func refusals(ctx context.Context, s settings, v *victim) (string, error) {
	statuses := map[int]int{}
	for range s.some(50_000) {
		status, err := v.ask(ctx, "GET", "/v1/target0/attributes/value", "", "")
		if err != nil {
			return "", err
		}
		statuses[status]++
	}
	return counts(statuses), nil
}

func wrongTokens(ctx context.Context, s settings, v *victim) (string, error) {
	statuses := map[int]int{}
	path := "/v1/target0/attributes/" + fmt.Sprintf("%01000d", 0)
	for i := range s.some(20_000) {
		status, err := v.ask(ctx, "GET", path, fmt.Sprintf("wrong-token-%08d", i), "")
		if err != nil {
			return "", err
		}
		statuses[status]++
	}
	return counts(statuses), nil
}
