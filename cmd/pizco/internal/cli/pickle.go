package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/pickle"
)

func (t *tool) pickleCommand() *cobra.Command {
	command := &cobra.Command{
		Use:     "pickle",
		Short:   "Read and write pickles, safely",
		GroupID: groupWire,
		Long: `Reads and writes pickles. Nothing in a pickle is ever imported or called: objects of classes are
shown as what they were made of, and a pickle that asks for too much memory is refused. So it is a
viewer for pickles that one does not trust.`,
		RunE: onlySubcommands,
	}
	command.AddCommand(t.pickleDecodeCommand(), t.pickleDisCommand(), t.pickleScanCommand(), t.pickleEncodeCommand(),
		t.pickleReencodeCommand())
	return command
}

// byteForms are the ways to give and to print binary data.
var byteForms = []string{"raw", "hex", "base64"}

// pickleInput is where the commands read pickles from.
type pickleInput struct {
	form     string
	encoding string
	// maxInput is how many bytes a compressed input may hold.
	maxInput int64
}

func (in *pickleInput) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&in.form, "input", "raw", "the input is `FORM`: raw, hex or base64")
	completeValues(cmd, "input", byteForms)
	flags.Int64Var(&in.maxInput, "max-input", 1<<30, "read at most `BYTES` of what a compressed input holds")
	cmd.Args = cobra.MaximumNArgs(1)
}

func (in *pickleInput) registerEncoding(cmd *cobra.Command) {
	cmd.Flags().StringVar(&in.encoding, "encoding", "ascii", "read Python 2's str as `ENCODING`: ascii, latin1, utf8 or bytes")
	completeValues(cmd, "encoding", []string{"ascii", "latin1", "utf8", "bytes"})
}

func (in *pickleInput) options() ([]pickle.DecodeOption, error) {
	encodings := map[string]pickle.StringEncoding{
		"ascii": pickle.ASCII, "latin1": pickle.Latin1, "utf8": pickle.UTF8, "bytes": pickle.Bytes,
	}
	encoding, ok := encodings[in.encoding]
	if !ok {
		return nil, usagef("--encoding is %q, not one of ascii, latin1, utf8, bytes", in.encoding)
	}
	return []pickle.DecodeOption{pickle.WithStringEncoding(encoding), pickle.WithMaxMemory(maxFileMemory)}, nil
}

// maxFileMemory is how many bytes of memory the values of a pickle may take that is in a file of
// the user.
const maxFileMemory = 16 << 30

// read returns the whole input: the file of the only argument, or the standard input.
func (in *pickleInput) read(t *tool, args []string) ([]byte, error) {
	data, err := t.readInput(args)
	if err != nil {
		return nil, err
	}
	text := strings.Map(dropSpace, string(data))
	switch in.form {
	case "raw":
		return data, nil
	case "hex":
		data, err = hex.DecodeString(text)
	case "base64":
		data, err = base64.StdEncoding.DecodeString(text)
	default:
		return nil, usagef("--input is %q, not one of raw, hex, base64", in.form)
	}
	if err != nil {
		return nil, dataf("the input: %w", err)
	}
	return data, nil
}

func dropSpace(r rune) rune {
	if unicode.IsSpace(r) {
		return -1
	}
	return r
}

// readInput reads the file that the only argument names, or the standard input without one or for
// "-".
func (t *tool) readInput(args []string) ([]byte, error) {
	if len(args) == 1 && args[0] != "-" {
		return os.ReadFile(args[0])
	}
	return io.ReadAll(t.stdin)
}

// unpack reads the whole input, through compression and numpy's files.
func (in *pickleInput) unpack(t *tool, args []string) (*unpacked, error) {
	if in.maxInput < 0 || in.maxInput > math.MaxInt64/2 {
		return nil, usagef("--max-input is %d, not 0 to %d", in.maxInput, int64(math.MaxInt64/2))
	}
	data, err := in.read(t, args)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, dataf("the input is empty")
	}
	return unpack(data, in.maxInput)
}

// pickles reads the whole input, through compression, where nothing but pickles will do.
func (in *pickleInput) pickles(t *tool, args []string) ([]byte, error) {
	files, err := in.unpack(t, args)
	if err != nil {
		return nil, err
	}
	if files.kind != "" {
		return nil, dataf("the input is no pickle but %s: pizco pickle decode prints it", files.kind)
	}
	return files.pickles, nil
}

// each decodes the pickles that follow each other in data, and calls do with each value and its
// bytes.
func (in *pickleInput) each(data []byte, do func(value any, source []byte) error) error {
	options, err := in.options()
	if err != nil {
		return err
	}
	reader := bytes.NewReader(data)
	decoder := pickle.NewDecoder(reader, options...)
	for start := int64(0); start < int64(len(data)); {
		var value any
		if err := decoder.Decode(&value); err != nil {
			if start > 0 && errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		end := decoder.InputOffset()
		if err := do(value, data[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

func (t *tool) pickleDecodeCommand() *cobra.Command {
	var in pickleInput
	cmd := &cobra.Command{
		Use:   "decode [FILE]",
		Short: "Print the values of the pickles in a file",
		Long: `Prints the value of each pickle in FILE, or in the standard input, on a line of its own. Several
pickles may follow each other, as pickle.dump() writes them to one file.

What gzip, zlib or bzip2 has compressed is read through, up to --max-input bytes. numpy's .npy files
are printed as the array, .npz files as a dict of arrays. Other files are refused by their name.`,
		Example: `$ printf 'gASVDgAAAAAAAAB9lIwBYZRLAUsChpRzLg==' | pizco pickle decode --input base64
{'a': (1, 2)}
$ printf 'cos\nsystem\n(S"rm -rf /"\ntR.' | pizco pickle decode
<os.system('rm -rf /')>`,
		RunE: func(_ *cobra.Command, args []string) error { return t.decodePickles(&in, args) },
	}
	in.register(cmd)
	in.registerEncoding(cmd)
	return cmd
}

func (t *tool) decodePickles(in *pickleInput, args []string) error {
	files, err := in.unpack(t, args)
	if err != nil {
		return err
	}
	if files.kind == "" {
		err := in.each(files.pickles, func(value any, _ []byte) error { return t.print(value) })
		return explainJoblib(files.pickles, err)
	}
	options, err := in.options()
	if err != nil {
		return err
	}
	value, err := files.value(options)
	if err != nil {
		return err
	}
	return t.print(value)
}

// pickleOutput is how the commands write pickles.
type pickleOutput struct {
	protocol string
	release  string
	form     string
}

func (out *pickleOutput) register(cmd *cobra.Command, protocol, meaning string) {
	flags := cmd.Flags()
	flags.StringVarP(&out.protocol, "protocol", "p", protocol, "write protocol `N`, 0 to 5"+meaning)
	flags.StringVar(&out.release, "as", "3.13", "write the bytes that CPython `RELEASE` writes, 3.6 or later")
	flags.StringVar(&out.form, "format", "raw", "print the pickle as `FORM`: raw, hex or base64")
	completeValues(cmd, "protocol", []string{"0", "1", "2", "3", "4", "5"})
	completeValues(cmd, "as", []string{"3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"})
	completeValues(cmd, "format", byteForms)
}

// options returns the options for a protocol.
func (out *pickleOutput) options(protocol int) (pickle.EncodeOption, error) {
	var major, minor int
	if n, err := fmt.Sscanf(out.release+"\n", "%d.%d\n", &major, &minor); n != 2 || err != nil {
		return nil, usagef("--as is %q, not a release such as 3.13", out.release)
	}
	options, err := pickle.EncodeOptions(pickle.Protocol(protocol), pickle.WriteAs(major, minor))
	if err != nil {
		return nil, &usageError{err}
	}
	return options, nil
}

func (out *pickleOutput) number() (int, error) {
	n, err := strconv.Atoi(out.protocol)
	if err != nil || n < 0 || n > 5 {
		return 0, usagef("--protocol is %q, not 0 to 5", out.protocol)
	}
	return n, nil
}

func (out *pickleOutput) write(t *tool, data []byte) error {
	switch out.form {
	case "raw":
		if isTerminal(t.stdout) {
			return usagef("a pickle is binary: not written to a terminal; give --format hex, or redirect the output")
		}
		_, err := t.stdout.stream.Write(data)
		return err
	case "hex":
		return t.printf("%x\n", data)
	case "base64":
		return t.printf("%s\n", base64.StdEncoding.EncodeToString(data))
	}
	return usagef("--format is %q, not one of raw, hex, base64", out.form)
}

// completeValues lets the shell complete a flag's value.
func completeValues(cmd *cobra.Command, flag string, values []string) {
	// It fails only for a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}
