package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
)

func (t *tool) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program and its transport",
		Example: `$ pizco version
pizco ... (go...)`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return t.printf("pizco %s (%s, %s/%s, transport %s)\n",
				version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, goagent.Transport)
		},
	}
}

// version returns the version of the module that the program was built from: a release, or
// the commit of a working copy.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}
