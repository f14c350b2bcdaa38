package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/pizco-go/pizco/internal/secretfile"
)

// ReadConfig reads settings in YAML, over the defaults. A setting that does not exist is an error
// that names its line; what the settings say is looked at by [Config.Validate].
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

// ReadSecret returns the content of a file without a line end at its end. It fails when that is
// empty.
func ReadSecret(path string) ([]byte, error) {
	data, err := secretfile.Read(path)
	if errors.Is(err, secretfile.ErrEmpty) {
		return nil, fmt.Errorf("%s is empty", path)
	}
	return data, err
}

// secretFiles are the files with keys and tokens that the settings name.
func (c *Config) secretFiles() []string {
	files := []string{c.TLS.Key}
	for _, t := range c.Targets {
		files = append(files, t.KeyFile)
	}
	for _, t := range c.Tokens {
		files = append(files, t.File)
	}
	for _, e := range c.Expose {
		files = append(files, e.KeyFile, e.TargetKeyFile)
	}
	return files
}

// warnOfSecrets logs which of these files others may read.
func (g *Gateway) warnOfSecrets() {
	for _, file := range g.config.secretFiles() {
		if warning := secretfile.Exposed(file); warning != "" {
			g.log.Warn(warning)
		}
	}
}
