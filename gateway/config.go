package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pizco-go/pizco/wire"
)

// Config are the settings of a Gateway. DefaultConfig has the defaults that the fields state; the
// tags name them in YAML.
type Config struct {
	// Listen is the address of the HTTP server. The default is 127.0.0.1:8080. Without Tokens it
	// must be one of the loopback interface.
	Listen string `yaml:"listen"`
	// TLS has the server speak HTTPS. The default is HTTP.
	TLS TLS `yaml:"tls"`
	// Targets are the pizco servers.
	Targets []Target `yaml:"targets"`
	// Tokens are the bearer tokens; every request needs one. The default is no token: then only
	// clients on the same machine are served.
	Tokens []Token `yaml:"tokens"`
	// Hosts are the host names that clients may use, without a port. With Tokens the default is any
	// name. Without, it is the names of the loopback interface, so that no web page can reach the
	// gateway by a name of its own (DNS rebinding).
	Hosts []string `yaml:"hosts"`
	// Origins are the origins of other web pages that may use the gateway (CORS), such as
	// https://lab.example. "*" stands for any, and needs Tokens. The default is no other page.
	Origins []string `yaml:"origins"`
	// Page serves the web page at /. The default is true.
	Page bool `yaml:"page"`
	// Limits bound what clients can ask for.
	Limits Limits `yaml:"limits"`
	// Timeouts bound how long things take.
	Timeouts Timeouts `yaml:"timeouts"`
	// Expose are the pizco endpoints that the command forwards to other pizco servers. A Gateway
	// itself does not look at them.
	Expose []Expose `yaml:"expose"`
}

// TLS names the files of a certificate.
type TLS struct {
	// Cert and Key are PEM files: the certificate with its chain, and its private key.
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// Target is a pizco server that the gateway exposes.
type Target struct {
	// Name is what the target is called in URLs: letters, digits, "_", "-" and ".".
	Name string `yaml:"name"`
	// Endpoint is where the server answers, such as tcp://127.0.0.1:8000.
	Endpoint string `yaml:"endpoint"`
	// Description is shown to people.
	Description string `yaml:"description"`
	// KeyFile is a file with the key that signs messages, without a line end. KeyEnv is a variable
	// of the environment with the key. The default is the key of PZC_KEY, or no key.
	KeyFile string `yaml:"key_file"`
	KeyEnv  string `yaml:"key_env"`
	// Serializer writes requests: pickle, pickle0 to pickle5 or json. The default is the one in
	// PZC_SER, or pickle.
	Serializer string `yaml:"serializer"`
	// Allow are patterns of the names that are exposed, with * and ? (path.Match). The default is
	// all names that do not begin with an underscore; those are never exposed.
	Allow []string `yaml:"allow"`
	// ReadOnly refuses everything that could change the object: setting, and calling methods.
	ReadOnly bool `yaml:"read_only"`
	// Classes are the classes that values from clients may name, as module.Class. The default is no
	// class: values hold what JSON has and the standard types of docs/gateway.md.
	//
	// The original calls what a value names while it reads the value, even if it refuses the
	// request then. So name only classes that do no harm with any arguments and any state. Keys of
	// items name no classes, and a target that is read-only has none.
	Classes []string `yaml:"classes"`
	// Timeout is how long the server has for an answer. The default is Timeouts.Request.
	Timeout time.Duration `yaml:"timeout"`
}

// Token is a bearer token. Exactly one of File, Env and Value is set.
type Token struct {
	// Name is what logs call its bearer.
	Name string `yaml:"name"`
	// File is a file that holds the token, Env a variable of the environment, Value the token
	// itself.
	File  string `yaml:"file"`
	Env   string `yaml:"env"`
	Value string `yaml:"value"`
	// Targets are patterns of the names of targets that it opens. The default is all.
	Targets []string `yaml:"targets"`
}

// Expose is a pizco endpoint of the gateway behind which another pizco server answers.
type Expose struct {
	// Listen is the endpoint that clients dial, such as tcp://*:9000. Pub is where notifications
	// are published; its default is a port of the same host that the system chooses.
	Listen string `yaml:"listen"`
	Pub    string `yaml:"pub"`
	// Advertise is the endpoint that clients dial where it is not Listen itself: the original's
	// clients want it to the letter.
	Advertise string `yaml:"advertise"`
	// Target is the endpoint of the server.
	Target string `yaml:"target"`
	// KeyFile is a file with the key that clients sign with, and TargetKeyFile one with the
	// server's. The default for both is the key of PZC_KEY, or no key.
	KeyFile       string `yaml:"key_file"`
	TargetKeyFile string `yaml:"target_key_file"`
	// Classes are the classes, each as "module.Class", whose objects are passed on besides plain
	// values. The default is no class.
	Classes []string `yaml:"classes"`
	// Insecure lets Listen be on more than the loopback interface without a key. Everybody who
	// reaches it owns the server then. The default is to refuse that.
	Insecure bool `yaml:"insecure"`
}

// DefaultConfig returns the defaults, which have no targets.
func DefaultConfig() Config {
	return Config{
		Listen:   "127.0.0.1:8080",
		Page:     true,
		Limits:   defaultLimits,
		Timeouts: defaultTimeouts,
	}
}

var targetName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

// Validate returns everything that is wrong with the settings, as far as that shows without reading
// files.
func (c *Config) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(c.Targets) == 0 && len(c.Expose) == 0 {
		fail("targets: name at least one")
	}
	names := map[string]bool{}
	for i, t := range c.Targets {
		where := fmt.Sprintf("targets[%d]", i)
		if names[t.Name] {
			fail("%s: there is another target named %q", where, t.Name)
		}
		names[t.Name] = true
		for _, err := range t.problems() {
			fail("%s: %w", where, err)
		}
	}
	for i, t := range c.Tokens {
		for _, err := range t.problems() {
			fail("tokens[%d]: %w", i, err)
		}
	}
	for i, e := range c.Expose {
		for name, endpoint := range map[string]string{"listen": e.Listen, "target": e.Target} {
			if !isEndpoint(endpoint) {
				fail("expose[%d]: %s: %q is not an endpoint such as tcp://127.0.0.1:8000", i, name, endpoint)
			}
		}
	}
	for _, origin := range c.Origins {
		if u, err := url.Parse(origin); origin != "*" && (err != nil || u.Scheme == "" || u.Host == "" || strings.TrimSuffix(u.Path, "/") != "") {
			fail("origins: %q is not an origin such as https://lab.example", origin)
		}
	}
	if len(c.Tokens) == 0 && slices.Contains(c.Origins, "*") {
		fail("origins: * lets every web page use the gateway, which needs tokens: set tokens")
	}
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		fail("tls: set both cert and key, or neither")
	}
	errs = append(errs, c.Limits.problems()...)
	errs = append(errs, c.Timeouts.problems()...)
	errs = append(errs, c.checkListen())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("pizco/gateway: %w", err)
	}
	return nil
}

// checkListen sees to it that nothing outside this machine is served without a token.
func (c *Config) checkListen() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if len(c.Tokens) == 0 && !isLoopbackHost(host) {
		return fmt.Errorf("listen: %s can be reached from other machines, which needs tokens: set tokens, or listen on 127.0.0.1", c.Listen)
	}
	return nil
}

func isLoopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isEndpoint(text string) bool {
	for _, scheme := range []string{"tcp://", "ipc://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok && rest != "" {
			return true
		}
	}
	return false
}

func (t *Target) problems() (errs []error) {
	if !targetName.MatchString(t.Name) {
		errs = append(errs, fmt.Errorf("name: %q has characters other than letters, digits, _, - and dots", t.Name))
	}
	if !isEndpoint(t.Endpoint) {
		errs = append(errs, fmt.Errorf("endpoint: %q is not an endpoint such as tcp://127.0.0.1:8000", t.Endpoint))
	}
	if t.KeyFile != "" && t.KeyEnv != "" {
		errs = append(errs, errors.New("set key_file or key_env, not both"))
	}
	if t.Serializer != "" {
		if _, err := wire.Lookup(t.Serializer); err != nil {
			errs = append(errs, fmt.Errorf("serializer: %q is not pickle, pickle0 to pickle5 or json", t.Serializer))
		}
	}
	if t.Timeout < 0 {
		errs = append(errs, errors.New("timeout: is negative"))
	}
	errs = append(errs, t.classProblems()...)
	return append(errs, patternProblems("allow", t.Allow)...)
}

func patternProblems(field string, patterns []string) (errs []error) {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			errs = append(errs, fmt.Errorf("%s: %q is not a pattern", field, pattern))
		}
	}
	return errs
}

func (t *Token) problems() (errs []error) {
	set := 0
	for _, source := range []string{t.File, t.Env, t.Value} {
		if source != "" {
			set++
		}
	}
	if set != 1 {
		errs = append(errs, errors.New("set exactly one of file, env and value"))
	}
	return append(errs, patternProblems("targets", t.Targets)...)
}
