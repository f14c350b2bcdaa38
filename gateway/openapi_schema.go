package gateway

// typeSchema is the schema of the values of a Python type as tagged JSON.
func typeSchema(python string) object {
	switch python {
	case "bool", "int", "str", "list", "float":
		return object{"allOf": []object{ref("Value")}, "description": "A Python " + python}
	}
	return ref("Value")
}

// schemas are the schemas that the operations refer to. The schema of values is wide: a 400 reports
// a tag that does not hold what it must.
func schemas() object {
	text := object{"type": "string"}
	return object{
		"Value": object{
			"description": "A Python value as tagged JSON; an object with a key that begins with $ is a tag.",
			"anyOf": []object{
				{"type": []string{"null", "boolean", "number", "string"}},
				{"type": "array", "items": ref("Value")},
				{"type": "object", "propertyNames": object{"pattern": "^([^$]|$)"}, "additionalProperties": ref("Value")},
				ref("Tagged"),
			},
		},
		"Tagged": object{
			"description": "A value that JSON lacks, under its tag.", "type": "object", "minProperties": 1, "maxProperties": 2,
			"patternProperties": object{"^[$][a-z]+$": object{}}, "properties": object{"value": object{}}, "additionalProperties": false,
			"examples": []object{{"$tuple": []int{1, 2}}, {"$bytes": "aGVsbG8="}},
		},
		"Target": object{
			"type": "object", "required": []string{"name", "href", "state"},
			"properties": object{
				"name": text, "href": text, "description": text, "reason": text, "read_only": object{"type": "boolean"},
				"state":   object{"type": "string", "enum": []State{Idle, Connecting, Connected, Down}},
				"members": object{"type": "array", "items": ref("Member")},
			},
		},
		"Member": object{
			"type": "object", "required": []string{"name", "kind", "href"},
			"properties": object{
				"name": text, "href": text, "doc": text, "type": text, "items": object{"type": "boolean"}, "read_only": object{"type": "boolean"},
				"kind": object{"type": "string", "enum": []string{"attribute", "method", "signal"}}, "known_params": object{"type": "boolean"},
				"params": object{"type": "array", "items": object{"type": "object", "required": []string{"name", "kind"}}},
			},
		},
		"Future": object{
			"type": "object", "required": []string{"id", "href", "state"},
			"properties": object{
				"id": text, "href": text, "state": object{"type": "string", "enum": []string{statePending, stateDone, stateFailed}},
				"result": ref("Value"), "error": ref("Problem"),
			},
		},
		"Problem": object{
			"type": "object", "required": []string{"type", "title", "status", "origin"},
			"properties": object{
				"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "repr": text,
				"origin": object{"type": "string", "enum": []string{originClient, originTarget, originGateway}},
				"exception": object{
					"type": "object", "required": []string{"class", "module", "message", "args", "traceback"},
					"properties": object{
						"class": text, "module": text, "message": text, "args": object{"type": "array", "items": ref("Value")},
						"traceback": object{"type": "array", "items": text},
					},
				},
			},
		},
	}
}
