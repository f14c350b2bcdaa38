package gateway

import (
	"encoding/json"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/goagent"
)

func ref(schema string) object { return object{"$ref": "#/components/schemas/" + schema} }

// answer is a response of an operation.
type answer struct {
	status string
	body   object
}

func ok(description string, schema object) answer {
	return answer{"200", object{"description": description, "content": object{jsonType: object{"schema": schema}}}}
}

// responses are the given ones; every other status is a problem.
func responses(answers ...answer) object {
	all := object{"default": object{"$ref": "#/components/responses/Problem"}}
	for _, a := range answers {
		all[a.status] = a.body
	}
	return all
}

func done() answer { return answer{"204", object{"description": "Done"}} }

func body(schema object, required bool) object {
	return object{"required": required, "content": object{jsonType: object{"schema": schema}}}
}

func listOperation() object {
	list := object{"type": "object", "required": []string{"targets"}, "properties": object{"targets": object{"type": "array", "items": ref("Target")}}}
	return object{"operationId": "list", "summary": "List the targets", "responses": responses(ok("The targets", list))}
}

func inspectOperation() object {
	return object{"operationId": "inspect", "summary": "List the members of the target's object", "responses": responses(ok("The target", ref("Target")))}
}

func valueSchema(value object) object {
	return object{"type": "object", "required": []string{keyValue}, "properties": object{keyValue: value}, "additionalProperties": false}
}

func attributeOperations(m goagent.MemberInfo) object {
	operations := object{"get": object{
		"operationId": "getAttribute", "summary": "Read the attribute", "parameters": []object{modeParameter(), insistParameter()},
		"responses": responses(ok("The value", valueSchema(ref("Value")))),
	}}
	if !m.ReadOnly {
		operations["put"] = object{
			"operationId": "setAttribute", "summary": "Set the attribute", "requestBody": body(valueSchema(typeSchema(m.Type)), true),
			"responses": responses(done()),
		}
	}
	return operations
}

func itemOperations() object {
	return object{
		"get": object{
			"operationId": "getItem", "summary": "Read the item", "parameters": []object{modeParameter(), insistParameter()},
			"responses": responses(ok("The value", valueSchema(ref("Value")))),
		},
		"put": object{
			"operationId": "setItem", "summary": "Set the item", "requestBody": body(valueSchema(ref("Value")), true), "responses": responses(done()),
		},
		"delete": object{"operationId": "deleteItem", "summary": "Delete the item", "responses": responses(done())},
	}
}

func methodOperation(m goagent.MemberInfo, inherited ...string) object {
	result := object{"type": "object", "required": []string{keyResult}, "properties": object{keyResult: ref("Value")}, "additionalProperties": false}
	accepted := answer{"202", object{
		"description": "The method goes on; its outcome will be at Location",
		"headers":     object{"Location": object{"schema": object{"type": "string"}}},
		"content":     object{jsonType: object{"schema": ref("Future")}},
		"links": object{
			"outcome": futureLink("getFuture", "The future", inherited),
			"forget":  futureLink("deleteFuture", "Forget the future", inherited),
		},
	}}
	return object{
		"operationId": "callMethod", "summary": "Call the method", "parameters": []object{modeParameter(), waitParameter()},
		"requestBody": body(callSchema(m), false), "responses": responses(ok("The result", result), accepted),
	}
}

// futureLink leads from the answer of a call to an operation of its future, which has some
// parameters of the call's path.
func futureLink(operation, description string, inherited []string) object {
	parameters := object{"future": "$response.body#/id"}
	for _, name := range inherited {
		parameters[name] = "$request.path." + name
	}
	return object{"operationId": operation, "description": description, "parameters": parameters}
}

// callSchema is the body of a call, as precise as the parameters are known.
func callSchema(m goagent.MemberInfo) object {
	args := object{"type": "array", "items": ref("Value")}
	kwargs := object{"type": "object", "propertyNames": object{"pattern": "^[^$]"}, "additionalProperties": ref("Value")}
	if m.HasParams {
		prefix, named, variadic, keywords := []object{}, object{}, false, false
		for _, p := range m.Params {
			schema := typeSchema(p.Type)
			if p.HasDefault {
				if text, err := tagged.Encode(p.Default); err == nil {
					schema = object{"allOf": []object{schema}, "default": json.RawMessage(text)}
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
	return object{"type": "object", "properties": object{keyArgs: args, keyKwargs: kwargs}, "additionalProperties": false}
}

func futureOperations() object {
	return object{
		"get": object{
			"operationId": "getFuture", "summary": "Report the state of the future", "parameters": []object{modeParameter(), waitParameter()},
			"responses": responses(ok("The future", ref("Future"))),
		},
		"delete": object{"operationId": "deleteFuture", "summary": "Forget the future, and cancel it where the target can", "responses": responses(done())},
	}
}

func signalOperation() object {
	last := object{"name": "Last-Event-ID", "in": "header", "schema": object{"type": "string", "pattern": "^[0-9]{1,18}$"}}
	return object{
		"operationId": "watchSignal", "summary": "Stream the signal, as server-sent events or over a WebSocket",
		"parameters": []object{modeParameter(), last},
		"responses": responses(answer{"200", object{
			"description": "The emissions", "content": object{"text/event-stream": object{"schema": object{"type": "string"}}},
		}}),
	}
}

func problemResponse() object {
	return object{"description": "What went wrong (RFC 9457)", "content": object{problemContentType: object{"schema": ref("Problem")}}}
}
