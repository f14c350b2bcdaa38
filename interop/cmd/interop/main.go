// Command interop runs the conformance suite.
//
//	interop run [flags]       runs it
//	interop list [flags]      lists the cells and the excluded ones
//	interop check             checks the case files
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/cases"
	"github.com/pizco-go/pizco/interop/report"
	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: interop run|list|check [flags]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := command(ctx, os.Args[1], os.Args[2:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// options are the flags of all commands.
type options struct {
	full           bool
	client, server string
	cases, cells   string
	folder         string
	reports        string
	document       string
	jobs           int
	verbose        bool
	noTap          bool
	stopAfter      int
	host           string
	ipcFolder      string
	libzmq         bool
	peers          peerFlags
}

// peerFlags collects -peer name=command.
type peerFlags map[string]string

func (p peerFlags) String() string { return "" }

func (p peerFlags) Set(s string) error {
	name, command, ok := strings.Cut(s, "=")
	if !ok {
		return fmt.Errorf("%q is not name=command", s)
	}
	p[name] = command
	return nil
}

func parse(name string, args []string) (*options, error) {
	o := &options{peers: peerFlags{}}
	set := flag.NewFlagSet("interop "+name, flag.ContinueOnError)
	set.BoolVar(&o.full, "full", false, "run the whole product and not the quick cells")
	set.StringVar(&o.client, "client", "", "test this client, `CMD`, against the servers of the axes")
	set.StringVar(&o.server, "server", "", "test this server, `CMD`, against the clients of the axes")
	set.StringVar(&o.cases, "cases", "", "run only cases whose names fit one of these `patterns`, such as 'calls/*'")
	set.StringVar(&o.cells, "cells", "", "run only cells whose names fit one of these `patterns`, such as 'go>py3.6,*'; the oracle's are added")
	set.StringVar(&o.folder, "data", "", "read cases, axes and known failures from this `folder`; default the built-in ones")
	set.StringVar(&o.reports, "reports", "", "write junit.xml, report.json, report.html and summary.md into this `folder`")
	set.StringVar(&o.document, "document", "", "write the counts between the marked lines of this `file` in Markdown as well, when nothing failed")
	set.IntVar(&o.jobs, "jobs", 3, "run so many servers at the same time")
	set.BoolVar(&o.verbose, "v", false, "print each test")
	set.BoolVar(&o.noTap, "no-tap", false, "have clients talk to servers directly, and compare no frames")
	set.IntVar(&o.stopAfter, "stop-after", 0, "end the run after so many failures; the rest count as failed")
	set.StringVar(&o.host, "host", "", "the `address` that the suite's own sockets listen on (default 127.0.0.1)")
	set.StringVar(&o.ipcFolder, "ipc-folder", "", "the `folder` for ipc sockets (default the system's temporary folder)")
	set.BoolVar(&o.libzmq, "libzmq", false, "test the Go library on its reference transport as well, with both transports in turn on the other side")
	set.Var(o.peers, "peer", "`NAME=CMD`: start the peer NAME of the axes with CMD, or by a connection to tcp://host:port; can be given several times")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("interop %s: what is %q? It takes flags only", name, set.Args())
	}
	return o, nil
}

func command(ctx context.Context, name string, args []string) (ok bool, err error) {
	o, err := parse(name, args)
	if err != nil {
		return false, err
	}
	s, err := load(o)
	if err != nil {
		return false, err
	}
	switch name {
	case "check":
		fmt.Printf("%d cases in %d areas\n", len(s.Cases), len(s.Areas()))
		return true, nil
	case "list":
		list(s, o)
		return true, nil
	case "run":
		return run(ctx, s, o)
	}
	return false, fmt.Errorf("interop: no command %q", name)
}

func load(o *options) (*suite.Suite, error) {
	var folder fs.FS = cases.Files
	if o.folder != "" {
		folder = os.DirFS(o.folder)
	}
	s, err := suite.Load(folder)
	if err != nil {
		return nil, err
	}
	onlyWanted(s)
	if !o.libzmq {
		s.Axes.Remove(suite.Reference)
	}
	o.thirdParties(s)
	return s, nil
}

func list(s *suite.Suite, o *options) {
	cells, excluded := s.Axes.Product()
	chosen := o.chooser(s)
	n := 0
	for _, c := range cells {
		if chosen(c) {
			fmt.Println(c)
			n++
		}
	}
	report.Excluded(os.Stdout, excluded)
	fmt.Printf("%d cells chosen, %d possible, %d excluded\n", n, len(cells), len(excluded))
}

func run(ctx context.Context, s *suite.Suite, o *options) (bool, error) {
	screen := report.NewScreen(os.Stdout, o.verbose)
	config := runner.Config{
		Suite: s, Commands: o.commands(s), Cells: o.chooser(s), Cases: suite.Filter(o.cases), Jobs: o.jobs, Host: o.host,
		Folder: o.ipcFolder, NoTap: o.noTap, Progress: screen.Progress,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.stopAfter > 0 {
		failures := 0
		config.Progress = func(done, total int, t *runner.Test) {
			screen.Progress(done, total, t)
			if t.Status == runner.Failed {
				failures++
			}
			if failures >= o.stopAfter {
				cancel()
			}
		}
	}
	results, err := runner.Run(ctx, config)
	if err != nil && results == nil {
		return false, err
	}
	screen.Summary(results)
	if o.document != "" && results.OK() {
		if err := updateDocument(o.document, results); err != nil {
			return false, err
		}
	}
	return results.OK(), o.writeReports(results)
}

func updateDocument(path string, results *runner.Results) error {
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if document, err = report.Replace(document, results); err != nil {
		return err
	}
	return os.WriteFile(path, document, 0o644)
}

func (o *options) writeReports(results *runner.Results) error {
	if o.reports == "" {
		return nil
	}
	if err := os.MkdirAll(o.reports, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]report.Writer{"junit.xml": report.JUnit, "report.json": report.JSON, "report.html": report.HTML, "summary.md": report.Markdown} {
		if err := writeFile(filepath.Join(o.reports, name), results, write); err != nil {
			return err
		}
	}
	fmt.Printf("reports in %s, %s\n", o.reports, time.Since(results.Started).Round(time.Second))
	return nil
}

func writeFile(path string, results *runner.Results, write report.Writer) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f, results); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
