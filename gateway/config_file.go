package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// ReadConfig reads settings in YAML, over the defaults. A setting that does not exist is an error that names its line; what the settings
// say is looked at by [Config.Validate].
func ReadConfig(r io.Reader) (Config, error) {
	c := DefaultConfig()
	decoder := yaml.NewDecoder(r)
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("pizco/gateway: %w", err)
	}
	if err := decoder.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return c, errors.New("pizco/gateway: there is a second document")
	}
	return c, nil
}

// LoadConfig reads the settings of a file. Paths of files in it start from its folder.
func LoadConfig(path string) (Config, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The user names the file.
	if err != nil {
		return Config{}, fmt.Errorf("pizco/gateway: %w", err)
	}
	c, err := ReadConfig(bytes.NewReader(data))
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	c.relativeTo(filepath.Dir(path))
	return c, nil
}

func (c *Config) relativeTo(folder string) {
	files := []*string{&c.TLS.Cert, &c.TLS.Key}
	for i := range c.Targets {
		files = append(files, &c.Targets[i].KeyFile)
	}
	for i := range c.Tokens {
		files = append(files, &c.Tokens[i].File)
	}
	for i := range c.Expose {
		files = append(files, &c.Expose[i].KeyFile, &c.Expose[i].TargetKeyFile)
	}
	for _, file := range files {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(folder, *file)
		}
	}
}

// ReadSecret returns the content of a file without a line end at its end. It fails when that is empty.
func ReadSecret(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, err
	}
	data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	if len(data) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return data, nil
}
