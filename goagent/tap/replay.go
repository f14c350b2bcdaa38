package tap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/sockets"
)

// Exchange is a recorded request that was sent again.
type Exchange struct {
	// Request is the request as it was recorded.
	Request Message
	// Recorded is the reply of then; it has no frames when there was none.
	Recorded Message
	// Reply is the reply of now.
	Reply Message
}

// Replay sends the requests of a recording to a server, one after the other and each as it was
// recorded, and calls do with each exchange. It ends with the first error of do or of the
// connection, and with the context's.
func Replay(ctx context.Context, player *Player, target string, do func(Exchange) error) error {
	exchanges, err := readExchanges(player)
	if err != nil {
		return err
	}
	network := sockets.Network{}
	conn, err := network.Dial(ctx, target, transport.Settings{Linger: linger})
	if err != nil {
		return fmt.Errorf("pizco/tap: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		stop()
		_ = conn.Close()
	}()
	for i, exchange := range exchanges {
		if err := conn.Send(ctx, uint32(i), exchange.Request.Frames); err != nil {
			return replayError(ctx, err)
		}
		_, frames, err := conn.Recv(ctx)
		if err != nil {
			return replayError(ctx, err)
		}
		exchange.Reply = Message{Number: exchange.Request.Number, Time: time.Now(), Kind: Reply, Frames: frames}
		if err := do(exchange); err != nil {
			return err
		}
	}
	return nil
}

func replayError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("pizco/tap: %w", err)
}

// readExchanges reads the requests of a recording with their replies.
func readExchanges(player *Player) ([]Exchange, error) {
	var exchanges []Exchange
	place := map[uint64]int{}
	for {
		m, err := player.Next()
		if errors.Is(err, io.EOF) {
			return exchanges, nil
		}
		if err != nil {
			return nil, err
		}
		switch m.Kind {
		case Request:
			place[m.Number] = len(exchanges)
			exchanges = append(exchanges, Exchange{Request: m})
		case Reply:
			if i, ok := place[m.Answers]; ok {
				exchanges[i].Recorded = m
			}
		}
	}
}
