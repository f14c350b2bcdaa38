package cli

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/wire"
)

// expose starts to forward what the settings name. On an error it also returns the forwarders that
// were started.
func (t *tool) expose(exposed []gateway.Expose, logger *slog.Logger) ([]*goagent.Forwarder, error) {
	var forwarders []*goagent.Forwarder
	for i, e := range exposed {
		options, err := t.exposeOptions(e, logger.With("exposed", e.Listen))
		if err != nil {
			return forwarders, &usageError{fmt.Errorf("expose[%d]: %w", i, err)}
		}
		f, err := goagent.Forward(e.Target, options...)
		if errors.Is(err, goagent.ErrInsecure) {
			err = usagef("%s could be used by everybody who reaches it: give it a key (PZC_KEY, --key-file, or key_file in the file), or set --insecure", e.Listen)
		}
		if errors.Is(err, object.ErrClassName) {
			err = &usageError{fmt.Errorf("expose[%d]: classes: %w", i, err)}
		}
		if err != nil {
			return forwarders, err
		}
		forwarders = append(forwarders, f)
		if err := t.printf("Exposed %s at %s, notifications at %s\n", e.Target, f.Endpoint(), f.PubEndpoint()); err != nil {
			return forwarders, err
		}
	}
	return forwarders, nil
}

// exposeOptions returns the options of the forwarder that a setting names.
func (t *tool) exposeOptions(e gateway.Expose, logger *slog.Logger) ([]goagent.ForwardOption, error) {
	outside, err := t.protocolWith(e.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("key_file: %w", err)
	}
	inside, err := t.protocolWith(e.TargetKeyFile)
	if err != nil {
		return nil, fmt.Errorf("target_key_file: %w", err)
	}
	log := goagent.WithLogger(logger)
	options := []goagent.ForwardOption{
		goagent.WithEndpoint(e.Listen, goagent.As(e.Advertise)),
		goagent.WithPubEndpoint(cmp.Or(e.Pub, anyPortAt(e.Listen))),
		goagent.WithProtocol(outside),
		goagent.WithClasses(e.Classes...),
		log,
		goagent.WithServerSide(goagent.WithProtocol(inside), log),
	}
	if e.Insecure {
		options = append(options, goagent.WithInsecure())
	}
	return options, nil
}

// anyPortAt returns an endpoint of the same host whose port the system chooses.
func anyPortAt(endpoint string) string {
	address, ok := strings.CutPrefix(endpoint, "tcp://")
	if !ok {
		return anyPort
	}
	if i := strings.LastIndexByte(address, ':'); i >= 0 && !strings.HasSuffix(address, "]") {
		address = address[:i]
	}
	return "tcp://" + address + ":0"
}

// protocolWith returns the tool's protocol, with the key in a file if one is named.
func (t *tool) protocolWith(keyFile string) (wire.Protocol, error) {
	protocol := t.settings.protocol
	if keyFile == "" {
		return protocol, nil
	}
	key, err := gateway.ReadSecret(keyFile)
	protocol.Key = wire.NewKey(key)
	return protocol, err
}

// tryExpose reads the keys that the settings name.
func (t *tool) tryExpose(config gateway.Config) error {
	var errs []error
	for i, e := range config.Expose {
		if _, err := t.exposeOptions(e, nil); err != nil {
			errs = append(errs, fmt.Errorf("expose[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}
