// Package cases holds the conformance suite's cases, axes and list of known failures as files.
// README.md tells how they are written, schema.json what they may hold.
package cases

import "embed"

// Files are the files of this folder.
//
//go:embed *.yaml schema.json
var Files embed.FS
