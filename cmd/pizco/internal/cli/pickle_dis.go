package cli

import (
	"errors"
	"regexp"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/pickle"
)

func (t *tool) pickleDisCommand() *cobra.Command {
	var in pickleInput
	cmd := &cobra.Command{
		Use:   "dis [FILE]",
		Short: "Print the instructions of the pickles in a file",
		Long: `Prints the instructions of each pickle in FILE, or in the standard input, as Python's pickletools.dis
does. Of several pickles each has a line before it that says where it begins; positions count from
there. The instructions of one pickle may have --max-output bytes.`,
		Example: `$ printf 'gARLKi4=' | pizco pickle dis --input base64
    0: \x80 PROTO      4
    2: K    BININT1    42
    4: .    STOP
highest protocol among opcodes = 2`,
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := in.pickles(t, args)
			if err != nil {
				return err
			}
			return t.disassemble(data)
		},
	}
	in.register(cmd)
	return cmd
}

// disassemble prints the pickles that follow each other in data, up to the first that is broken.
func (t *tool) disassemble(data []byte) error {
	for start := 0; start < len(data); {
		out := limitedBuffer{tool: t}
		err := pickle.Dis(&out, data[start:])
		var tooLong *dataError
		if errors.As(err, &tooLong) {
			return tooLong
		}
		length := disassembledLength(out.Bytes())
		if start > 0 || err == nil && length < len(data) {
			if err := t.printf("pickle at %d\n", start); err != nil {
				return err
			}
		}
		if err := t.printf("%s", t.style(t.stdout).lines(out.String())); err != nil {
			return err
		}
		if err != nil || length == 0 {
			return err
		}
		start += length
	}
	return nil
}

var stopLine = regexp.MustCompile(`(?m)^ *(\d+): \. +STOP$`)

// disassembledLength returns the length of a pickle from its disassembly: STOP is its last byte.
func disassembledLength(text []byte) int {
	stops := stopLine.FindAllSubmatch(text, -1)
	if len(stops) == 0 {
		return 0
	}
	position, err := strconv.Atoi(string(stops[len(stops)-1][1]))
	if err != nil {
		return 0
	}
	return position + 1
}
