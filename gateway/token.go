package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// minToken is the length in bytes below which a token can be guessed.
const minToken = 16

// token is a bearer token. Only its hash is kept.
type token struct {
	name    string
	key     string // of its bearer's share
	hash    [sha256.Size]byte
	targets []string
}

// opens reports whether the token is good for a target.
func (t *token) opens(target string) bool {
	return len(t.targets) == 0 || matchesAny(t.targets, target)
}

func readTokens(configs []Token) ([]token, error) {
	tokens := make([]token, len(configs))
	for i, c := range configs {
		secret, err := c.read()
		if err == nil && len(secret) < minToken {
			err = fmt.Errorf("has less than %d bytes", minToken)
		}
		if err != nil {
			return nil, fmt.Errorf("tokens[%d]: %w", i, err)
		}
		tokens[i] = token{name: c.Name, key: fmt.Sprintf("token %d", i), hash: sha256.Sum256(secret), targets: c.Targets}
		if c.Name == "" {
			tokens[i].name = fmt.Sprintf("token %d", i)
		}
	}
	return tokens, nil
}

func (t *Token) read() ([]byte, error) {
	switch {
	case t.File != "":
		return ReadSecret(t.File)
	case t.Env != "":
		if value := os.Getenv(t.Env); value != "" {
			return []byte(value), nil
		}
		return nil, fmt.Errorf("the variable %s is empty", t.Env)
	case t.Value != "":
		return []byte(t.Value), nil
	}
	return nil, errors.New("set file, env or value")
}

// subprotocol is the subprotocol of the WebSockets. A browser cannot set headers there. It sends
// its token as another subprotocol: bearerProtocol and the token in unpadded base64url.
const (
	subprotocol    = "pizco.v1"
	bearerProtocol = "pizco.bearer." //nolint:gosec // G101: what a token follows, not a token.
)

// authorize returns the token that a request carries. It looks at all of them in the same time,
// whichever fits.
func (g *Gateway) authorize(r *http.Request) *token {
	secret := bearerOf(r)
	if secret == "" {
		return nil
	}
	hash := sha256.Sum256([]byte(secret))
	var found *token
	for i := range g.tokens {
		if subtle.ConstantTimeCompare(hash[:], g.tokens[i].hash[:]) == 1 {
			found = &g.tokens[i]
		}
	}
	return found
}

func bearerOf(r *http.Request) string {
	if scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(secret)
	}
	if !isWebSocket(r) {
		return ""
	}
	for _, header := range r.Header.Values("Sec-WebSocket-Protocol") {
		for protocol := range strings.SplitSeq(header, ",") {
			if text, ok := strings.CutPrefix(strings.TrimSpace(protocol), bearerProtocol); ok {
				if secret, err := base64.RawURLEncoding.DecodeString(text); err == nil {
					return string(secret)
				}
			}
		}
	}
	return ""
}
