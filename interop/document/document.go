// Package document puts the results of a run into a document in Markdown.
//
// A document marks the place of the results of a run, such as of `make corpus`, with two lines:
//
//	<!-- corpus: written by make corpus -->
//	<!-- /corpus -->
package document

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
)

// Replace returns a document with text between the marks of a name, in the place of what stood
// there. It fails when the document does not have both marks, in this order.
func Replace(document []byte, name, text string) ([]byte, error) {
	begin := regexp.MustCompile(`(?m)^<!-- ` + regexp.QuoteMeta(name) + `: written by .* -->\n`).FindIndex(document)
	if begin == nil {
		return nil, fmt.Errorf("pizco/interop/document: no line <!-- %s: written by ... -->", name)
	}
	end := bytes.Index(document[begin[1]:], []byte("<!-- /"+name+" -->\n"))
	if end < 0 {
		return nil, fmt.Errorf("pizco/interop/document: no line <!-- /%s --> after the one that begins", name)
	}
	var b bytes.Buffer
	b.Write(document[:begin[1]])
	b.WriteString(text)
	b.Write(document[begin[1]+end:])
	return b.Bytes(), nil
}

// Update does the same with a file. The file stays as it is when there is an error.
func Update(path, name, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	updated, err := Replace(old, name, text)
	if err != nil {
		return fmt.Errorf("%w in %s", err, path)
	}
	return os.WriteFile(path, updated, 0o644)
}
