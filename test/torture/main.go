// Command torture has the agents work under faults and among hostile peers, and reports whether
// what they promise still holds.
//
//	go run ./test/torture                    10,000 operations under faults, then every hostile peer
//	go run ./test/torture -quick             a short form for CI
//	go run ./test/torture -only topics       the hostile peers of that name, without faults
//	go run ./test/torture -seed 7            the faults of an earlier run in their order
//	go run ./test/torture -soak 1h -report docs/benchmarks/soak.md
//
// Client and server are processes of their own. All that they say to each other goes through
// proxies that delay it, choke it, cut it off, or swallow it. Meanwhile the processes are stopped
// and killed, and their wall clocks jump at random.
//
// Whatever happens, no answer is wrong or another's, and no call takes longer than its deadline and
// 100 ms. Signals arrive again when the faults are over, and nothing is left behind. The command
// ends with status 1 when one of these does not hold.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// settings configure a run.
type settings struct {
	quick  bool
	only   string
	seed   uint64
	soak   time.Duration
	report string
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "peer" {
		fail(servePeer(os.Args[2], os.Args[3:]))
		return
	}
	var s settings
	flag.BoolVar(&s.quick, "quick", false, "torture for a short time")
	flag.StringVar(&s.only, "only", "", "play only the hostile peers whose name contains this text, and no faults")
	flag.Uint64Var(&s.seed, "seed", 0, "the seed of the faults; 0 takes one from the clock")
	flag.DurationVar(&s.soak, "soak", 0, "soak for so long instead: faults, hostile peers and subscribers all the time")
	flag.StringVar(&s.report, "report", "", "write the report of the soak to this file")
	flag.Parse()
	if s.seed == 0 {
		s.seed = uint64(time.Now().UnixNano())
	}
	fail(run(s))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

var errBroken = errors.New("something that was promised does not hold")

func run(s settings) error {
	zerolog.SetGlobalLevel(zerolog.Disabled) // toxiproxy's toxics tell what they do
	fmt.Printf("seed %d\n", s.seed)
	var t tally
	if s.soak > 0 {
		return soak(s, &t)
	}
	if s.only == "" {
		if err := underFaults(s, &t); err != nil {
			return fmt.Errorf("under faults: %w", err)
		}
	}
	for _, h := range hostiles {
		if !strings.Contains(h.name, s.only) {
			continue
		}
		began := time.Now()
		if err := h.run(s, &t); err != nil {
			return fmt.Errorf("%s: %w", h.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s: %.1fs\n", h.name, time.Since(began).Seconds())
	}
	fmt.Print(t.markdown())
	if t.broken() {
		return errBroken
	}
	return nil
}
