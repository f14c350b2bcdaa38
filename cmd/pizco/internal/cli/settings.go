package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/internal/secretfile"
	"github.com/pizco-go/pizco/wire"
)

// envConfig names the environment variable with the path of the settings' file.
const envConfig = "PIZCO_CONFIG"

const defaultTimeout = 10 * time.Second

// The default, least and greatest number of bytes that a value may have as text.
const (
	defaultMaxOutput = 16 << 20
	minMaxOutput     = 1 << 10
	maxMaxOutput     = 1 << 30
)

func settingsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "Settings from flags, the environment and a file",
		Long: `A setting is taken from its flag, else from the environment, else from the settings' file.

    flag           environment     in the file    meaning
    --key-file     PZC_KEY         key_file       the key that signs messages; PZC_KEY holds the
                                                  key itself, key_file the path of a file with it
    --serializer   PZC_SER         serializer     pickle, pickle0 to pickle5, or json
    --timeout                      timeout        how long to wait for an answer, such as "5s"
    --output                       output         text, json or python
    --color        NO_COLOR        color          auto, always or never
    --max-output                                  how many bytes a value may have as text: 16777216,
                                                  1024 to 1073741824; more is an error
    --raw                                         print what peers say as it is

What peers say is shown with control characters, marks of direction and line ends escaped, so that it
neither steers the terminal nor looks like a line of the tool. --raw turns that off. A str that is a
command's only output goes into a file or a pipe as it is. So does the output of the program that
'serve --python' runs: it is your own.

The key itself cannot be given as an argument, which other users of the machine could read. A line
end at the end of a key file is not part of the key.

The file is TOML. Its path is --config, else PIZCO_CONFIG, else pizco/config.toml in the user's
folder for settings (~/.config on Linux), where it may be missing. A path in it that is not
absolute starts from the folder of the file. For example:

    key_file = "key"
    serializer = "pickle2"
    timeout = "5s"`,
	}
}

// settings are what the commands share.
type settings struct {
	protocol wire.Protocol
	// key is the key of the protocol, for a server in a child process.
	key     []byte
	timeout time.Duration
	output  outputForm
	color   string
	// raw leaves what peers say as it is.
	raw bool
	// maxOutput is how many bytes a value may have as text.
	maxOutput int
}

// settingFlags are the flags that all commands take.
type settingFlags struct {
	config, keyFile, serializer, output, color string
	timeout                                    time.Duration
	raw                                        bool
	maxOutput                                  int
}

func (f *settingFlags) register(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&f.config, "config", "", "read settings from `FILE` (see 'pizco help settings')")
	flags.StringVar(&f.keyFile, "key-file", "", "sign messages and check signatures with the key in `FILE` (default: PZC_KEY)")
	flags.StringVar(&f.serializer, "serializer", "", "write contents as `NAME`: pickle, pickle0 to pickle5, or json (default: PZC_SER, else pickle)")
	flags.DurationVarP(&f.timeout, "timeout", "t", defaultTimeout, "wait at most `DURATION` for an answer; 0 waits forever")
	flags.StringVarP(&f.output, "output", "o", "", "print values as `FORM`: text, json or python (default: text)")
	flags.BoolVar(&f.raw, "raw", false, "print what peers say as it is, escape sequences and all (default: escaped)")
	flags.IntVar(&f.maxOutput, "max-output", defaultMaxOutput, "refuse to print a value of more than `BYTES` as text, 1024 to 1073741824")
	flags.StringVar(&f.color, "color", "", "use colours `WHEN`: auto, always or never (default: auto, on a terminal only)")
	for name, values := range map[string][]string{
		"serializer": wireSerializers, "output": outputForms, "color": colorModes,
	} {
		// It fails only for a flag that does not exist.
		_ = root.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
}

var (
	wireSerializers = []string{"pickle", "pickle0", "pickle1", "pickle2", "pickle3", "pickle4", "pickle5", "json"}
	colorModes      = []string{"auto", "always", "never"}
)

// settingsFile is the content of the settings' file.
type settingsFile struct {
	KeyFile    string `toml:"key_file"`
	Serializer string `toml:"serializer"`
	Timeout    string `toml:"timeout"`
	Output     string `toml:"output"`
	Color      string `toml:"color"`
}

// load puts the settings together.
func (f *settingFlags) load(cmd *cobra.Command) (settings, error) {
	file, err := f.readFile()
	if err != nil {
		return settings{}, err
	}
	s := settings{timeout: f.timeout, color: first(f.color, file.Color, "auto"), raw: f.raw, maxOutput: f.maxOutput}
	if file.Timeout != "" && !cmd.Flags().Changed("timeout") {
		if s.timeout, err = time.ParseDuration(file.Timeout); err != nil {
			return s, usagef("the settings' file: timeout: %w", err)
		}
	}
	if s.timeout < 0 {
		return s, usagef("the timeout is negative")
	}
	if s.maxOutput < minMaxOutput || s.maxOutput > maxMaxOutput {
		return s, usagef("--max-output is %d, not within %d and %d", s.maxOutput, minMaxOutput, maxMaxOutput)
	}
	if !slices.Contains(colorModes, s.color) {
		return s, usagef("color is %q, not one of %s", s.color, strings.Join(colorModes, ", "))
	}
	if s.output, err = parseOutputForm(first(f.output, file.Output, "text")); err != nil {
		return s, err
	}
	s.protocol, s.key, err = f.protocol(file, cmd.ErrOrStderr())
	return s, err
}

func (f *settingFlags) protocol(file settingsFile, warnings io.Writer) (wire.Protocol, []byte, error) {
	protocol := wire.Protocol{Serializer: first(f.serializer, os.Getenv(wire.EnvSerializer), file.Serializer, "pickle")}
	if _, err := wire.Lookup(protocol.Serializer); err != nil {
		return protocol, nil, usagef("the serializer is %q, not one of %s", protocol.Serializer, strings.Join(wireSerializers, ", "))
	}
	key, err := f.key(file, warnings)
	protocol.Key = wire.NewKey(key)
	return protocol, key, err
}

// key returns the key, or an empty one when no key is set.
func (f *settingFlags) key(file settingsFile, warnings io.Writer) ([]byte, error) {
	if key := os.Getenv(wire.EnvKey); f.keyFile == "" && key != "" {
		return []byte(key), nil
	}
	path := first(f.keyFile, file.KeyFile)
	if path == "" {
		return nil, nil
	}
	key, err := secretfile.Read(path)
	if errors.Is(err, secretfile.ErrEmpty) {
		return nil, usagef("the key file %s is empty", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key file: %w", err)
	}
	if warning := secretfile.Exposed(path); warning != "" {
		_, _ = fmt.Fprintf(warnings, "Warning: %s\n", warning) // nothing depends on it
	}
	return key, nil
}

// readFile reads the settings' file; without one that is asked for, a missing file has no settings.
func (f *settingFlags) readFile() (settingsFile, error) {
	var file settingsFile
	path := first(f.config, os.Getenv(envConfig))
	wanted := path != ""
	if !wanted {
		folder, _ := os.UserConfigDir()
		if folder == "" {
			return file, nil
		}
		path = filepath.Join(folder, "pizco", "config.toml")
	}
	meta, err := toml.DecodeFile(path, &file)
	if !wanted && errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	if err != nil {
		return file, usagef("the settings' file %s: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return file, usagef("the settings' file %s: there is no setting %q", path, unknown[0])
	}
	if file.KeyFile != "" && !filepath.IsAbs(file.KeyFile) {
		file.KeyFile = filepath.Join(filepath.Dir(path), file.KeyFile)
	}
	return file, nil
}

// first returns the first of the texts that is not empty.
func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
