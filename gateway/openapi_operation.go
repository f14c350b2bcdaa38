package gateway

import (
	"encoding/json"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent/object"
)

func ref(schema string) node { return node{"$ref": "#/components/schemas/" + schema} }

// answer is a response of an operation.
type answer struct {
	status string
	body   node
}

func ok(description string, schema node) answer {
	return answer{"200", node{"description": description, "content": node{jsonType: node{"schema": schema}}}}
}

// responses are the given ones; every other status is a problem.
func responses(answers ...answer) node {
	all := node{"default": node{"$ref": "#/components/responses/Problem"}}
	for _, a := range answers {
		all[a.status] = a.body
	}
	return all
}

func done() answer { return answer{"204", node{"description": "Done"}} }

func body(schema node, required bool) node {
	return node{"required": required, "content": node{jsonType: node{"schema": schema}}}
}

func listOperation() node {
	list := node{"type": "object", "required": []string{"targets"}, "properties": node{"targets": node{"type": "array", "items": ref("Target")}}}
	return node{"operationId": "list", "summary": "List the targets", "responses": responses(ok("The targets", list))}
}

func inspectOperation() node {
	return node{"operationId": "inspect", "summary": "List the members of the target's object", "responses": responses(ok("The target", ref("Target")))}
}

func valueSchema(value node) node {
	return node{"type": "object", "required": []string{keyValue}, "properties": node{keyValue: value}, "additionalProperties": false}
}

func attributeOperations(m object.MemberInfo) node {
	operations := node{"get": node{
		"operationId": "getAttribute", "summary": "Read the attribute", "parameters": []node{modeParameter(), insistParameter()},
		"responses": responses(ok("The value", valueSchema(ref("Value")))),
	}}
	if !m.ReadOnly {
		operations["put"] = node{
			"operationId": "setAttribute", "summary": "Set the attribute", "requestBody": body(valueSchema(typeSchema(m.Type)), true),
			"responses": responses(done()),
		}
	}
	return operations
}

func itemOperations() node {
	return node{
		"get": node{
			"operationId": "getItem", "summary": "Read the item", "parameters": []node{modeParameter(), insistParameter()},
			"responses": responses(ok("The value", valueSchema(ref("Value")))),
		},
		"put": node{
			"operationId": "setItem", "summary": "Set the item", "requestBody": body(valueSchema(ref("Value")), true), "responses": responses(done()),
		},
		"delete": node{"operationId": "deleteItem", "summary": "Delete the item", "responses": responses(done())},
	}
}

func methodOperation(m object.MemberInfo, inherited ...string) node {
	result := node{"type": "object", "required": []string{keyResult}, "properties": node{keyResult: ref("Value")}, "additionalProperties": false}
	accepted := answer{"202", node{
		"description": "The method goes on; its outcome will be at Location",
		"headers":     node{"Location": node{"schema": node{"type": "string"}}},
		"content":     node{jsonType: node{"schema": ref("Future")}},
		"links": node{
			"outcome": futureLink("getFuture", "The future", inherited),
			"forget":  futureLink("deleteFuture", "Forget the future", inherited),
		},
	}}
	return node{
		"operationId": "callMethod", "summary": "Call the method", "parameters": []node{modeParameter(), waitParameter()},
		"requestBody": body(callSchema(m), false), "responses": responses(ok("The result", result), accepted),
	}
}

// futureLink leads from the answer of a call to an operation of its future, which has some
// parameters of the call's path.
func futureLink(operation, description string, inherited []string) node {
	parameters := node{"future": "$response.body#/id"}
	for _, name := range inherited {
		parameters[name] = "$request.path." + name
	}
	return node{"operationId": operation, "description": description, "parameters": parameters}
}

// callSchema is the body of a call, as precise as the parameters are known.
func callSchema(m object.MemberInfo) node {
	args := node{"type": "array", "items": ref("Value")}
	kwargs := node{"type": "object", "propertyNames": node{"pattern": "^[^$]"}, "additionalProperties": ref("Value")}
	if m.HasParams {
		prefix, named, variadic, keywords := []node{}, node{}, false, false
		for _, p := range m.Params {
			schema := typeSchema(p.Type)
			if p.HasDefault {
				if text, err := tagged.Encode(p.Default); err == nil {
					schema = node{"allOf": []node{schema}, "default": json.RawMessage(text)}
				}
			}
			switch {
			case p.Variadic:
				variadic = true
				args["items"] = schema
			case p.Keywords:
				keywords = true
			default:
				if !p.KeywordOnly {
					prefix = append(prefix, schema)
				}
				if !p.PositionOnly {
					named[p.Name] = schema
				}
			}
		}
		if len(prefix) > 0 {
			args["prefixItems"] = prefix
		}
		if !variadic {
			delete(args, "items")
			args["maxItems"] = len(prefix)
		}
		kwargs["properties"] = named
		if !keywords {
			kwargs["additionalProperties"] = false
		}
	}
	return node{"type": "object", "properties": node{keyArgs: args, keyKwargs: kwargs}, "additionalProperties": false}
}

func futureOperations() node {
	return node{
		"get": node{
			"operationId": "getFuture", "summary": "Report the state of the future", "parameters": []node{modeParameter(), waitParameter()},
			"responses": responses(ok("The future", ref("Future"))),
		},
		"delete": node{"operationId": "deleteFuture", "summary": "Forget the future, and cancel it where the target can", "responses": responses(done())},
	}
}

func signalOperation() node {
	last := node{"name": "Last-Event-ID", "in": "header", "schema": node{"type": "string", "pattern": "^[0-9]{1,18}$"}}
	return node{
		"operationId": "watchSignal", "summary": "Stream the signal, as server-sent events or over a WebSocket",
		"parameters": []node{modeParameter(), last},
		"responses": responses(answer{"200", node{
			"description": "The emissions", "content": node{"text/event-stream": node{"schema": node{"type": "string"}}},
		}}),
	}
}

func problemResponse() node {
	return node{"description": "What went wrong (RFC 9457)", "content": node{problemContentType: node{"schema": ref("Problem")}}}
}
