package gateway

import (
	"net/http"

	"github.com/pizco-go/pizco/goagent"
)

// object is a part of an OpenAPI document.
type object = map[string]any

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
	paths := object{}
	for _, m := range members {
		addMember(paths, t, m)
	}
	paths[urlPath("v1", t.config.Name)] = object{"get": inspectOperation()}
	paths[urlPath("v1", t.config.Name, "futures")+"/{future}"] = withParameters(futureOperations(), pathParameter("future"))
	w.Header().Set("Cache-Control", "no-store")
	return g.writeJSON(w, r, http.StatusOK, g.document(t.config.Name, t.config.Description, paths))
}

// document returns an OpenAPI document of some paths.
func (g *Gateway) document(title, description string, paths object) object {
	components := object{"schemas": schemas(), "responses": object{"Problem": problemResponse()}}
	d := object{
		"openapi": "3.1.0",
		"info":    object{"title": title, "description": description, "version": "1"},
		"servers": []object{{"url": "/"}},
		"paths":   paths,
	}
	if len(g.tokens) > 0 {
		components["securitySchemes"] = object{"bearer": object{"type": "http", "scheme": "bearer"}}
		d["security"] = []object{{"bearer": []string{}}}
	}
	d["components"] = components
	return d
}

// genericPaths are the routes with targets and members as parameters.
func genericPaths() object {
	target, attribute := pathParameter("target"), pathParameter("attribute")
	return object{
		"/v1":                                 object{"get": listOperation()},
		"/v1/{target}":                        withParameters(object{"get": inspectOperation()}, target),
		"/v1/{target}/attributes/{attribute}": withParameters(attributeOperations(goagent.MemberInfo{}), target, attribute),
		"/v1/{target}/attributes/{attribute}/items/{key}": withParameters(itemOperations(), target, attribute, keyParameter()),
		"/v1/{target}/methods/{method}":                   withParameters(object{"post": methodOperation(goagent.MemberInfo{}, "target")}, target, pathParameter("method")),
		"/v1/{target}/futures/{future}":                   withParameters(futureOperations(), target, pathParameter("future")),
		"/v1/{target}/signals/{signal}":                   withParameters(object{"get": signalOperation()}, target, pathParameter("signal")),
		"/healthz":                                        object{"get": object{"operationId": "health", "summary": "Report that the gateway runs", "security": []object{}, "responses": responses(ok("The gateway runs", object{"type": "object"}))}},
	}
}

// addMember adds the paths of a member of a target.
func addMember(paths object, t *target, m goagent.MemberInfo) {
	path := urlPath("v1", t.config.Name, plurals[m.Kind], m.Name)
	switch m.Kind {
	case goagent.KindSignal:
		paths[path] = object{"get": named(signalOperation(), "watch", m)}
	case goagent.KindMethod:
		if !t.config.ReadOnly {
			paths[path] = object{"post": named(methodOperation(m), "call", m)}
		}
	default:
		operations := attributeOperations(m)
		if t.config.ReadOnly {
			delete(operations, "put")
		}
		for verb, operation := range operations {
			if o, ok := operation.(object); ok {
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
				if o, ok := operation.(object); ok {
					named(o, verb+"Item", m)
				}
			}
			paths[path+"/items/{key}"] = withParameters(items, keyParameter())
		}
	}
}

// named gives an operation of a member its id and what is known about it.
func named(operation object, verb string, m goagent.MemberInfo) object {
	operation["operationId"] = verb + "." + m.Name
	operation["tags"] = []string{string(m.Kind)}
	if m.Doc != "" {
		operation["description"] = m.Doc
	}
	return operation
}

func withParameters(operations object, parameters ...object) object {
	operations["parameters"] = parameters
	return operations
}

func pathParameter(name string) object {
	return object{"name": name, "in": "path", "required": true, "schema": object{"type": "string", "minLength": 1}}
}

func keyParameter() object {
	p := pathParameter("key")
	p["description"] = "Tagged JSON where it is JSON, else a str."
	return p
}

func modeParameter() object {
	return object{"name": "mode", "in": "query", "schema": object{"type": "string", "enum": []string{"tagged", "plain"}}}
}

func insistParameter() object {
	return object{
		"name": "insist", "in": "query", "schema": object{"type": "string", "enum": []string{"0", "1"}},
		"description": "1 asks an original for a value that it may be unable to send; then it never answers again.",
	}
}

func waitParameter() object {
	return object{
		"name": "wait", "in": "query", "description": "How long to wait for a future, such as 10s.",
		"schema": object{"type": "string", "pattern": waitPattern},
	}
}
