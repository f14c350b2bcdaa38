package psmessage

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
	// FeatureConfirm: subscriptions are confirmed.
	FeatureConfirm = "confirm"
	// FeatureCancel: futures can be canceled with the action "cancel".
	FeatureCancel = "cancel"
	// FeatureDescribe: members are described by the action "describe".
	FeatureDescribe = "describe"
	// FeatureGetattr: "getattr" is harmless whatever the attribute.
	FeatureGetattr = "getattr"
)

// confirmationPrefix begins the topics whose subscriptions are each answered by one notification.
// Subscriptions of one connection are taken in order, so the notification shows that the earlier
// ones are in force.
const confirmationPrefix = "__subscribed__"

// IsConfirmation reports whether a topic is one of these.
func IsConfirmation(topic string) bool { return strings.HasPrefix(topic, confirmationPrefix) }

// NewConfirmation returns such a topic that no other subscriber has.
func NewConfirmation() string {
	return confirmationPrefix + strings.TrimPrefix(wire.NewID(), "urn:uuid:")
}

// IsFeatureQuery reports whether a content asks what this side can do.
func IsFeatureQuery(content any) bool {
	pair, ok := Items(content)
	return ok && len(pair) == 2 && pair[0] == featuresName && pair[1] == featuresQuery
}

// FeatureQuery returns the content that asks a peer what it can do.
func FeatureQuery() py.Tuple { return py.Tuple{featuresName, featuresQuery} }

// Features returns the answer of a peer that can do this.
func Features(names ...any) *py.Dict {
	return py.StrDict(py.Item{Key: featuresName, Value: py.NewList(names...)})
}

// AllFeatures returns the answer of a server of this library.
func AllFeatures() *py.Dict {
	return Features(FeatureConfirm, FeatureCancel, FeatureDescribe, FeatureGetattr)
}

// ParseFeatures returns what the answer to a feature query names; an echo names nothing.
func ParseFeatures(answer any) map[string]bool {
	names := map[string]bool{}
	d, ok := answer.(*py.Dict)
	if !ok {
		return names
	}
	listed, _ := d.Get(featuresName)
	items, _ := Items(listed)
	for _, item := range items {
		if name, ok := item.(string); ok {
			names[name] = true
		}
	}
	return names
}
