package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func (t *tool) pickleScanCommand() *cobra.Command {
	var in pickleInput
	var allow []string
	cmd := &cobra.Command{
		Use:   "scan [FILE]",
		Short: "Say what the pickles in a file would import and call",
		Long: `Prints each name that Python would import or call while it reads the pickles in FILE, or in the
standard input, with the positions of the first import and the first call. No value is made.

There is a list of harmless names: builtins that make values, and what makes values of datetime,
decimal and other modules of the standard library, and of numpy. The exit code is 1 when a name is
not on it, when a pickle computes a name, and when a pickle changes what it imports. It is 5 when the
input cannot be read to its end and nothing else has been found, and 0 otherwise.

Pickles in the bytes of other pickles are scanned with them, and pickles in compressed files and in
numpy's, as pizco pickle decode reads them. Positions count in what has been uncompressed. The list promises nothing about the
time and memory that values take, nor about faults of the modules themselves.`,
		Example: `$ printf 'cdatetime\ndate\n(I2026\nI11\nI23\ntR.' | pizco pickle scan
datetime.date: imported at 0, called at 31
$ printf 'cos\nsystem\n(S"rm -rf /"\ntR.' | pizco pickle scan
os.system: imported at 0, called at 25; not on the list
pizco: 1 name is not on the list of harmless ones (--allow NAME lets it pass)`,
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := in.unpack(t, args)
			if err != nil {
				return err
			}
			return t.scan(files, allow)
		},
	}
	in.register(cmd)
	cmd.Flags().StringArrayVar(&allow, "allow", nil, "let the name `MODULE.NAME` pass; can be repeated")
	return cmd
}

// scanError reports that a pickle would use names that are not on the list.
type scanError struct{ error }

func (e *scanError) Unwrap() error { return e.error }

// uses are what pickles do with one name: how often, and where first.
type uses struct {
	name    string
	listed  bool
	counted [pickle.Changed + 1]struct{ count, first int }
}

// scan prints what the pickles that follow each other use, up to the first that is broken.
func (t *tool) scan(files *unpacked, allow []string) error {
	found := usesFound{allow: allow, byName: map[string]*uses{}}
	broken := explainJoblib(files.pickles, found.scan(files.pickles))
	for _, m := range files.members {
		if err := found.scan(m.pickle); err != nil && broken == nil {
			broken = fmt.Errorf("the pickle of the array %q: %w", m.name, err)
		}
	}
	unlisted := 0
	for _, u := range found.all {
		if !u.listed {
			unlisted++
		}
	}
	if err := t.printUses(found.all); err != nil {
		return err
	}
	switch {
	case unlisted == 0:
		return broken
	case broken != nil:
		return &scanError{fmt.Errorf("%s; the rest cannot be read: %w", notListed(unlisted), broken)}
	}
	return &scanError{fmt.Errorf("%s", notListed(unlisted))}
}

func notListed(names int) string {
	if names == 1 {
		return "1 name is not on the list of harmless ones (--allow NAME lets it pass)"
	}
	return fmt.Sprintf("%d names are not on the list of harmless ones (--allow NAME lets one pass)", names)
}

// usesFound collects uses, by their names.
type usesFound struct {
	allow  []string
	all    []*uses
	byName map[string]*uses
}

// scan collects the uses of the pickles that follow each other in data.
func (f *usesFound) scan(data []byte) error {
	for start := 0; start < len(data); {
		length, err := pickle.ScanUses(data[start:], func(u pickle.Use) { f.add(u, start) })
		if err != nil {
			if start > 0 {
				err = fmt.Errorf("the pickle at %d: %w", start, err)
			}
			return err
		}
		start += length
	}
	return nil
}

func (f *usesFound) add(u pickle.Use, start int) {
	name := u.Target()
	all := f.byName[name]
	if all == nil {
		all = &uses{name: name, listed: true}
		f.byName[name] = all
		f.all = append(f.all, all)
	}
	one := &all.counted[u.Kind]
	if one.count++; one.count == 1 {
		one.first = start + u.Offset
	}
	all.listed = all.listed && (u.Harmless() || slices.Contains(f.allow, name))
}

// printUses prints a line for each name, or a line of JSON.
func (t *tool) printUses(found []*uses) error {
	if t.settings.output != outputText {
		list := py.NewList()
		for _, u := range found {
			list.Items = append(list.Items, u.value())
		}
		return t.print(list)
	}
	for _, u := range found {
		if err := t.print(u.String()); err != nil {
			return err
		}
	}
	return nil
}

func (u *uses) String() string {
	var parts []string
	for kind := pickle.Imported; kind <= pickle.Changed; kind++ {
		switch one := u.counted[kind]; one.count {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf("%v at %d", kind, one.first))
		default:
			parts = append(parts, fmt.Sprintf("%v %d times from %d on", kind, one.count, one.first))
		}
	}
	text := u.name + ": " + strings.Join(parts, ", ")
	if !u.listed {
		text += "; not on the list"
	}
	return text
}

func (u *uses) value() any {
	items := []py.Item{{Key: "name", Value: u.name}, {Key: "listed", Value: u.listed}}
	for kind := pickle.Imported; kind <= pickle.Changed; kind++ {
		if one := u.counted[kind]; one.count > 0 {
			value := py.StrDict(py.Item{Key: "count", Value: one.count}, py.Item{Key: "first", Value: one.first})
			items = append(items, py.Item{Key: kind.String(), Value: value})
		}
	}
	return py.StrDict(items...)
}
