package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/gateway"
)

// The environment variables of the gateway.
const (
	envGatewayFile      = "PIZCO_GATEWAY_FILE"
	envGatewayListen    = "PIZCO_GATEWAY_LISTEN"
	envGatewayTargets   = "PIZCO_GATEWAY_TARGETS"
	envGatewayToken     = "PIZCO_GATEWAY_TOKEN"
	envGatewayTokenFile = "PIZCO_GATEWAY_TOKEN_FILE"
)

// gatewayConfig puts the settings together.
func (t *tool) gatewayConfig(cmd *cobra.Command, s gatewaySettings, args []string) (gateway.Config, error) {
	config := gateway.DefaultConfig()
	path := os.Getenv(envGatewayFile)
	if len(args) > 0 {
		path = args[0]
	}
	if path != "" {
		var err error
		if config, err = gateway.LoadConfig(path); err != nil {
			return config, &usageError{err}
		}
	}
	config.Listen = first(s.listen, os.Getenv(envGatewayListen), config.Listen)
	if cmd.Flags().Changed("rate") {
		config.Limits.Rate, config.Limits.Burst = s.rate, max(1, int(2*s.rate))
	}
	if s.noPage {
		config.Page = false
	}
	config.Origins = append(config.Origins, s.origins...)
	config.Hosts = append(config.Hosts, s.hosts...)
	addTokens(&config, s.tokenFiles)
	if err := addTargets(&config, "$"+envGatewayTargets, strings.Fields(os.Getenv(envGatewayTargets))); err != nil {
		return config, err
	}
	if err := addTargets(&config, "--target", s.targets); err != nil {
		return config, err
	}
	for i := range config.Targets {
		config.Targets[i].Allow = append(config.Targets[i].Allow, s.allow...)
		config.Targets[i].Classes = append(config.Targets[i].Classes, s.classes...)
		config.Targets[i].ReadOnly = config.Targets[i].ReadOnly || s.readOnly
	}
	for _, text := range s.expose {
		listen, target, err := cutPair("--expose", text)
		if err != nil {
			return config, err
		}
		config.Expose = append(config.Expose, gateway.Expose{Listen: listen, Target: target, Classes: s.classes, Insecure: s.insecure})
	}
	if err := config.Validate(); err != nil {
		return config, &usageError{err}
	}
	return config, nil
}

func addTokens(config *gateway.Config, files []string) {
	if len(files) == 0 && os.Getenv(envGatewayTokenFile) != "" {
		files = []string{os.Getenv(envGatewayTokenFile)}
	}
	for _, file := range files {
		config.Tokens = append(config.Tokens, gateway.Token{File: file})
	}
	if os.Getenv(envGatewayToken) != "" {
		config.Tokens = append(config.Tokens, gateway.Token{Env: envGatewayToken})
	}
}

// addTargets adds targets; one of a name that is there already takes its endpoint.
func addTargets(config *gateway.Config, flag string, texts []string) error {
	for _, text := range texts {
		name, endpoint, err := cutPair(flag, text)
		if err != nil {
			return err
		}
		known := false
		for i := range config.Targets {
			if config.Targets[i].Name == name {
				config.Targets[i].Endpoint, known = endpoint, true
			}
		}
		if !known {
			config.Targets = append(config.Targets, gateway.Target{Name: name, Endpoint: endpoint})
		}
	}
	return nil
}
