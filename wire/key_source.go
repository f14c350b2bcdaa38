package wire

import (
	"errors"
	"fmt"
	"os"

	"github.com/pizco-go/pizco/internal/secretfile"
)

// KeyFromFile returns the key that is the content of a file, without a line end at its end. It
// fails for a file that cannot be read or is empty. [Key.Warning] says whether others may read it.
func KeyFromFile(path string) (Key, error) {
	content, err := secretfile.Read(path)
	if errors.Is(err, secretfile.ErrEmpty) {
		return Key{}, fmt.Errorf("pizco/wire: key file %s is empty", path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("pizco/wire: key file: %w", err)
	}
	key := NewKey(content)
	key.secret().warning = secretfile.Exposed(path)
	return key, nil
}

// KeyFromEnv returns the key that is the value of an environment variable. It fails when the
// variable is not set or is empty.
func KeyFromEnv(variable string) (Key, error) {
	key := os.Getenv(variable)
	if key == "" {
		return Key{}, fmt.Errorf("pizco/wire: the environment variable %s has no key", variable)
	}
	return NewKey([]byte(key)), nil
}

// Warning returns a text when the file that the key was read from may be read or changed by others
// than its owner, and what to do about it. It is empty for all other keys.
func (k Key) Warning() string {
	if k.IsZero() {
		return ""
	}
	return k.secret().warning
}
