package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

const (
	putValue  = "/v1/target0/attributes/value"
	takeValue = "/v1/target0/methods/take"
)

// sending returns an attack of one request.
func sending(method, path string, body func() string) func(context.Context, settings, *victim) (string, error) {
	return func(ctx context.Context, _ settings, v *victim) (string, error) {
		text := body()
		status, err := v.ask(ctx, method, path, attackerToken, text)
		return fmt.Sprintf("%.1f MB, answered with %d", float64(len(text)+len(path))/1e6, status), err
	}
}

func repeated(item string, bytes int) func() string {
	return func() string { return `{"value": [` + strings.Repeat(item+",", bytes/(len(item)+1)) + `0]}` }
}

const eightMegabytes = 8_000_000

// valueAttacks are the attacks with one value.
func valueAttacks() []attack {
	longKey := func() string {
		return `{"value": {"` + strings.Repeat("k", 300_000) + `": [` + strings.Repeat("0,", 200_000) + `0]}}`
	}
	longKeyOfItem := "/v1/target0/attributes/items/items/" + url.PathEscape(`{"`+strings.Repeat("k", 300_000)+`":[`) + strings.Repeat("0,", 200_000) + url.PathEscape(`0]}`)
	nothing := func() string { return "" }
	all := []attack{
		{name: "one JSON key of 300 kB round 200,000 items", run: sending("PUT", putValue, longKey), own: megabyte},
		{name: "the same as the key of an item, in a GET", run: sending("GET", longKeyOfItem, nothing), own: megabyte},
		{name: "values of one key, by a client that leaves, 20 times", run: leaving(longKey), own: 20 * megabyte, requests: 20},
		{name: "3 MB of `]`", run: sending("PUT", putValue, func() string { return strings.Repeat("]", 3_000_000) }), own: 3 * megabyte},
		{name: "3 MB of `[`", run: sending("PUT", putValue, func() string { return `{"value": ` + strings.Repeat("[", 3_000_000) }), own: 3 * megabyte},
	}
	for _, item := range []string{`[]`, `{}`, `{"a":1}`, `{"$tuple":[]}`, `{"$set":[1]}`, `{"$date":"2026-01-01"}`, `"x"`, `1.5`, `{"$array":{"dtype":"<f8","shape":[0],"data":""}}`} {
		all = append(all, attack{name: "8 MB of `" + item + "`", run: sending("PUT", putValue, repeated(item, eightMegabytes)), own: 8 * megabyte})
	}
	return append(all,
		attack{name: "a set of 2,500 tuples that collide", run: sending("POST", takeValue, colliding), own: 8 * megabyte},
		attack{name: "one list in many places, defined 100,000 times", run: sending("POST", takeValue, definitions), own: 8 * megabyte},
		attack{name: "a value that shares so much that it is 2⁴⁰ items in plain JSON", run: sending("GET", "/v1/target0/attributes/shared?mode=plain", nothing), own: 64 * megabyte},
		attack{name: "the same in tagged JSON", run: sending("GET", "/v1/target0/attributes/shared", nothing)},
		// What the target sends is the answer's own: a million tuples are 64 MB in memory.
		attack{name: "a million tuples of the target", run: sending("GET", "/v1/target0/attributes/many", nothing), own: 192 * megabyte},
	)
}

// leaving sends values and leaves before they are read.
func leaving(body func() string) func(context.Context, settings, *victim) (string, error) {
	return func(ctx context.Context, s settings, v *victim) (string, error) {
		text, n := body(), s.some(20)
		for range n {
			request := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
				putValue, attackerToken, len(text), text)
			conn, err := v.send(ctx, request)
			if err != nil {
				return "", err
			}
			if err := conn.Close(); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%d requests of %.1f MB", n, float64(len(text))/1e6), nil
	}
}

// colliding is a set of tuples whose hashes are the same: a hash looks at some of the parts only.
func colliding() string {
	const wide, tuples = 70, 2500
	zeros := strings.Repeat("0,", wide-1)
	var text strings.Builder
	text.WriteString(`{"args": [{"$def": 1, "value": {"$tuple": [` + zeros + `0]}}, {"$set": [`)
	for i := range tuples {
		if i > 0 {
			text.WriteString(",")
		}
		text.WriteString(`{"$tuple": [` + strings.Repeat(`{"$ref": 1},`, wide-1) + fmt.Sprintf(`{"$tuple": [%s%d]}]}`, zeros, i))
	}
	return text.String() + `]}]}`
}

func definitions() string {
	var text strings.Builder
	text.WriteString(`{"args": [`)
	for i := range 100_000 {
		fmt.Fprintf(&text, `{"$def": %d, "value": [{"$ref": %d}]},`, i+1, i+1)
	}
	return text.String() + `0]}`
}
