package mutants

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// engineMutants run the right image. What a kernel does to every process alike, or an
// engine before there is a process, no image can do wrong, and an engine can.
var engineMutants = []Mutant{
	{
		Name: "engine-that-cannot-kill", Why: "a runtime that loses SIGKILL keeps every pod for ever: no program can do that",
		Fails:  fails("SIG-KILL", "NS-LIFETIME", "NS-RESTART", "POD-REPLACED"),
		Engine: losesKill,
	},
	{
		Name: "engine-of-one-host-name", Why: "every pod has the node's host name, as with hostNetwork",
		Fails:  fails("NS-UTS"),
		Engine: sharesNodesUTS,
	},
	{
		Name: "engine-of-one-pid-namespace", Why: "every container of a pod sees and can signal the sandbox, as if all asked for shareProcessNamespace",
		Fails:  fails("POD-PID-NAMESPACES"),
		Engine: sharesPIDsAlways,
	},
}

func losesKill(engine http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/kill") && r.URL.Query().Get("signal") == "9" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		engine.ServeHTTP(w, r)
	})
}

// sharesNodesUTS gives the host's UTS namespace to whoever asks for a host name of
// its own, or for another container's.
func sharesNodesUTS(engine http.Handler) http.Handler {
	return creating(engine, func(config, host map[string]any) {
		if config["Hostname"] != nil || host["UTSMode"] != nil && host["UTSMode"] != "" {
			delete(config, "Hostname")
			host["UTSMode"] = "host"
		}
	})
}

// sharesPIDsAlways gives whoever joins a network namespace the PID namespace as well.
func sharesPIDsAlways(engine http.Handler) http.Handler {
	return creating(engine, func(_, host map[string]any) {
		network, _ := host["NetworkMode"].(string)
		if strings.HasPrefix(network, "container:") && (host["PidMode"] == nil || host["PidMode"] == "") {
			host["PidMode"] = network
		}
	})
}

// creating changes what containers are created with.
func creating(engine http.Handler, change func(config, host map[string]any)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/containers/create") {
			var config map[string]any
			if err := json.NewDecoder(r.Body).Decode(&config); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			change(config, config["HostConfig"].(map[string]any))
			changed, _ := json.Marshal(config)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(changed)), int64(len(changed))
		}
		engine.ServeHTTP(w, r)
	})
}
