package cli_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestStatusPageIsPrivate answers no client that does not know the address, or comes by another
// name.
func TestStatusPageIsPrivate(t *testing.T) {
	server := start(t, "serve", "-g", "--no-browser")
	url := server.Line("Status page at ")
	for _, row := range []struct {
		url, host string
		want      int
	}{
		{url, "", 200},
		{url[:strings.LastIndex(strings.TrimSuffix(url, "/"), "/")+1], "", 404},
		{url, "evil.example", 403},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, row.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if row.host != "" {
			request.Host = row.host
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != row.want {
			t.Errorf("%s as %q: %s, want %d", row.url, row.host, response.Status, row.want)
		}
	}
	if code := server.Interrupt(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}
