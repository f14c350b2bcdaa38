//go:build netns

package twohosts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/test/tool"
)

// The two hosts. The tests run on the client's. Both know the names of both.
const (
	clientIP = "10.99.0.2"
	serverIP = "10.99.0.1"
	// deafIP is an address of the server's host that swallows what is sent to it.
	deafIP     = "10.99.0.77"
	serverIP6  = "fd99::1"
	clientIP6  = "fd99::2"
	serverName = "lab.test"
	serverCard = "card0" // the server's network interface
	// envServer is set on the client's host: the name of the server's namespace.
	envServer = "PIZCO_TEST_SERVER_HOST"
	envTool   = "PIZCO_TEST_TOOL"
)

// TestMain makes the two hosts and runs the tests again on the client's.
func TestMain(m *testing.M) {
	if os.Getenv(envServer) != "" {
		os.Exit(m.Run())
	}
	code, err := onTwoHosts()
	if err != nil {
		fmt.Fprintf(os.Stderr, "pizco/twohosts: cannot make network namespaces: %v\n", err)
		fmt.Fprintln(os.Stderr, "These tests need root and the command ip (package iproute2): run `make test-network` as root.")
		code = 1
	}
	os.Exit(code)
}

func onTwoHosts() (code int, err error) {
	client, server := fmt.Sprintf("pizco-client-%d", os.Getpid()), fmt.Sprintf("pizco-server-%d", os.Getpid())
	folder, err := os.MkdirTemp("", "pizco")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "pizco")
	if err := tool.Build(path); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, removeHosts(client, server)) }()
	if err := makeHosts(client, server); err != nil {
		return 1, err
	}
	again := exec.Command("ip", append([]string{"netns", "exec", client}, os.Args...)...)
	again.Env = append(os.Environ(), envServer+"="+server, envTool+"="+path)
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	var failed *exec.ExitError
	if err := again.Run(); errors.As(err, &failed) {
		return failed.ExitCode(), nil
	} else if err != nil {
		return 1, err
	}
	return 0, nil
}

func makeHosts(client, server string) error {
	const hosts = "127.0.0.1 localhost\n::1 localhost\n" + serverIP + " " + serverName + "\n"
	for _, name := range []string{client, server} {
		folder := filepath.Join("/etc/netns", name)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "hosts"), []byte(hosts), 0o644); err != nil {
			return err
		}
	}
	for _, line := range []string{
		"netns add " + client,
		"netns add " + server,
		"-n " + server + " link add " + serverCard + " type veth peer name card1 netns " + client,
		"-n " + server + " link set lo up",
		"-n " + client + " link set lo up",
		"-n " + server + " addr add " + serverIP + "/24 dev " + serverCard,
		"-n " + server + " addr add " + deafIP + "/32 dev lo",
		"-n " + server + " addr add " + serverIP6 + "/64 nodad dev " + serverCard,
		"-n " + client + " addr add " + clientIP + "/24 dev card1",
		"-n " + client + " addr add " + clientIP6 + "/64 nodad dev card1",
		"-n " + server + " link set " + serverCard + " up",
		"-n " + client + " link set card1 up",
		"-n " + client + " neigh add " + deafIP + " lladdr 02:00:00:00:00:99 dev card1",
	} {
		if err := command("ip", strings.Fields(line)...); err != nil {
			return err
		}
	}
	return nil
}

func removeHosts(names ...string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, command("ip", "netns", "del", name), os.RemoveAll(filepath.Join("/etc/netns", name)))
	}
	return errors.Join(errs...)
}

func command(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// onServer is what runs a program on the server's host.
func onServer() []string { return []string{"ip", "netns", "exec", os.Getenv(envServer)} }

func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
