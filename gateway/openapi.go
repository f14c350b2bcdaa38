package gateway

import (
	"net/http"

	"github.com/pizco-go/pizco/goagent/object"
)

// node is a part of an OpenAPI document.
type node = map[string]any

// openAPI answers with the document of the routes, whatever the targets.
func (g *Gateway) openAPI(w http.ResponseWriter, r *http.Request) error {
	return g.writeJSON(w, r, http.StatusOK, g.document("pizco gateway", "Pizco servers over HTTP.", genericPaths()))
}

// targetOpenAPI answers with the document of one target, made from what it says about its members.
func (g *Gateway) targetOpenAPI(w http.ResponseWriter, r *http.Request) error {
	t, err := g.targetOf(r)
	if err != nil {
		return err
	}
	members, err := t.describeWithin(r)
	if err != nil {
		return err
	}
	paths := node{}
	for _, m := range members {
		addMember(paths, t, m)
	}
	paths[urlPath("v1", t.config.Name)] = node{"get": inspectOperation()}
	paths[urlPath("v1", t.config.Name, "futures")+"/{future}"] = withParameters(futureOperations(), pathParameter("future"))
	w.Header().Set("Cache-Control", "no-store")
	return g.writeJSON(w, r, http.StatusOK, g.document(t.config.Name, t.config.Description, paths))
}

// document returns an OpenAPI document of some paths.
func (g *Gateway) document(title, description string, paths node) node {
	components := node{"schemas": schemas(), "responses": node{"Problem": problemResponse()}}
	d := node{
		"openapi": "3.1.0",
		"info":    node{"title": title, "description": description, "version": "1"},
		"servers": []node{{"url": "/"}},
		"paths":   paths,
	}
	if len(g.tokens) > 0 {
		components["securitySchemes"] = node{"bearer": node{"type": "http", "scheme": "bearer"}}
		d["security"] = []node{{"bearer": []string{}}}
	}
	d["components"] = components
	return d
}

// genericPaths are the routes with targets and members as parameters.
func genericPaths() node {
	target, attribute := pathParameter("target"), pathParameter("attribute")
	return node{
		"/v1":                                 node{"get": listOperation()},
		"/v1/{target}":                        withParameters(node{"get": inspectOperation()}, target),
		"/v1/{target}/attributes/{attribute}": withParameters(attributeOperations(object.MemberInfo{}), target, attribute),
		"/v1/{target}/attributes/{attribute}/items/{key}": withParameters(itemOperations(), target, attribute, keyParameter()),
		"/v1/{target}/methods/{method}":                   withParameters(node{"post": methodOperation(object.MemberInfo{}, "target")}, target, pathParameter("method")),
		"/v1/{target}/futures/{future}":                   withParameters(futureOperations(), target, pathParameter("future")),
		"/v1/{target}/signals/{signal}":                   withParameters(node{"get": signalOperation()}, target, pathParameter("signal")),
		"/healthz":                                        node{"get": node{"operationId": "health", "summary": "Report that the gateway runs", "security": []node{}, "responses": responses(ok("The gateway runs", node{"type": "object"}))}},
	}
}

// addMember adds the paths of a member of a target.
func addMember(paths node, t *target, m object.MemberInfo) {
	path := urlPath("v1", t.config.Name, plurals[m.Kind], m.Name)
	switch m.Kind {
	case object.KindSignal:
		paths[path] = node{"get": named(signalOperation(), "watch", m)}
	case object.KindMethod:
		if !t.config.ReadOnly {
			paths[path] = node{"post": named(methodOperation(m), "call", m)}
		}
	default:
		operations := attributeOperations(m)
		if t.config.ReadOnly {
			delete(operations, "put")
		}
		for verb, operation := range operations {
			if o, ok := operation.(node); ok {
				named(o, map[string]string{"get": "get", "put": "set"}[verb], m)
			}
		}
		paths[path] = operations
		if m.Items {
			items := itemOperations()
			if t.config.ReadOnly {
				delete(items, "put")
				delete(items, "delete")
			}
			for verb, operation := range items {
				if o, ok := operation.(node); ok {
					named(o, verb+"Item", m)
				}
			}
			paths[path+"/items/{key}"] = withParameters(items, keyParameter())
		}
	}
}

// named gives an operation of a member its id and what is known about it.
func named(operation node, verb string, m object.MemberInfo) node {
	operation["operationId"] = verb + "." + m.Name
	operation["tags"] = []string{string(m.Kind)}
	if m.Doc != "" {
		operation["description"] = m.Doc
	}
	return operation
}

func withParameters(operations node, parameters ...node) node {
	operations["parameters"] = parameters
	return operations
}

func pathParameter(name string) node {
	return node{"name": name, "in": "path", "required": true, "schema": node{"type": "string", "minLength": 1}}
}

func keyParameter() node {
	p := pathParameter("key")
	p["description"] = "Tagged JSON where it is JSON, else a str."
	return p
}

func modeParameter() node {
	return node{"name": "mode", "in": "query", "schema": node{"type": "string", "enum": []string{"tagged", "plain"}}}
}

func insistParameter() node {
	return node{
		"name": "insist", "in": "query", "schema": node{"type": "string", "enum": []string{"0", "1"}},
		"description": "1 asks an original for a value that it may be unable to send; then it never answers again.",
	}
}

func waitParameter() node {
	return node{
		"name": "wait", "in": "query", "description": "How long to wait for a future, such as 10s.",
		"schema": node{"type": "string", "pattern": waitPattern},
	}
}
