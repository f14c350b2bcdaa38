package topics

import (
	"context"
	"log/slog"
	"sync"
)

// MostChanges is how many changes wait for a Handler.
const MostChanges = 10_000

// Handler tells the program's handler of changes of the subscriptions, one after the other. It does
// so from a goroutine of its own, which is there while there are changes. So the handler may take
// its time, use the agent and close it.
//
// Of what comes faster than it takes, MostChanges changes wait; of further ones each topic's last.
type Handler struct {
	ctx  context.Context
	log  *slog.Logger
	tell func(topic string, subscribers int)

	mu      sync.Mutex
	running bool
	waiting []change
	// late are the topics of further changes, in order, and lateCounts their last counts.
	late       []string
	lateCounts map[string]int
}

type change struct {
	topic       string
	subscribers int
}

// NewHandler returns a Handler that tells of changes while the context lasts.
func NewHandler(ctx context.Context, log *slog.Logger, tell func(topic string, subscribers int)) *Handler {
	return &Handler{ctx: ctx, log: log, tell: tell}
}

// Changed notes a change. It does not wait.
func (h *Handler) Changed(topic string, subscribers int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.late) == 0 && len(h.waiting) < MostChanges {
		h.waiting = append(h.waiting, change{topic, subscribers})
	} else {
		h.coalesce(topic, subscribers)
	}
	if !h.running {
		h.running = true
		go h.run()
	}
}

func (h *Handler) coalesce(topic string, subscribers int) {
	if h.lateCounts == nil {
		h.lateCounts = make(map[string]int)
	}
	if _, known := h.lateCounts[topic]; !known {
		h.late = append(h.late, topic)
	}
	h.lateCounts[topic] = subscribers
}

// run ends when nothing waits, or the agent is closed.
func (h *Handler) run() {
	for {
		changes := h.take()
		if len(changes) == 0 {
			return
		}
		for _, c := range changes {
			if h.ctx.Err() != nil {
				return
			}
			h.call(c)
		}
	}
}

func (h *Handler) take() []change {
	h.mu.Lock()
	defer h.mu.Unlock()
	changes := h.waiting
	h.waiting = nil
	if len(changes) == 0 {
		for _, topic := range h.late {
			changes = append(changes, change{topic, h.lateCounts[topic]})
		}
		h.late, h.lateCounts = nil, nil
	}
	h.running = len(changes) > 0
	return changes
}

func (h *Handler) call(c change) {
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("topic handler panicked", "topic", c.topic, "panic", p)
		}
	}()
	h.tell(c.topic, c.subscribers)
}
