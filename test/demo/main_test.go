package main

import (
	"strings"
	"testing"
	"time"
)

const (
	// goodServer ends when its standard input does, as servers must.
	goodServer = `echo '{"rep_endpoint": "here", "pub_endpoint": "there"}'; exec cat`
	goodClient = `cat <<'END'` + "\n" + transcript + "END"
)

func sh(script string) program {
	return program{"sh", []string{"sh", "-c", script}}
}

func TestPlay(t *testing.T) {
	for name, row := range map[string]struct {
		server, client string
		want           string // in the error; none when empty
	}{
		"as in the manual":     {goodServer, goodClient, ""},
		"a line more":          {goodServer, goodClient + "\necho more", "the transcript differs"},
		"nothing printed":      {goodServer, "true", "the transcript differs"},
		"client fails":         {goodServer, "echo lost >&2; exit 3", "exit status 3\nlost"},
		"endpoint as argument": {goodServer, `echo "$0"; test "$0" = here && ` + goodClient, "the transcript differs"},
		"server fails":         {"echo no port >&2; exit 4", goodClient, "no port"},
		"server not ready":     {"echo hello; exec cat", goodClient, `printed "hello\n"`},
		"server ends badly":    {strings.Replace(goodServer, "exec cat", "cat; echo oops >&2; exit 5", 1), goodClient, "exit status 5\noops"},
	} {
		t.Run(name, func(t *testing.T) {
			err := play{client: sh(row.client), server: sh(row.server)}.run(t.Context(), defaultLimits)
			switch {
			case row.want == "" && err != nil:
				t.Error(err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
				t.Errorf("got %v, want an error with %q", err, row.want)
			}
		})
	}
}

func TestPlayEndsWhatHangs(t *testing.T) {
	short := limits{start: 200 * time.Millisecond, play: 200 * time.Millisecond, end: 200 * time.Millisecond}
	const forever = `exec sleep 60`
	for name, row := range map[string]struct{ server, client, want string }{
		"server never ready": {forever, goodClient, "was not ready within 200ms"},
		"client hangs":       {goodServer, forever, "took more than 200ms"},
		"server stays":       {strings.Replace(goodServer, "exec cat", forever, 1), goodClient, "did not end well"},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			err := play{client: sh(row.client), server: sh(row.server)}.run(t.Context(), short)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want an error with %q", err, row.want)
			}
			if elapsed := time.Since(begin); elapsed > 20*time.Second {
				t.Errorf("took %s", elapsed)
			}
		})
	}
}
