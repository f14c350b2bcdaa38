package curve

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The entries of a certificate that hold its keys.
const (
	entryPublic = "public-key"
	entrySecret = "secret-key"
)

// publicSuffix is the end of the name of a public certificate in a folder of them, as pyzmq's
// zmq.auth has it.
const publicSuffix = ".key"

// ReadSecret reads the key pair of a file: a certificate with a secret key, as pyzmq's
// zmq.auth.create_certificates and czmq write it, or the Z85 text of a secret key alone. Spaces and
// line feeds around it do not count.
func ReadSecret(path string) (KeyPair, error) {
	text, err := os.ReadFile(path) //nolint:gosec // The path is the program's own, not a peer's.
	if err != nil {
		return KeyPair{}, fmt.Errorf("pizco/curve: %w", err)
	}
	pair, err := parseSecretFile(string(text))
	if err != nil {
		return KeyPair{}, fmt.Errorf("pizco/curve: %s: %w", path, err)
	}
	return pair, nil
}

func parseSecretFile(text string) (KeyPair, error) {
	if key := strings.TrimSpace(text); len(key) == 40 && !strings.ContainsAny(key, "\r\n\t ") {
		return ParseSecret(key)
	}
	secret, ok := entry(text, entrySecret)
	if !ok {
		return KeyPair{}, fmt.Errorf("no entry %s: is it a public certificate?", entrySecret)
	}
	pair, err := ParseSecret(secret)
	if err != nil {
		return KeyPair{}, err
	}
	if public, ok := entry(text, entryPublic); ok && public != pair.public.String() {
		return KeyPair{}, errors.New("the public key is not the one of the secret key")
	}
	return pair, nil
}

// SecretFromEnv returns the key pair of the Z85 text of a secret key in an environment variable.
func SecretFromEnv(variable string) (KeyPair, error) {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return KeyPair{}, fmt.Errorf("pizco/curve: the environment variable %s is not set", variable)
	}
	pair, err := ParseSecret(strings.TrimSpace(text))
	if err != nil {
		return KeyPair{}, fmt.Errorf("environment variable %s: %w", variable, err)
	}
	return pair, nil
}

// ReadPublic reads public keys from a file or a folder. A file is a certificate, or has keys in
// Z85, one on a line; empty lines and lines that begin with "#" are skipped. In a folder it reads
// all files NAME.key, as pyzmq's zmq.auth keeps them.
func ReadPublic(path string) ([]PublicKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("pizco/curve: %w", err)
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*"+publicSuffix)); err != nil {
			return nil, fmt.Errorf("pizco/curve: %w", err)
		}
	}
	var keys []PublicKey
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // The path is the program's own, not a peer's.
		if err != nil {
			return nil, fmt.Errorf("pizco/curve: %w", err)
		}
		found, err := parsePublicFile(string(text))
		if err != nil {
			return nil, fmt.Errorf("pizco/curve: %s: %w", file, err)
		}
		keys = append(keys, found...)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("pizco/curve: no keys in %s", path)
	}
	return keys, nil
}

func parsePublicFile(text string) ([]PublicKey, error) {
	if public, ok := entry(text, entryPublic); ok {
		key, err := ParsePublicKey(public)
		return []PublicKey{key}, err
	}
	var keys []PublicKey
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		// No key begins with a number sign: it would be over 32 bits.
		if line == "" || line[0] == '#' {
			continue
		}
		key, err := ParsePublicKey(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// entry returns the value of an entry of a certificate, which is written as name = "value".
func entry(text, name string) (string, bool) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), name)
		if !ok {
			continue
		}
		value, ok := strings.CutPrefix(strings.TrimSpace(rest), "=")
		if !ok {
			continue
		}
		return strings.Trim(strings.TrimSpace(value), `"'`), true
	}
	return "", false
}

// WriteCertificates writes the two certificates of a pair, which pyzmq and czmq read as well.
// BASE.key has the public key, for others. BASE.key_secret has both keys, and only its owner may
// read it. It does not write over files.
func (p KeyPair) WriteCertificates(base string) error {
	if p.IsZero() {
		return errors.New("pizco/curve: no key pair to write")
	}
	public := fmt.Sprintf("metadata\ncurve\n    %s = \"%s\"\n", entryPublic, p.public)
	secret := fmt.Sprintf("%s    %s = \"%s\"\n", public, entrySecret, p.Secret())
	if err := writeNew(base+publicSuffix+"_secret", "# A CURVE secret certificate: keep it to yourself.\n"+secret, 0o600); err != nil {
		return err
	}
	return writeNew(base+publicSuffix, "# A CURVE public certificate.\n"+public, 0o644)
}

func writeNew(path, text string, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // The path is the program's own.
	if err != nil {
		return fmt.Errorf("pizco/curve: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("pizco/curve: %w", err)
	}
	return nil
}
