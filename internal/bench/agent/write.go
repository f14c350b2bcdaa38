package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// The marks in README.md between which the table stands.
const (
	tableBegins = "<!-- bench: written by make bench -->\n"
	tableEnds   = "<!-- /bench -->"
)

// write puts the table and the charts into the folder of the documentation, and the table into
// README.
func (b *bench) write() error {
	if err := os.MkdirAll(b.docs, 0o755); err != nil {
		return err
	}
	for _, c := range b.charts {
		if err := c.write(b.docs); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(b.docs, "README.md"), []byte(b.page()), 0o644); err != nil {
		return err
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	before, rest, ok := bytes.Cut(readme, []byte(tableBegins))
	_, after, ok2 := bytes.Cut(rest, []byte(tableEnds))
	if !ok || !ok2 {
		return fmt.Errorf("README.md has no place for the table between %q and %q", tableBegins, tableEnds)
	}
	text := string(before) + tableBegins + b.where() + "\n\n" + b.table.markdown() + tableEnds + string(after)
	return os.WriteFile("README.md", []byte(text), 0o644)
}

// where tells what the run was made on.
func (b *bench) where() string {
	return fmt.Sprintf("A run of `make bench` on %s, %d cores, %s, the original on Python %s. Times are the best of all turns, ratios of rates the median of the turns'.",
		processor(), runtime.NumCPU(), runtime.Version(), b.python.Version)
}

func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOARCH
}

func (b *bench) page() string {
	var text strings.Builder
	fmt.Fprintf(&text, "# Benchmarks\n\n%s Written by the run itself; [internal/bench/agent](../../internal/bench/agent) is the program.\n\n", b.where())
	text.WriteString(b.table.markdown())
	text.WriteString(`
What is compared runs in turns in one run, the two sides of each pair in processes of their own. In calls and signals a second both sides keep the
processors busy throughout, and a turn depends on how fast these are just then: their ratio is the median of the turns' ratios. The bare frames are those of the same
call, sent back by a REP socket that blocks in libzmq; the raw TCP carries as many bytes. Signals and arrays go to and come from this
library's own proxies, unless it says otherwise. [call-path.md](call-path.md) tells where the time of a call goes, [soak.md](soak.md) what an hour of everything
at once leaves behind.

## How cost grows

Each point doubles the number below it; a level line is a cost that grows linearly.

`)
	for _, c := range b.charts {
		fmt.Fprintf(&text, "![%s: %s](%s)\n\n%s\n\n", c.title, c.unit, c.file, knees[c.file])
	}
	return text.String()
}

// knees explain the shapes of the charts.
var knees = map[string]string{
	"calls.svg": "One call at a time waits for eight wake-ups of threads on its way there and back. From two on, the wake-ups are shared: messages that come " +
		"together are taken together. The level that is reached is the processor's: client and server share its cores.",
	"clients.svg": "Each client has a connection and sockets of its own, so that less is shared than on one Proxy: the wake-ups of its own threads stay.",
	"subscribers.svg": "A signal is encoded once and its frames are shared by all subscribers; what is left for each is its own copy in its own connection, and the subscriber's " +
		"decoding, on the same cores here.",
	"payload.svg": "Up to some tens of kB the message fits the sockets' buffers; beyond, it goes in pieces. From 64 kB on a request is decoded beside the loop that receives, and " +
		"above some MB the memory for each message comes from the system and goes back to it.",
}
