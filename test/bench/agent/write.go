package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pizco-go/pizco/interop/document"
)

// write puts the charts into the folder of the documentation, the table into performance.md above
// it, and the figures into README.
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
	above := filepath.Dir(b.docs)
	if err := document.Update(filepath.Join(above, "performance.md"), "bench", b.where()+"\n\n"+b.table.markdown()); err != nil {
		return err
	}
	return document.Update(filepath.Join(above, "..", "README.md"), "speed", b.summary())
}

// summary returns the figures for README.
func (b *bench) summary() string {
	var text strings.Builder
	for _, f := range b.table.figures {
		fmt.Fprintf(&text, "- %s\n", f)
	}
	return text.String()
}

// where names the machine and the versions of the run.
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
	fmt.Fprintf(&text, "# Charts of the benchmarks\n\n%s The run writes this page; its table is in [performance.md](../performance.md).\n\n", b.where())
	text.WriteString(`The two sides of each pair are processes of their own, and take turns in one run. [call-path.md](call-path.md) shows where the time of a
call goes, [soak.md](soak.md) what an hour of everything at once leaves behind, [gateway.md](gateway.md) the gateway under load.

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
	"subscribers.svg": "A signal is encoded once and its frames are shared by all subscribers. Each subscriber costs a copy into its own connection, and its " +
		"decoding, on the same cores here.",
	"payload.svg": "Up to some tens of kB the message fits the sockets' buffers; larger ones go in pieces. From 64 kB on a request is decoded beside the loop that receives. " +
		"Above some MB the memory for each message comes from the system and goes back to it.",
}
