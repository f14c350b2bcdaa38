package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestZonesAreBuiltIn holds that the tool has the database of time zones, which a machine may be
// without.
func TestZonesAreBuiltIn(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "\ntime/tzdata\n") {
		t.Error("time/tzdata is no dependency")
	}
}
