package goagent

import (
	"strings"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// What peers of this library can do beyond the original is asked for with a content that the
// original echoes: a pair, which is no PSMessage.
const (
	featuresName  = "pizco-go"
	featuresQuery = "features"
	// featureConfirm: subscriptions are confirmed.
	featureConfirm = "confirm"
	// featureCancel: futures can be canceled with the action "cancel".
	featureCancel = "cancel"
	// featureDescribe: members are described by the action "describe".
	featureDescribe = "describe"
	// featureGetattr: "getattr" is harmless whatever the attribute.
	featureGetattr = "getattr"
)

// confirmationPrefix begins the topics whose subscriptions are each answered by one notification.
// Subscriptions of one connection are taken in order, so the notification shows that the earlier
// ones are in force.
const confirmationPrefix = "__subscribed__"

func isConfirmation(topic string) bool { return strings.HasPrefix(topic, confirmationPrefix) }

func newConfirmation() string {
	return confirmationPrefix + strings.TrimPrefix(wire.NewID(), "urn:uuid:")
}

func isFeatureQuery(content any) bool {
	pair, ok := itemsOf(content)
	return ok && len(pair) == 2 && pair[0] == featuresName && pair[1] == featuresQuery
}

func featureQuery() py.Tuple { return py.Tuple{featuresName, featuresQuery} }

func features() *py.Dict {
	return py.StrDict(py.Item{Key: featuresName, Value: py.NewList(featureConfirm, featureCancel, featureGetattr, featureDescribe)})
}

// parseFeatures returns what the answer to a feature query names; an echo names nothing.
func parseFeatures(answer any) map[string]bool {
	names := map[string]bool{}
	d, ok := answer.(*py.Dict)
	if !ok {
		return names
	}
	listed, _ := d.Get(featuresName)
	items, _ := itemsOf(listed)
	for _, item := range items {
		if name, ok := item.(string); ok {
			names[name] = true
		}
	}
	return names
}

// confirmSubscriptions publishes the confirmation that a subscriber waits for.
func (a *Agent) confirmSubscriptions(sender, topic string) {
	for _, l := range a.listeners {
		if l.name != sender {
			continue
		}
		body, err := a.protocol().Encode(nil)
		if err == nil {
			err = a.publishBody(sender, topic, body)
		}
		if err != nil {
			a.log.Error("subscription not confirmed", "error", err)
		}
		return
	}
}

// itemsOf returns the items of a tuple or a list: json knows no tuples.
func itemsOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case py.Tuple:
		return v, true
	case *py.List:
		return v.Items, true
	}
	return nil, false
}
