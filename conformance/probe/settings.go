package probe

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Settings are what a runtime gives a process, and the process itself can change.
type Settings struct {
	OOMScore int // oom_score_adj: the higher, the sooner it is killed where memory is short

	// Others are the umask and each resource limit by name, as the kernel writes them.
	Others map[string]string
}

// InitSettings returns those of PID 1.
func (*Probe) InitSettings(_ None, settings *Settings) (err error) {
	*settings, err = readSettings("/proc/1/")
	return err
}

// Settings returns those of the probe itself.
func (*Probe) Settings(_ None, settings *Settings) (err error) {
	*settings, err = readSettings("/proc/self/")
	return err
}

func readSettings(directory string) (Settings, error) {
	score, err := os.ReadFile(directory + "oom_score_adj")
	if err != nil {
		return Settings{}, err
	}
	settings := Settings{Others: map[string]string{}}
	if settings.OOMScore, err = strconv.Atoi(strings.TrimSpace(string(score))); err != nil {
		return Settings{}, fmt.Errorf("%soom_score_adj: %w", directory, err)
	}
	status, err := os.ReadFile(directory + "status")
	if err != nil {
		return Settings{}, err
	}
	for line := range strings.Lines(string(status)) {
		if umask, isUmask := strings.CutPrefix(line, "Umask:"); isUmask {
			settings.Others["umask"] = strings.TrimSpace(umask)
		}
	}
	limits, err := os.ReadFile(directory + "limits")
	if err != nil {
		return Settings{}, err
	}
	return settings, settings.addLimits(string(limits))
}

// addLimits reads the table of proc_pid_limits(5), whose columns are at fixed places.
func (s Settings) addLimits(table string) error {
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		const soft, hard, units = 26, 47, 68
		switch {
		case i == 0:
		case len(line) < units:
			return fmt.Errorf("the limits of a process: no such line is known: %q", line)
		default:
			name := strings.TrimSpace(line[:soft])
			s.Others["soft: "+name] = strings.TrimSpace(line[soft:hard])
			s.Others["hard: "+name] = strings.TrimSpace(line[hard:units])
		}
	}
	// The runtime of Go has raised the probe's own.
	delete(s.Others, "soft: Max open files")
	return nil
}
