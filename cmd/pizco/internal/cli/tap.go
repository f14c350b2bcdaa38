package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent/tap"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// tapSettings are the flags of tap.
type tapSettings struct {
	pub    string
	record string
	dis    bool
	brief  bool
}

func (t *tool) tapCommand() *cobra.Command {
	var s tapSettings
	command := &cobra.Command{
		Use:     "tap LISTEN TARGET",
		Short:   "Show what clients and a server say to each other",
		GroupID: groupWire,
		Long: `Listens at the endpoint LISTEN, and passes on every message between the clients that connect there and the server
at TARGET. It prints header, serializer, content and id of each, and whether the signature is right, for which it
needs the key. It goes on until Ctrl-C. Notifications pass through it as well, since the answer to 'info' is changed
to name the tap in place of the server. Messages are shown as they came in, before that change.

With --record the messages are also kept in a file. 'pizco tap show' prints it, and 'pizco tap replay' sends it to
a server again.`,
		Example: `$ pizco tap tcp://127.0.0.1:8001 tcp://127.0.0.1:8000
Tap at tcp://127.0.0.1:8001 for tcp://127.0.0.1:8000, notifications at tcp://127.0.0.1:...
Press CTRL+c to stop ...
#1 ... request
  header      PZC00, sender tcp://127.0.0.1:..., topic ''
  serializer  pickle, protocol ...
  content     'info'
  id          urn:uuid:...
  signature   none
...`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(checkEndpoint(args[0]), checkEndpoint(args[1])); err != nil {
				return err
			}
			return t.tap(cmd.Context(), args[0], args[1], s)
		},
	}
	command.Flags().StringVar(&s.pub, "pub", anyPort, "publish the server's notifications at `ENDPOINT`")
	command.Flags().StringVarP(&s.record, "record", "r", "", "keep the messages in `FILE`, which must not exist")
	s.registerForm(command)
	command.AddCommand(t.tapShowCommand(), t.tapReplayCommand())
	return command
}

func (s *tapSettings) registerForm(command *cobra.Command) {
	command.Flags().BoolVar(&s.dis, "dis", false, "show the instructions of pickles in place of their values")
	command.Flags().BoolVarP(&s.brief, "brief", "b", false, "show each message on one line")
}

func (t *tool) tap(ctx context.Context, listen, target string, s tapSettings) (err error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	failed := make(chan error, 1)
	record := func(tap.Message) error { return nil }
	printer := &tapPrinter{tool: t, settings: s}
	// Messages can come before the recorder is there, which needs the endpoint that the tap was
	// given.
	ready := make(chan struct{})
	tapped, err := tap.Start(listen, target, tap.Options{
		Protocol: t.settings.protocol, PubEndpoint: s.pub,
		Observe: func(m tap.Message) {
			<-ready
			if err := errors.Join(record(m), printer.print(m)); err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		},
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tapped.Close()) }()
	if s.record != "" {
		file, err := os.OpenFile(s.record, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			close(ready)
			return err
		}
		recorder, err := tap.NewRecorder(file, tapped.Endpoint(), target)
		if err != nil {
			close(ready)
			return errors.Join(err, file.Close())
		}
		record = recorder.Record
		defer func() { err = errors.Join(err, tapped.Close(), file.Close()) }()
	}
	err = t.printf("Tap at %s for %s, notifications at %s\nPress CTRL+c to stop ...\n", tapped.Endpoint(), target, tapped.PubEndpoint())
	close(ready)
	if err != nil {
		return err
	}
	select {
	case err = <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

func (t *tool) tapShowCommand() *cobra.Command {
	var s tapSettings
	command := &cobra.Command{
		Use:   "show FILE",
		Short: "Print a recording",
		Long:  `Prints the messages that 'pizco tap --record' has kept in a file, as tap itself prints them.`,
		Example: `$ pizco tap show --brief recording.jsonl
#1 ... request ... 'info'
...`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			player, done, err := openRecording(args[0])
			if err != nil {
				return err
			}
			defer done()
			printer := &tapPrinter{tool: t, settings: s}
			for {
				m, err := player.Next()
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return &dataError{err}
				}
				if err := printer.print(m); err != nil {
					return err
				}
			}
		},
	}
	s.registerForm(command)
	return command
}

func openRecording(path string) (*tap.Player, func(), error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	player, err := tap.NewPlayer(bufio.NewReader(file))
	if err != nil {
		return nil, nil, errors.Join(&dataError{err}, file.Close())
	}
	return player, func() { _ = file.Close() }, nil
}

func (t *tool) tapReplayCommand() *cobra.Command {
	var s tapSettings
	command := &cobra.Command{
		Use:   "replay FILE TARGET",
		Short: "Send the requests of a recording again",
		Long: `Sends each request of a recording to the server at TARGET, just as it was recorded and in the same order, and
prints request and reply. The exit code is 5 when a reply holds another value than the recorded one; answers to
'info', which name the server, may differ.`,
		Example: `$ pizco tap replay --brief recording.jsonl tcp://127.0.0.1:8000
#1 ... request ... 'info'
#1 ... reply ... {'rep_endpoint': 'tcp://127.0.0.1:8000', 'pub_endpoint': ...}
...
... requests sent again, 0 replies differ`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkEndpoint(args[1]); err != nil {
				return err
			}
			player, done, err := openRecording(args[0])
			if err != nil {
				return err
			}
			defer done()
			return t.replay(cmd.Context(), player, args[1], s)
		},
	}
	s.registerForm(command)
	return command
}

func (t *tool) replay(ctx context.Context, player *tap.Player, target string, s tapSettings) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	ctx, cancel := t.withTimeout(ctx)
	defer cancel()
	printer := &tapPrinter{tool: t, settings: s}
	sent, differ := 0, 0
	err := tap.Replay(ctx, player, target, func(e tap.Exchange) error {
		sent++
		if err := errors.Join(printer.print(e.Request), printer.print(e.Reply)); err != nil {
			return err
		}
		if sameReply(e) {
			return nil
		}
		differ++
		return t.printf("#%d differs from the recorded reply:\n%s", e.Request.Number, printer.text(e.Recorded))
	})
	if err != nil {
		return err
	}
	if err := t.printf("%d requests sent again, %d replies differ\n", sent, differ); err != nil {
		return err
	}
	if differ > 0 {
		return dataf("%d replies differ from the recorded ones", differ)
	}
	return nil
}

// sameReply reports whether a reply holds the recorded value. A recording that ended before the
// reply has no value to compare with.
func sameReply(e tap.Exchange) bool {
	if len(e.Recorded.Frames) == 0 {
		return true
	}
	asked, then, now := e.Request.Decode(wire.Protocol{}), e.Recorded.Decode(wire.Protocol{}), e.Reply.Decode(wire.Protocol{})
	if asked.Content == "info" {
		return true
	}
	if then.Err != nil || now.Err != nil {
		return then.Err != nil && now.Err != nil
	}
	if same, err := py.Equal(then.Content, now.Content); err == nil && same {
		return true
	}
	// Objects, such as exceptions, are equal to themselves only: they are compared as they are
	// written.
	whole := []py.ReprOption{py.WithReprObjects(), py.WithReprLength(defaultMaxOutput), py.WithReprDepth(reprDepth)}
	return py.Repr(then.Content, whole...) == py.Repr(now.Content, whole...)
}
