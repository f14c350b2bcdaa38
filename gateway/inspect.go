package gateway

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/pizco-go/pizco/goagent/object"
)

// targetDocument is what the gateway tells about a target.
type targetDocument struct {
	Name        string `json:"name"`
	Href        string `json:"href"`
	Description string `json:"description"`
	State       State  `json:"state"`
	Reason      string `json:"reason,omitempty"`
	ReadOnly    bool   `json:"read_only"`
	// Members are left out in the list of targets.
	Members []memberDocument `json:"members,omitempty"`
}

// memberDocument is what the gateway tells about a member of a target's object.
type memberDocument struct {
	Name     string              `json:"name"`
	Kind     object.MemberKind   `json:"kind"`
	Href     string              `json:"href"`
	Doc      string              `json:"doc,omitempty"`
	Type     string              `json:"type,omitempty"`
	Items    bool                `json:"items,omitempty"`
	ReadOnly bool                `json:"read_only,omitempty"`
	Params   []parameterDocument `json:"params,omitempty"`
	// KnownParams is set when Params are all parameters of the method.
	KnownParams bool `json:"known_params,omitempty"`
}

// parameterDocument is a parameter of a method.
type parameterDocument struct {
	Name    string          `json:"name"`
	Type    string          `json:"type,omitempty"`
	Kind    string          `json:"kind"`
	Default json.RawMessage `json:"default,omitempty"`
}

func (g *Gateway) documentOf(t *target) targetDocument {
	state, reason := t.state()
	d := targetDocument{
		Name: t.config.Name, Href: urlPath("v1", t.config.Name), Description: t.config.Description, State: state, ReadOnly: t.config.ReadOnly,
	}
	if reason != nil {
		d.Reason = titles[problemOf(reason).Type]
	}
	return d
}

func (g *Gateway) listTargets(w http.ResponseWriter, r *http.Request) error {
	targets := []targetDocument{}
	for _, config := range g.config.Targets {
		if token := infoOf(r).token; token == nil || token.opens(config.Name) {
			targets = append(targets, g.documentOf(g.targets[config.Name]))
		}
	}
	return g.writeJSON(w, r, http.StatusOK, map[string]any{"targets": targets})
}

func (g *Gateway) inspect(w http.ResponseWriter, r *http.Request) error {
	t, err := g.targetOf(r)
	if err != nil {
		return err
	}
	members, err := t.describeWithin(r)
	if err != nil {
		return err
	}
	d := g.documentOf(t)
	d.Members = make([]memberDocument, len(members))
	for i, m := range members {
		d.Members[i] = g.memberDocument(r.Context(), t, m)
	}
	w.Header().Set("Cache-Control", "no-store")
	return g.writeJSON(w, r, http.StatusOK, d)
}

func (t *target) describeWithin(r *http.Request) ([]object.MemberInfo, error) {
	ctx, cancel := context.WithTimeout(r.Context(), t.timeout)
	defer cancel()
	return t.describe(ctx)
}

// plurals are the folders of the kinds of members in URLs.
var plurals = map[object.MemberKind]string{
	object.KindAttribute: "attributes", object.KindMethod: "methods", object.KindSignal: "signals",
}

func (g *Gateway) memberDocument(ctx context.Context, t *target, m object.MemberInfo) memberDocument {
	d := memberDocument{
		Name: m.Name, Kind: m.Kind, Href: urlPath("v1", t.config.Name, plurals[m.Kind], m.Name), Doc: m.Doc, Type: m.Type, Items: m.Items,
		ReadOnly: m.Kind == object.KindAttribute && (m.ReadOnly || t.config.ReadOnly), KnownParams: m.HasParams,
	}
	for _, p := range m.Params {
		parameter := parameterDocument{Name: p.Name, Type: p.Type, Kind: parameterKind(p)}
		if p.HasDefault {
			parameter.Default, _ = g.encode(ctx, modeTagged, p.Default) // one that cannot be written is not told
		}
		d.Params = append(d.Params, parameter)
	}
	return d
}

// parameterKind names the kind as inspect.Parameter of Python does.
func parameterKind(p object.ParamInfo) string {
	switch {
	case p.Variadic:
		return "var_positional"
	case p.Keywords:
		return "var_keyword"
	case p.KeywordOnly:
		return "keyword_only"
	case p.PositionOnly:
		return "positional_only"
	}
	return "positional_or_keyword"
}
