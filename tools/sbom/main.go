// Command sbom writes the bill of materials of a Go binary, in CycloneDX's JSON. It lists the
// modules of the binary, with the versions and checksums that the binary itself states. It also
// lists the shared libraries that the binary is linked to, if there are any.
//
//	go run ./sbom BINARY > FILE
//
// The same binary gives the same file: there is no time and no random number in it.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom BINARY")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(binary string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &cdx.Component{
		BOMRef: info.Main.Path, Type: cdx.ComponentTypeApplication, Name: filepath.Base(info.Path), Version: info.Main.Version,
		PackageURL: "pkg:golang/" + info.Main.Path,
		Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
	}}
	components := []cdx.Component{{
		BOMRef: "go", Type: cdx.ComponentTypePlatform, Name: "go", Version: info.GoVersion, PackageURL: "pkg:golang/std@" + info.GoVersion,
	}}
	for _, m := range info.Deps {
		components = append(components, component(m))
	}
	shared, err := libraries(binary)
	if err != nil {
		return err
	}
	components = append(components, shared...)
	bom.Components = &components
	return cdx.NewBOMEncoder(os.Stdout, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom)
}

func component(m *debug.Module) cdx.Component {
	for m.Replace != nil {
		m = m.Replace
	}
	url := "pkg:golang/" + m.Path + "@" + m.Version
	return cdx.Component{
		BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: m.Path, Version: m.Version, PackageURL: url,
		Properties: &[]cdx.Property{{Name: "go.sum", Value: m.Sum}},
	}
}

// libraries returns the shared libraries that a binary is linked to.
func libraries(binary string) ([]cdx.Component, error) {
	f, err := elf.Open(binary)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	names, err := f.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	var all []cdx.Component
	for _, name := range names {
		all = append(all, cdx.Component{BOMRef: name, Type: cdx.ComponentTypeLibrary, Name: name, Scope: cdx.ScopeRequired})
	}
	return all, nil
}
