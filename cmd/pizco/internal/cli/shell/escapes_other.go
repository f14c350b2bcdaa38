//go:build !windows

package shell

import "os"

// enableEscapes does nothing: terminals obey escape sequences.
func enableEscapes(*os.File) {}
