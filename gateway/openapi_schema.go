package gateway

// typeSchema is the schema of the values of a Python type as tagged JSON.
func typeSchema(python string) node {
	switch python {
	case "bool", "int", "str", "list", "float":
		return node{"allOf": []node{ref("Value")}, "description": "A Python " + python}
	}
	return ref("Value")
}

// schemas are the schemas that the operations refer to. The schema of values is wide: a 400 reports
// a tag that does not hold what it must.
func schemas() node {
	text := node{"type": "string"}
	return node{
		"Value": node{
			"description": "A Python value as tagged JSON; an object with a key that begins with $ is a tag.",
			"anyOf": []node{
				{"type": []string{"null", "boolean", "number", "string"}},
				{"type": "array", "items": ref("Value")},
				{"type": "object", "propertyNames": node{"pattern": "^([^$]|$)"}, "additionalProperties": ref("Value")},
				ref("Tagged"),
			},
		},
		"Tagged": node{
			"description": "A value that JSON lacks, under its tag.", "type": "object", "minProperties": 1, "maxProperties": 2,
			"patternProperties": node{"^[$][a-z]+$": node{}}, "properties": node{"value": node{}}, "additionalProperties": false,
			"examples": []node{{"$tuple": []int{1, 2}}, {"$bytes": "aGVsbG8="}},
		},
		"Target": node{
			"type": "object", "required": []string{"name", "href", "state"},
			"properties": node{
				"name": text, "href": text, "description": text, "reason": text, "read_only": node{"type": "boolean"},
				"state":   node{"type": "string", "enum": []State{Idle, Connecting, Connected, Down}},
				"members": node{"type": "array", "items": ref("Member")},
			},
		},
		"Member": node{
			"type": "object", "required": []string{"name", "kind", "href"},
			"properties": node{
				"name": text, "href": text, "doc": text, "type": text, "items": node{"type": "boolean"}, "read_only": node{"type": "boolean"},
				"kind": node{"type": "string", "enum": []string{"attribute", "method", "signal"}}, "known_params": node{"type": "boolean"},
				"params": node{"type": "array", "items": node{"type": "object", "required": []string{"name", "kind"}}},
			},
		},
		"Future": node{
			"type": "object", "required": []string{"id", "href", "state"},
			"properties": node{
				"id": text, "href": text, "state": node{"type": "string", "enum": []string{statePending, stateDone, stateFailed}},
				"result": ref("Value"), "error": ref("Problem"),
			},
		},
		"Problem": node{
			"type": "object", "required": []string{"type", "title", "status", "origin"},
			"properties": node{
				"type": text, "title": text, "status": node{"type": "integer"}, "detail": text, "repr": text,
				"origin": node{"type": "string", "enum": []string{originClient, originTarget, originGateway}},
				"exception": node{
					"type": "object", "required": []string{"class", "module", "message", "args", "traceback"},
					"properties": node{
						"class": text, "module": text, "message": text, "args": node{"type": "array", "items": ref("Value")},
						"traceback": node{"type": "array", "items": text},
					},
				},
			},
		},
	}
}
