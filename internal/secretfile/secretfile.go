// Package secretfile reads files that hold a key or a token, and says when others may read them
// too.
package secretfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
)

// ErrEmpty is what Read returns for a file without a secret in it.
var ErrEmpty = errors.New("the file is empty")

// readableByOthers are the permissions of a file's group and of everybody to read it, and to write
// another secret into it.
const readableByOthers = 0o066

// Read returns the content of a file without a line end at its end. It fails with the error of
// os.ReadFile, or with ErrEmpty.
func Read(path string) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, err
	}
	data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	if len(data) == 0 {
		return nil, ErrEmpty
	}
	return data, nil
}

// Exposed returns a warning when others than its owner may read or change a file, and what to do
// about it. It returns nothing for a file that is for its owner alone, and where permissions say
// nothing: for pipes and devices, and on Windows.
func Exposed(path string) string {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&readableByOthers == 0 || runtime.GOOS == "windows" {
		return ""
	}
	return fmt.Sprintf("others may read %s, which holds a secret (its permissions are %04o): run chmod 600 %s", path, info.Mode().Perm(), path)
}
