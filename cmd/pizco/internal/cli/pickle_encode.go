package cli

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func (t *tool) pickleEncodeCommand() *cobra.Command {
	var out pickleOutput
	var from, expression string
	cmd := &cobra.Command{
		Use:   "encode [FILE]",
		Short: "Write a Python literal or JSON as a pickle",
		Long: `Reads a Python literal, or JSON, from --expression, FILE or the standard input, and writes the pickle
that pickle.dumps() makes of it, byte for byte.`,
		Example: `$ pizco pickle encode -e "{'a': (1, 2)}" --format base64
gASVDgAAAAAAAAB9lIwBYZRLAUsChpRzLg==
$ printf '{"a": [1, 2]}' | pizco pickle encode --from json --protocol 2 | pizco pickle decode
{'a': [1, 2]}`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("expression") && len(args) > 0 {
				return usagef("give --expression or FILE, not both")
			}
			protocol, err := out.number()
			if err != nil {
				return err
			}
			options, err := out.options(protocol)
			if err != nil {
				return err
			}
			text := []byte(expression)
			if !cmd.Flags().Changed("expression") {
				if text, err = t.readInput(args); err != nil {
					return err
				}
			}
			value, err := parseValue(from, text)
			if err != nil {
				return err
			}
			data, err := pickle.Marshal(value, options)
			if err != nil {
				return err
			}
			return out.write(t, data)
		},
	}
	cmd.Flags().StringVar(&from, "from", "python", "the input is `LANGUAGE`: python or json")
	completeValues(cmd, "from", []string{"python", "json"})
	cmd.Flags().StringVarP(&expression, "expression", "e", "", "write the value of `TEXT`")
	out.register(cmd, strconv.Itoa(pickle.DefaultProtocol), "")
	return cmd
}

func parseValue(language string, text []byte) (value any, err error) {
	switch language {
	case "python":
		value, err = py.ParseLiteral(string(text))
	case "json":
		err = jsonser.Unmarshal(text, &value)
	default:
		return nil, usagef("--from is %q, not one of python, json", language)
	}
	if err != nil {
		return nil, dataf("the input is not a %s value: %s", language, errorText(err))
	}
	return value, nil
}

func (t *tool) pickleReencodeCommand() *cobra.Command {
	var in pickleInput
	var out pickleOutput
	var check bool
	cmd := &cobra.Command{
		Use:   "reencode [FILE]",
		Short: "Read pickles and write them again",
		Long: `Reads each pickle in FILE, or in the standard input, and writes its value again: at the same protocol
what CPython wrote stays as it is, byte for byte; at another one it is what CPython would write there.

With --check nothing is written: the exit code is 5 unless each pickle would be written as it is.`,
		Example: `$ printf 'gASVDgAAAAAAAAB9lIwBYZRLAUsChpRzLg==' | pizco pickle reencode --input base64 --protocol 0 | pizco pickle decode
{'a': (1, 2)}
$ printf 'gASVDgAAAAAAAAB9lIwBYZRLAUsChpRzLg==' | pizco pickle reencode --input base64 --check`,
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := in.pickles(t, args)
			if err != nil {
				return err
			}
			var written []byte
			err = in.each(data, func(value any, source []byte) error {
				again, err := out.again(value, source)
				if err == nil && check && !bytes.Equal(again, source) {
					offset := len(written) + commonPrefix(again, source)
					return dataf("the pickle would be written differently from offset %d on", offset)
				}
				written = append(written, again...)
				return err
			})
			if err != nil || check {
				return err
			}
			return out.write(t, written)
		},
	}
	in.register(cmd)
	in.registerEncoding(cmd)
	out.register(cmd, "same", " (default: the pickle's own)")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing, fail if the bytes would change")
	return cmd
}

// again writes the value of a pickle. A pickle below protocol 2 does not say which one it is: it is
// the first that gives the same bytes, else 0.
func (out *pickleOutput) again(value any, source []byte) ([]byte, error) {
	protocols := []int{0, 1}
	if out.protocol != "same" {
		protocol, err := out.number()
		if err != nil {
			return nil, err
		}
		protocols = []int{protocol}
	} else if protocol, ok := protoOpcode(source); ok {
		protocols = []int{protocol}
	}
	var written [][]byte
	for _, protocol := range protocols {
		options, err := out.options(protocol)
		if err != nil {
			return nil, err
		}
		data, err := pickle.Marshal(value, options)
		if err != nil {
			return nil, err
		}
		written = append(written, data)
	}
	same := slices.IndexFunc(written, func(data []byte) bool { return bytes.Equal(data, source) })
	return written[max(same, 0)], nil
}

// protoOpcode returns the protocol that a pickle begins with.
func protoOpcode(source []byte) (int, bool) {
	const proto = 0x80
	if len(source) < 2 || source[0] != proto {
		return 0, false
	}
	return int(source[1]), true
}

func commonPrefix(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
