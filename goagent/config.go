package goagent

import (
	"context"
	"log/slog"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/queue"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/internal/loglimit"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// The defaults of the settings.
const (
	// defaultMaxMessage is the default of WithMaxMessage: 1 GiB.
	defaultMaxMessage = 1 << 30
	// defaultHighWater is the default of WithHighWater.
	defaultHighWater = 100_000
	// defaultLinger is the default of WithLinger.
	defaultLinger = time.Second
	// defaultSlotQueue is the default of WithSlotQueue.
	defaultSlotQueue = 10_000
	// defaultMaxRequests is the default of WithMaxRequests.
	defaultMaxRequests = 10_000
	// defaultMaxRequestMemory is the default of WithMaxRequestMemory: 256 MiB.
	defaultMaxRequestMemory = 256 << 20
	// defaultDialTimeout is the default of WithDialTimeout.
	defaultDialTimeout = 10 * time.Second
	// defaultSignalHold is the default of WithSignalHold.
	defaultSignalHold = time.Second
	// defaultFutureGrace is the default of WithFutureGrace.
	defaultFutureGrace = 20 * time.Millisecond
)

// config holds all settings of agents, servers and proxies.
type config struct {
	endpoints []addressing.Point
	pub       addressing.Point

	protocol    wire.Protocol
	protocolSet bool
	encodeHooks bool                // the protocol's options for pickles may look at what is written
	decodeHooks bool                // the same for what is read
	typedFrom   int                 // size in bytes of a content from which it is decoded into Go types at once
	keys        []wire.Key          // further ones that requests may be signed with
	peerKeys    map[string]wire.Key // by the endpoints of servers
	logger      *slog.Logger
	warnings    []string // to be logged once there is an agent
	network     transport.Network
	curve       curveSettings
	sockets     transport.Settings

	refuseStop bool
	pubHosts   []string
	onRequest  func(ctx context.Context, r *Request) (any, error)
	onTopic    func(topic string, subscribers int)
	onPublish  func(topic string)

	dialect     Dialect
	dialectAt   map[string]Dialect // by the endpoints that have one of their own
	concurrency int
	maxRequests int
	maxMemory   int64 // that the values of a request may take beyond its size
	futureGrace time.Duration
	signalHold  time.Duration
	object      object.Settings
	classes     map[string]*object.Constructor

	slotQueue int
	overflow  queue.Overflow
	onStatus  func(Status, error)

	onSlotError func(*SlotError)
	insist      bool // on values that a server may be unable to send

	noInspection bool // before a struct is bound

	dialTimeout time.Duration

	interceptors []Interceptor
}

func defaultConfig() config {
	return config{
		logger:  loglimit.New(slog.New(faults{})),
		network: defaultNetwork,
		sockets: transport.Settings{
			Linger:    defaultLinger,
			MaxFrame:  defaultMaxMessage,
			HighWater: defaultHighWater,
			Place:     pickle.PayloadAt,
		},
		typedFrom:   typedSize,
		concurrency: 1,
		maxRequests: defaultMaxRequests,
		maxMemory:   defaultMaxRequestMemory,
		futureGrace: defaultFutureGrace,
		signalHold:  defaultSignalHold,
		slotQueue:   defaultSlotQueue,
		dialTimeout: defaultDialTimeout,
	}
}

// typedSize is the size in bytes of a content below which values of package py take no longer than
// finding out what types there are to decode into.
const typedSize = 256

// writesGo reports whether contents are written from Go values as they are. Otherwise they are
// converted to values of package py first: json needs that, and the program's options for pickles
// are to see such values only.
func (c *config) writesGo() bool { return !c.encodeHooks && c.protocol.WritesPickle() }

// shareBytes lets large bytes, such as the data of an array, share the memory of their message.
func (c *config) shareBytes() error {
	options := []pickle.DecodeOption{pickle.WithSharedBytes()}
	if c.protocol.PickleDecode != nil {
		options = append([]pickle.DecodeOption{c.protocol.PickleDecode}, options...)
	}
	var err error
	c.protocol.PickleDecode, err = pickle.DecodeOptions(options...)
	return err
}

// readEnv takes what is not set from the environment.
func (c *config) readEnv() error {
	if c.protocolSet {
		return nil
	}
	p, err := wire.FromEnv()
	if err != nil {
		return err
	}
	if c.protocol.Key.IsZero() {
		c.protocol.Key = p.Key
	}
	if c.protocol.Serializer == "" {
		c.protocol.Serializer = p.Serializer
	}
	return nil
}

// finish fills in what depends on other settings.
func (c *config) finish() error {
	if len(c.endpoints) == 0 {
		c.endpoints = []addressing.Point{{}}
	}
	if c.pub == (addressing.Point{}) {
		c.pub = addressing.PubPointFor(c.endpoints)
	}
	if err := c.checkDialects(); err != nil {
		return err
	}
	if err := c.readEnv(); err != nil {
		return err
	}
	if c.protocol.Key.IsZero() && len(c.keys) > 0 {
		c.protocol.Key, c.keys = c.keys[0], c.keys[1:]
	}
	if c.protocol.Serializer != "" {
		if _, err := wire.Lookup(c.protocol.Serializer); err != nil {
			return err
		}
	}
	// Nothing else uses the memory of a received message.
	if err := c.shareBytes(); err != nil {
		return err
	}
	return c.curve.finish()
}
