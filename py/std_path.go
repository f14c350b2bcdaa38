package py

import "strings"

// pathText spells a path of pathlib, whose arguments are its parts, or in Python 3.13 the texts
// that it was made of.
func pathText(class string, args []any) (string, bool) {
	parts := make([]string, len(args))
	for i, arg := range args {
		part, ok := arg.(string)
		if !ok {
			return "", false
		}
		parts[i] = part
	}
	switch class {
	case "PosixPath", "PurePosixPath", "Path", "PurePath":
		return posixPath(parts), true
	case "WindowsPath", "PureWindowsPath":
		return windowsPath(parts), true
	}
	return "", false
}

// posixPath joins the parts as posixpath.join does, an absolute one replacing those before, and
// takes out what pathlib does: empty parts and single dots. Two leading slashes are not one.
func posixPath(parts []string) string {
	var path string
	for _, part := range parts {
		switch {
		case path == "" || strings.HasPrefix(part, "/"):
			path = part
		case strings.HasSuffix(path, "/"):
			path += part
		default:
			path += "/" + part
		}
	}
	rest := strings.TrimLeft(path, "/")
	root := path[:len(path)-len(rest)]
	if len(root) != 2 {
		root = root[:min(len(root), 1)]
	}
	return normalPath(root, rest, "/")
}

// windowsPath does the same for paths of Windows: slashes become backslashes, a part with a root
// keeps the drive before it, and one with a drive replaces everything. What is shared over a
// network is kept as it is.
func windowsPath(parts []string) string {
	const sep = `\`
	var drive, path string
	for _, part := range parts {
		part = strings.ReplaceAll(part, "/", sep)
		switch {
		case strings.HasPrefix(part, sep+sep):
			drive, path = "", part
		case len(part) >= 2 && part[1] == ':':
			drive, path = part[:2], part[2:]
		case path == "" || strings.HasPrefix(part, sep):
			path = part
		case strings.HasSuffix(path, sep):
			path += part
		default:
			path += sep + part
		}
	}
	if strings.HasPrefix(path, sep+sep) {
		return path
	}
	rest := strings.TrimLeft(path, sep)
	root := drive + path[:min(len(path)-len(rest), 1)]
	return normalPath(root, rest, sep)
}

// normalPath puts a path together without empty parts and single dots; nothing at all is a dot.
func normalPath(root, rest, sep string) string {
	var kept []string
	for part := range strings.SplitSeq(rest, sep) {
		if part != "" && part != "." {
			kept = append(kept, part)
		}
	}
	if path := root + strings.Join(kept, sep); path != "" {
		return path
	}
	return "."
}
