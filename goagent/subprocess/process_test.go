package subprocess_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/goagent/subprocess"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// parentVariable has this test binary start a child and wait for its own end, which a test brings
// about. Its value is empty for a class of Go, or an interpreter and the folder of its classes, as
// in PATH.
const parentVariable = "PIZCO_TEST_PARENT"

func TestMain(m *testing.M) {
	child, err := subprocess.ServeChild(context.Background(), goagent.WithClass("tests.Multiplier", newMultiplier, "factor", object.Default("offset", 0)))
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case child:
		os.Exit(0)
	}
	if python, isParent := os.LookupEnv(parentVariable); isParent {
		beParent(python)
	}
	os.Exit(m.Run())
}

type multiplier struct {
	Factor, Offset int
}

func newMultiplier(factor, offset int) (*multiplier, error) {
	if factor == 0 {
		return nil, pyerr.ValueError.New("nothing to multiply by")
	}
	return &multiplier{factor, offset}, nil
}

func (m *multiplier) Calculate(x int) int { return m.Factor*x + m.Offset }
func (m *multiplier) Pid() int            { return os.Getpid() }

func beParent(python string) {
	if err := os.Unsetenv(parentVariable); err != nil {
		panic(err)
	}
	class, cfg := "tests.Multiplier", subprocess.Config{}
	if list := filepath.SplitList(python); len(list) > 0 {
		class, cfg = "multiply_by.MultiplyBy", subprocess.Config{Python: list[0], Path: list[1:]}
	}
	p, err := subprocess.Serve(context.Background(), class, []any{2}, nil, cfg)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("up")
	<-p.Done()
}

func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestServe(t *testing.T) {
	ctx := limit(t)
	p, err := subprocess.Serve(ctx, "tests.Multiplier", []any{3}, object.Kwargs{"offset": 1}, subprocess.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var x, pid int
	if err := p.Call(ctx, &x, "calculate", 8); err != nil || x != 25 {
		t.Errorf("calculate(8) = %d, %v", x, err)
	}
	if err := p.Call(ctx, &pid, "pid"); err != nil || pid != p.Pid() || pid == os.Getpid() {
		t.Errorf("pid() = %d, %v; Pid is %d", pid, err, p.Pid())
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	select {
	case <-p.Done():
	default:
		t.Error("the process goes on after Close")
	}
}

func TestServeStopped(t *testing.T) {
	ctx := limit(t)
	p, err := subprocess.Serve(ctx, "tests.Multiplier", []any{3}, nil, subprocess.Config{Key: "secret", Serializer: "json"})
	if err != nil {
		t.Fatal(err)
	}
	var x int
	if err := p.Call(ctx, &x, "calculate", 8); err != nil || x != 24 {
		t.Errorf("calculate(8) = %d, %v", x, err)
	}
	if err := p.StopServer(ctx); err != nil {
		t.Error(err)
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		t.Error("the process goes on after 'stop'")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestServeDetached(t *testing.T) {
	ctx := limit(t)
	p, err := subprocess.Serve(ctx, "tests.Multiplier", []any{3}, nil, subprocess.Config{Detached: true})
	if err != nil {
		t.Fatal(err)
	}
	endpoint := p.Endpoint()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	again, err := goagent.Dial(ctx, endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	var x int
	if err := again.Call(ctx, &x, "calculate", 8); err != nil || x != 24 {
		t.Errorf("calculate(8) = %d, %v", x, err)
	}
	if err := again.StopServer(ctx); err != nil {
		t.Error(err)
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		t.Error("the process goes on after 'stop'")
	}
}

func TestServeErrors(t *testing.T) {
	ctx := limit(t)
	if _, err := subprocess.Serve(ctx, "tests.Multiplier", []any{0}, nil, subprocess.Config{}); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("a constructor that fails: %v", err)
	}
	if _, err := subprocess.Serve(ctx, "tests.Divider", nil, nil, subprocess.Config{}); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("a class that is not registered: %v", err)
	}
	if _, err := subprocess.Serve(ctx, "tests.Multiplier", []any{1}, nil, subprocess.Config{Endpoint: "nonsense"}); err == nil {
		t.Error("no error for a wrong endpoint")
	}
	if _, err := subprocess.Serve(ctx, "tests.Multiplier", nil, nil, subprocess.Config{Python: "no-such-python"}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("an interpreter that is not there: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := subprocess.Serve(ended, "tests.Multiplier", []any{1}, nil, subprocess.Config{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

func TestServePython(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			ctx := limit(t)
			cfg := subprocess.Config{Python: python.PizcoPython, Path: []string{filepath.Dir(python.Script("multiply_by.py"))}, Key: "secret"}
			p, err := subprocess.Serve(ctx, "multiply_by.MultiplyBy", []any{2}, nil, cfg)
			if err != nil {
				t.Fatal(err)
			}
			var x int
			if err := p.Call(ctx, &x, "calculate", 8); err != nil || x != 16 {
				t.Errorf("calculate(8) = %d, %v", x, err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			bare := subprocess.Config{Python: python.Python, Output: devNull(t)}
			if _, err := subprocess.Serve(ctx, "a.B", nil, nil, bare); err == nil ||
				!strings.Contains(err.Error(), "No module named 'pizco'") {
				t.Errorf("an interpreter without pizco: %v", err)
			}
		})
	}
}

func devNull(t *testing.T) *os.File {
	t.Helper()
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// TestServeEndsWithParent kills the parent of a child that serves a class of Go, and of one for a
// class of Python.
func TestServeEndsWithParent(t *testing.T) {
	t.Run("Go", func(t *testing.T) { endWithParent(t, "") })
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			endWithParent(t, python.PizcoPython+string(filepath.ListSeparator)+filepath.Dir(python.Script("multiply_by.py")))
		})
	}
}

// endWithParent kills a parent; the standard output that it shares with its child ends only when
// the child has ended too.
func endWithParent(t *testing.T, python string) {
	t.Helper()
	ctx := limit(t)
	parent := exec.CommandContext(ctx, os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+python)
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	if line, err := lines.ReadString('\n'); err != nil || line != "up\n" {
		t.Fatalf("the parent says %q, %v", line, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) > 0 {
		t.Errorf("read %q, %v", rest, err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the parent ended without a signal")
	}
}
