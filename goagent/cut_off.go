package goagent

import "github.com/pizco-go/pizco/goagent/internal/transport"

// limitOptions are the options that set the limits of the transport.
var limitOptions = map[string]string{
	"MaxFrame":         "WithMaxMessage",
	"MaxMessage":       "WithMaxMessage",
	"MaxParts":         "WithMaxParts",
	"MaxBuffered":      "WithMaxBuffered",
	"MaxConnections":   "WithMaxConnections",
	"MaxHandshakes":    "WithMaxConnections",
	"HandshakeTimeout": "WithHandshakeTimeout",
	"MaxTopics":        "WithMaxTopics",
	"MaxTopicBytes":    "WithMaxTopics",
}

// logCutOff logs why a peer was disconnected. Peers can cause as many lines as they like: the
// logger limits them.
func (c *config) logCutOff(cut transport.CutOff) {
	log := c.logger.With("endpoint", cut.Endpoint)
	option, settable := limitOptions[cut.Limit]
	switch {
	case settable:
		log.Warn("peer disconnected: it is over a limit", "peer", cut.Peer, "error", cut.Err, "raised_by", option)
	case cut.Limit != "":
		log.Warn("peer disconnected: it is over a limit that is fixed", "peer", cut.Peer, "error", cut.Err)
	default:
		log.Warn("peer disconnected: it broke the protocol", "peer", cut.Peer, "error", cut.Err)
	}
}
