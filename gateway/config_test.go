package gateway_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway"
)

// TestExample loads the annotated example, as it stands and with all that it shows.
func TestExample(t *testing.T) {
	config, err := gateway.LoadConfig("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := config.Validate(); err != nil {
		t.Error(err)
	}
	want := gateway.DefaultConfig()
	if config.Limits != want.Limits || config.Timeouts != want.Timeouts || config.Listen != want.Listen || config.Page != want.Page {
		t.Errorf("not the defaults: %+v", config)
	}
	g, err := gateway.New(config)
	if err != nil {
		t.Fatal(err)
	}
	g.Close()

	text, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := gateway.ReadConfig(strings.NewReader(shown(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	if err := all.Validate(); err != nil {
		t.Error(err)
	}
	if err := everySet(reflect.ValueOf(all), "config"); err != "" {
		t.Errorf("the example does not show %s", err)
	}
}

// shown has every setting of the example that stands behind "#: " in place of the one before it.
func shown(text string) string {
	var lines []string
	shownKeys := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		if rest, ok := strings.CutPrefix(line, "#: "); ok {
			if key, _, ok := strings.Cut(rest, ":"); ok && !strings.HasPrefix(key, " ") {
				shownKeys[key] = true
			}
		}
	}
	for _, line := range strings.Split(text, "\n") {
		key, _, _ := strings.Cut(line, ":")
		if shownKeys[key] {
			continue
		}
		lines = append(lines, strings.Replace(line, "#: ", "", 1))
	}
	return strings.Join(lines, "\n")
}

// everySet returns the first field that nothing sets.
func everySet(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Tag.Get("yaml")
			if name == "value" || name == "read_only" { // a token in a file of settings, which is not recommended; and false as it stands
				continue
			}
			if missing := everySet(v.Field(i), path+"."+name); missing != "" {
				return missing
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return path
		}
		if v.Index(0).Kind() != reflect.Struct {
			return ""
		}
		// Alternatives, such as key_file and key_env, are in several elements.
		union := reflect.New(v.Type().Elem()).Elem()
		for i := range v.Len() {
			for f := range union.NumField() {
				if !v.Index(i).Field(f).IsZero() {
					union.Field(f).Set(v.Index(i).Field(f))
				}
			}
		}
		return everySet(union, path+"[]")
	default:
		if v.IsZero() {
			return path
		}
	}
	return ""
}

func TestConfigErrors(t *testing.T) {
	for text, want := range map[string]string{ //nolint:gosec // G101: these are settings, not credentials.
		"targets:\n- name: x\n  endpint: tcp://a:1\n":                "line 3: field endpint not found",
		"listen: 127.0.0.1:1\ntarget: []\n":                          "line 2: field target not found",
		"limits:\n  body: many\n":                                    "line 2: cannot unmarshal",
		"timeouts:\n  request: 10s\n---\n{}\n":                       "second document",
		"":                                                           "targets: name at least one",
		"targets: [{name: a/b, endpoint: x}]":                        `targets[0]: name: "a/b"`,
		"targets: [{name: a, endpoint: x}]":                          `targets[0]: endpoint: "x"`,
		"targets: [{name: a, endpoint: 'ipc://x', allow: ['[']}]":    `allow: "["`,
		"targets: [{name: a, endpoint: 'ipc://x', serializer: xml}]": `serializer: "xml"`,
		"targets: [{name: a, endpoint: 'ipc://x'}, {name: a, endpoint: 'ipc://y'}]":        "another target",
		"targets: [{name: a, endpoint: 'ipc://x', classes: [os.system]}]":                  "classes: os.system belongs to Python's own libraries",
		"targets: [{name: a, endpoint: 'ipc://x', classes: [builtins.eval]}]":              "classes: builtins.eval",
		"targets: [{name: a, endpoint: 'ipc://x', classes: [numpy.core.x]}]":               "classes: numpy.core.x",
		"targets: [{name: a, endpoint: 'ipc://x', classes: [Point]}]":                      `classes: "Point" is not a class such as lab.Point`,
		"targets: [{name: a, endpoint: 'ipc://x', classes: [lab._make]}]":                  `classes: "lab._make"`,
		"targets: [{name: a, endpoint: 'ipc://x', classes: [_lab.Point]}]":                 `classes: "_lab.Point"`,
		"targets: [{name: a, endpoint: 'ipc://x', classes: ['lab.*']}]":                    `classes: "lab.*"`,
		"targets: [{name: a, endpoint: 'ipc://x', classes: [lab.Point], read_only: true}]": "a target that is read_only takes none",
		"tokens: [{name: a}]":                        "tokens[0]: set exactly one",
		"tokens: [{env: A, file: b}]":                "tokens[0]: set exactly one",
		"origins: [lab.example]":                     `origins: "lab.example"`,
		"limits: {body: 0}":                          "limits: body",
		"timeouts: {request: -1s}":                   "timeouts: request",
		"listen: nowhere":                            "listen: ",
		"listen: 0.0.0.0:80":                         "needs tokens",
		"tls: {cert: a}":                             "tls: set both cert and key",
		"expose: [{listen: x, target: 'tcp://a:1'}]": `listen: "x"`,
	} {
		config, err := gateway.ReadConfig(strings.NewReader(text))
		if err == nil {
			err = config.Validate()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestSecretsOfConfig(t *testing.T) {
	config := config("tcp://127.0.0.1:1")
	config.Tokens = []gateway.Token{{Value: "short"}}
	if _, err := gateway.New(config); err == nil || strings.Contains(err.Error(), "short") {
		t.Errorf("a short token: %v", err)
	}
	for _, token := range []gateway.Token{{Env: "GATEWAY_TEST_UNSET"}, {File: "no-such-file"}, {File: os.DevNull}} {
		config.Tokens = []gateway.Token{token}
		if _, err := gateway.New(config); err == nil {
			t.Errorf("%+v: taken", token)
		}
	}
	config.Tokens = nil
	for _, target := range []gateway.Target{{KeyEnv: "GATEWAY_TEST_UNSET"}, {KeyFile: "no-such-file"}} {
		target.Name, target.Endpoint = "x", "tcp://127.0.0.1:1"
		config.Targets = []gateway.Target{target}
		if _, err := gateway.New(config); err == nil {
			t.Errorf("%+v: taken", target)
		}
	}
	if d := gateway.DefaultConfig().Timeouts.Request; d != 10*time.Second {
		t.Error(d)
	}
}

// TestSecretsOthersMayRead warns of files with keys and tokens that others may read.
func TestSecretsOthersMayRead(t *testing.T) {
	settings := guardedConfig(t, "tcp://127.0.0.1:1")
	c := start(t, settings)
	if strings.Contains(c.log.String(), "others may read") {
		t.Errorf("files of the owner alone:\n%s", c.log)
	}
	for _, file := range []string{settings.Tokens[0].File, settings.Targets[0].KeyFile} {
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		if text := start(t, settings).log.String(); !strings.Contains(text, "others may read "+file) {
			t.Errorf("%s:\n%s", file, text)
		}
	}
}

// TestFilesOfConfig has every path of a file in the settings start from their folder, unless it is
// absolute or empty, and errors name the file of the settings.
func TestFilesOfConfig(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "gateway.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`
tls: {cert: cert.pem, key: keys/tls.pem}
targets: [{name: a, endpoint: "ipc://x", key_file: a.key}, {name: b, endpoint: "ipc://y", key_file: /etc/b.key}, {name: c, endpoint: "ipc://z"}]
tokens: [{name: n, file: token}, {name: m, value: something-long-enough-for-it}]
expose: [{target: a, listen: "tcp://127.0.0.1:1", key_file: e.key, target_key_file: ../t.key}]
`)
	c, err := gateway.LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, row := range [][2]string{
		{c.TLS.Cert, in("cert.pem")}, {c.TLS.Key, in("keys/tls.pem")}, {c.Targets[0].KeyFile, in("a.key")}, {c.Targets[1].KeyFile, "/etc/b.key"},
		{c.Targets[2].KeyFile, ""}, {c.Tokens[0].File, in("token")}, {c.Tokens[1].File, ""}, {c.Expose[0].KeyFile, in("e.key")}, {c.Expose[0].TargetKeyFile, in("../t.key")},
	} {
		if row[0] != row[1] {
			t.Errorf("%s, want %s", row[0], row[1])
		}
	}
	write("targets: [{nme: a}]")
	if _, err := gateway.LoadConfig(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), "nme") {
		t.Errorf("got %v", err)
	}
	if _, err := gateway.LoadConfig(in("missing")); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "pizco/gateway: ") {
		t.Errorf("got %v", err)
	}
}
