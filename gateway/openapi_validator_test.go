//go:build openapi

// These tests are run by `make test-gateway`: the validator takes long to compile.
package gateway_test

import (
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

// TestOpenAPIValidator has a validator look at the documents of the gateway and of a target of each
// kind.
func TestOpenAPIValidator(t *testing.T) {
	withPeers(t, func(t *testing.T, endpoint string, _ bool) {
		c := start(t, config(endpoint))
		for _, path := range []string{"/openapi.json", "/v1/robot/openapi.json"} {
			document, err := libopenapi.NewDocument([]byte(c.do("GET", path, "").body))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			v, errs := validator.NewValidator(document)
			if len(errs) > 0 {
				t.Fatalf("%s: %v", path, errs)
			}
			if ok, problems := v.ValidateDocument(); !ok {
				for _, p := range problems {
					t.Errorf("%s: %s: %s %v", path, p.Message, p.Reason, p.SchemaValidationErrors)
				}
			}
		}
	})
}
