package wire

import "os"

// The names of the environment variables.
const (
	// EnvKey holds the key, whose UTF-8 bytes are used. The original and its development line read
	// it.
	EnvKey = "PZC_KEY"
	// EnvSerializer holds the serializer's name. The development line of the original reads it, the
	// release 0.1 does not.
	EnvSerializer = "PZC_SER"
)

// FromEnv returns the protocol that the environment asks for: the key of PZC_KEY and the serializer
// of PZC_SER, where an empty or missing variable means no key and "pickle". It fails with
// [ErrSerializer] when there is no serializer of that name.
func FromEnv() (Protocol, error) {
	p := Protocol{Key: NewKey([]byte(os.Getenv(EnvKey))), Serializer: os.Getenv(EnvSerializer)}
	if _, err := p.serializer(); err != nil {
		return Protocol{}, err
	}
	return p, nil
}
