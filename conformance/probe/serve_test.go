package probe

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"reflect"
	"testing"
)

func TestServeAnswersAsJSONRPC(t *testing.T) {
	here, there := net.Pipe()
	end := make(chan error)
	go func() { end <- serve(there) }()
	hostname, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(here)
	for _, test := range []struct{ call, want string }{
		{`{"id":7,"method":"Probe.Hostname","params":[{}]}`, `{"id":7,"result":"` + hostname + `","error":null}`},
		{`{"id":8,"method":"Probe.SelfTest","params":[{}]}`, `{"id":8,"result":{},"error":null}`},
		{`{"id":9,"method":"Probe.Namespace","params":["x"]}`, `{"id":9,"result":null,"error":"readlink /proc/self/ns/x: no such file or directory"}`},
		{`{"id":10,"method":"Probe.Nothing","params":[{}]}`, `{"id":10,"result":null,"error":"the probe has no method \"Probe.Nothing\""}`},
		{`{"id":11,"method":"Probe.Listen","params":["x"]}`, `{"id":11,"result":null,"error":"argument of Probe.Listen: json: cannot unmarshal string into Go value of type int"}`},
	} {
		if _, err := io.WriteString(here, test.call); err != nil {
			t.Fatal(err)
		}
		var got json.RawMessage
		if err := answers.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if string(got) != test.want {
			t.Errorf("%s: %s, want %s", test.call, got, test.want)
		}
	}
	here.Close()
	if err := <-end; err != nil {
		t.Errorf("serve: %v at the end of the stream", err)
	}
}

type empty struct{}

func (empty) List(_ None, _ *[]string) error      { return nil }
func (empty) Map(_ None, _ *map[int]string) error { return nil }

// net/rpc/jsonrpc takes a result of null for an error.
func TestResultWithoutEntriesIsNotNull(t *testing.T) {
	for method, want := range map[string]string{"List": "[]", "Map": "{}"} {
		result, err := call(reflect.ValueOf(empty{}), request{Method: method, Params: [1]json.RawMessage{json.RawMessage("{}")}})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(result); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", method, got, err, want)
		}
	}
}
