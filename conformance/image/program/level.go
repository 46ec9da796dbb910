package program

import (
	"debug/buildinfo"
	"fmt"
	"strconv"
	"strings"
)

// level is what a program says that it needs of its processor.
type level struct {
	source string // where it says so
	name   string // in the words of the source

	// version is the number of an x86-64 or arm level, and of any other
	// architecture 0 for its baseline and more for what is beyond.
	version int
}

// readLevels reads the notes of the compiler and what the Go command has noted.
func readLevels(program *Program, content []byte) []level {
	levels := readNotes(program, content)
	if info, err := buildinfo.Read(withoutEmptySegments(content, program.Header, program.segments)); err == nil {
		for _, setting := range info.Settings {
			if version, known := goVersion(setting.Key, setting.Value); known {
				levels = append(levels, level{"its Go build information", setting.Key + "=" + setting.Value, version})
			}
		}
	}
	return levels
}

// goVersion returns the level of a setting of the Go command, see
// https://go.dev/wiki/MinimumRequirements.
func goVersion(key, value string) (version int, known bool) {
	base, _, options := strings.Cut(value, ",")
	switch key {
	case "GOAMD64":
		version, _ = strconv.Atoi(strings.TrimPrefix(value, "v"))
	case "GOARM":
		version, _ = strconv.Atoi(base)
	case "GOARM64":
		if base != "v8.0" || options {
			version = 1
		}
	case "GOPPC64":
		if value != "power8" {
			version = 1
		}
	case "GORISCV64":
		if value != "rva20u64" {
			version = 1
		}
	default:
		return 0, false
	}
	return version, true
}

// BeyondBaseline says what the program needs that not every processor of its
// platform has. The variant is that of the platform: v2 of amd64 or v7 of arm, and
// of no other architecture.
func (p *Program) BeyondBaseline(variant string) []string {
	baseline := 0
	switch p.Architecture() {
	case "amd64":
		baseline = 1
	case "arm":
		baseline = 7
	case "386":
		baseline = 1
	}
	if version, err := strconv.Atoi(strings.TrimPrefix(variant, "v")); err == nil && baseline > 0 {
		baseline = version
	}
	var beyond []string
	for _, level := range p.levels {
		if level.version > baseline {
			beyond = append(beyond, fmt.Sprintf("%s, by %s", level.name, level.source))
		}
	}
	return beyond
}
