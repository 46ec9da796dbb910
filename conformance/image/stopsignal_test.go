package image

import "testing"

func TestReadsStopSignalsAsEnginesDo(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "SIGTERM": "SIGTERM", "term": "SIGTERM", "15": "SIGTERM", "SIGKILL": "SIGKILL", "SIGPOLL": "SIGIO",
		"SIGRTMIN": "34", "RTMIN+3": "37", "SIGRTMAX-1": "63", "rtmax": "64", "37": "37",
	} {
		if got, err := StopSignal(text); got != want || err != nil {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestRefusesWhatIsNoSignal(t *testing.T) {
	for _, text := range []string{"0", "-1", "65", "SIG", "SIGNOTHING", "RTMIN-1", "RTMAX+1", "RTMIN+31", "RTMIN+x", "RTMIN3", "TERM ", "SIGSIGTERM"} {
		if got, err := StopSignal(text); err == nil {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}
