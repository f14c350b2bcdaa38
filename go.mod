module github.com/pizco-go/pizco

go 1.26.0

require github.com/google/uuid v1.6.0

require github.com/pebbe/zmq4 v1.4.0

require (
	go.yaml.in/yaml/v3 v3.0.6
	golang.org/x/text v0.43.0
)

require github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
