package cli_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

const gatewayYAML = `listen: :8080
targets:
  - {name: robot, endpoint: "tcp://127.0.0.1:8000"}
tokens:
  - {name: dashboard, file: token}
`

// makeGatewayFile writes the settings that the example checks.
func makeGatewayFile(t *testing.T, _, folder string) {
	t.Helper()
	for name, content := range map[string]string{"gateway.yaml": gatewayYAML, "token": "0123456789abcdef\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// fetch asks a gateway, with a token unless that is empty.
func fetch(t *testing.T, url, token string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), program.Limit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(body))
}

// TestGateway serves by flags, by the environment and by a file.
func TestGateway(t *testing.T) {
	endpoint := peer{}.serve(t, pyenv.Robot)
	folder := t.TempDir()
	makeGatewayFile(t, "", folder)
	file := filepath.Join(folder, "gateway.yaml")
	for name, p := range map[string]*program.Process{
		"flags": start(t, "gateway", "--listen", "127.0.0.1:0", "--target", "robot="+endpoint, "--token-file", filepath.Join(folder, "token")),
		"file":  start(t, "gateway", file, "--listen", "127.0.0.1:0", "--target", "robot="+endpoint),
	} {
		t.Run(name, func(t *testing.T) {
			url := p.Line("Gateway at ")
			if status, body := fetch(t, url+"v1/robot/attributes/age", "0123456789abcdef"); status != 200 || body != `{"value": 3}` {
				t.Errorf("%d %s", status, body)
			}
			if status, _ := fetch(t, url+"v1/robot/attributes/age", ""); status != 401 {
				t.Errorf("without a token: %d", status)
			}
			p.Signal(syscall.SIGTERM)
			if code := p.Wait(); code != 0 {
				t.Errorf("ended with %d", code)
			}
			if out := p.Output(); strings.Contains(out, "0123456789abcdef") || !strings.Contains(out, "path=/v1/robot/attributes/age") {
				t.Errorf("log:\n%s", out)
			}
		})
	}
	env := []string{"PIZCO_GATEWAY_TARGETS=robot=" + endpoint, "PIZCO_GATEWAY_LISTEN=0.0.0.0:0"}
	r := runWith(t, settings{env: env}, "gateway")
	if r.code != 2 || !strings.Contains(r.stderr, "needs tokens") {
		t.Errorf("open to all: %d %s", r.code, r.stderr)
	}
}

// TestGatewayReadOnly has a target be read-only by the file, and by the flag.
func TestGatewayReadOnly(t *testing.T) {
	endpoint := peer{}.serve(t, pyenv.Robot)
	for _, row := range []struct {
		file     string
		args     []string
		readOnly bool
	}{
		{", read_only: true", nil, true},
		{", read_only: false", nil, false},
		{"", []string{"--read-only"}, true},
		{", read_only: true", []string{"--read-only"}, true},
	} {
		file := filepath.Join(t.TempDir(), "gateway.yaml")
		yaml := "targets: [{name: robot, endpoint: '" + endpoint + "'" + row.file + "}]\n"
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		p := start(t, append([]string{"gateway", file, "--listen", "127.0.0.1:0"}, row.args...)...)
		status, body := fetch(t, p.Line("Gateway at ")+"v1/robot", "")
		target, _, _ := strings.Cut(body, `"members"`) // members have read_only of their own
		if status != 200 || strings.Contains(target, `"read_only":true`) != row.readOnly {
			t.Errorf("%s %v: %d %s", row.file, row.args, status, body)
		}
		p.Interrupt()
	}
}

func TestGatewayCheck(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "gateway.yaml")
	for text, want := range map[string]string{
		"":                       "targets: name at least one",
		"listn: x\n":             "line 1: field listn not found",
		gatewayYAML:              "no such file",
		"targets: [{name: '?'}]": `name: "?"`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := run(t, "gateway", "check", file); r.code != 2 || !strings.Contains(r.stderr, want) {
			t.Errorf("%q: %d %s, want %s", text, r.code, r.stderr, want)
		}
	}
	if r := run(t, "gateway", "check", "../../../../gateway/example.yaml"); r.code != 0 {
		t.Errorf("the example: %s", r.stderr)
	}
}

// TestGatewayExpose has the original's client use a server through the forwarder, with a key of its
// own on each side.
func TestGatewayExpose(t *testing.T) {
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		t.Run(python.Version, func(t *testing.T) {
			server := python.Serve(t, pyenv.MultiplyBy, pyenv.WithEnv("PZC_KEY", "inner-secret"))
			folder := t.TempDir()
			for _, side := range []string{"inner", "outer"} {
				if err := os.WriteFile(filepath.Join(folder, side), []byte(side+"-secret\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(folder, "gateway.yaml")
			yaml := "expose: [{listen: 'tcp://127.0.0.1:0', target: '" + server.RepEndpoint + "', key_file: outer, target_key_file: inner}]\n"
			if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			p := start(t, "gateway", file)
			endpoint, _, _ := strings.Cut(p.Line("Exposed "+server.RepEndpoint+" at "), ",")
			out := python.Run(t.Context(), t, "client.py", pyenv.WithArgs(endpoint), pyenv.WithEnv("PZC_KEY", "outer-secret"))
			if !strings.HasPrefix(string(out), "2 * 8 = 16\n") || !strings.HasSuffix(string(out), "\n5 * 8 = 40\n") {
				t.Errorf("the client printed\n%s", out)
			}
			if code := p.Interrupt(); code != 0 || strings.Contains(p.Output(), "-secret") {
				t.Errorf("ended with %d", code)
			}
		})
	}
}

// TestGatewayExposeNeedsKey refuses to forward for everybody on a network, unless it is told to.
func TestGatewayExposeNeedsKey(t *testing.T) {
	const everywhere = "tcp://*:0=tcp://127.0.0.1:1"
	if r := run(t, "gateway", "--expose", everywhere); r.code != 2 || !strings.Contains(r.stderr, "--insecure") {
		t.Errorf("without a key: %d, %s", r.code, r.stderr)
	}
	p := start(t, "gateway", "--insecure", "--expose", everywhere)
	p.Line("Exposed tcp://127.0.0.1:1 at ")
	if code := p.Interrupt(); code != 0 {
		t.Errorf("with --insecure: ended with %d", code)
	}
	file := filepath.Join(t.TempDir(), "gateway.yaml")
	yaml := "expose: [{listen: 'tcp://*:0', target: 'tcp://127.0.0.1:1', classes: [os.system]}]\n"
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := run(t, "gateway", file); r.code != 2 || !strings.Contains(r.stderr, "os.system") {
		t.Errorf("with a function for a class: %d, %s", r.code, r.stderr)
	}
}
