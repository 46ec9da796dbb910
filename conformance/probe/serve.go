package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
)

// request and response are those of net/rpc/jsonrpc.
type request struct {
	ID     uint64             `json:"id"`
	Method string             `json:"method"`
	Params [1]json.RawMessage `json:"params"`
}

type response struct {
	ID     uint64  `json:"id"`
	Result any     `json:"result"`
	Error  *string `json:"error"`
}

// serve answers net/rpc/jsonrpc, each call beside the others, until the stream ends. It does
// without net/rpc, which would make every start of a probe start net/http as well.
func serve(stream io.ReadWriter) error {
	var (
		probe   = reflect.ValueOf(new(Probe))
		decoder = json.NewDecoder(stream)
		encoder = json.NewEncoder(stream)
		output  sync.Mutex
	)
	for {
		var next request
		if err := decoder.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a call: %w", err)
		}
		go func() {
			answer := response{ID: next.ID}
			result, err := call(probe, next)
			if err != nil {
				text := err.Error()
				answer.Error = &text
			} else {
				answer.Result = result
			}
			output.Lock()
			defer output.Unlock()
			_ = encoder.Encode(answer) // whoever has gone needs no answer
		}()
	}
}

// call calls the method, which has the form that package rpc describes.
func call(probe reflect.Value, next request) (result any, err error) {
	method := probe.MethodByName(strings.TrimPrefix(next.Method, "Probe."))
	if !method.IsValid() {
		return nil, fmt.Errorf("the probe has no method %q", next.Method)
	}
	argument, pointer := reflect.New(method.Type().In(0)), reflect.New(method.Type().In(1).Elem())
	// The client takes null for an error.
	switch pointer.Elem().Kind() {
	case reflect.Slice:
		pointer.Elem().Set(reflect.MakeSlice(pointer.Elem().Type(), 0, 0))
	case reflect.Map:
		pointer.Elem().Set(reflect.MakeMap(pointer.Elem().Type()))
	}
	if err := json.Unmarshal(next.Params[0], argument.Interface()); err != nil {
		return nil, fmt.Errorf("argument of %s: %w", next.Method, err)
	}
	if err, failed := method.Call([]reflect.Value{argument.Elem(), pointer})[0].Interface().(error); failed {
		return nil, err
	}
	return pointer.Interface(), nil
}

type standardStreams struct{}

func (standardStreams) Read(p []byte) (int, error)  { return os.Stdin.Read(p) }
func (standardStreams) Write(p []byte) (int, error) { return os.Stdout.Write(p) }
