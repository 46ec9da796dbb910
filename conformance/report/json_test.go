package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

func TestJSONIsReadBackAsItWas(t *testing.T) {
	want := fixture()
	var text bytes.Buffer
	if err := want.JSON(&text); err != nil {
		t.Fatal(err)
	}
	var got report.Report
	if err := json.Unmarshal(text.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	// JSON holds no invalid UTF-8.
	burst := result(&want.Subjects[0], "REAP-BURST")
	burst.Seen = string([]rune(burst.Seen))
	burst.Evidence[1].Text = string([]rune(burst.Evidence[1].Text))
	want.Subjects[2].Results = []report.Result{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back:\n%+v\nwant:\n%+v", got, want)
	}
}

func TestJSONIsTheSameEveryTime(t *testing.T) {
	var one, other bytes.Buffer
	if err := fixture().JSON(&one); err != nil {
		t.Fatal(err)
	}
	if err := fixture().JSON(&other); err != nil {
		t.Fatal(err)
	}
	if one.String() != other.String() {
		t.Error("two reports of the same findings differ")
	}
}

func TestJSONHasNoNullList(t *testing.T) {
	var text bytes.Buffer
	if err := (report.Report{}).JSON(&text); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "null") {
		t.Error(text.String())
	}
}

func TestJSONNamesItsSchema(t *testing.T) {
	var text bytes.Buffer
	if err := fixture().JSON(&text); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text.Bytes(), &got); err != nil || got["$schema"] != report.SchemaURL {
		t.Errorf("$schema is %v, %v; want %s", got["$schema"], err, report.SchemaURL)
	}
}

type definition struct {
	Required   []string
	Properties map[string]struct {
		Type  string
		Ref   string `json:"$ref"`
		Const any
		Enum  []string
		Items struct {
			Ref string `json:"$ref"`
		}
	}
}

func TestSchemaDescribesTheReport(t *testing.T) {
	var schema struct {
		ID   string                `json:"$id"`
		Defs map[string]definition `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(report.JSONSchema), &schema); err != nil {
		t.Fatal(err)
	}
	if schema.ID != report.SchemaURL {
		t.Errorf("$id is %q, and reports refer to %q", schema.ID, report.SchemaURL)
	}
	types := []any{report.Report{}, report.Engine{}, report.Subject{}, report.Result{}, report.Evidence{}, requirement.Requirement{}}
	if len(schema.Defs) != len(types) {
		t.Errorf("the schema has %d definitions for %d types", len(schema.Defs), len(types))
	}
	for _, value := range types {
		compare(t, reflect.TypeOf(value), schema.Defs[reflect.TypeOf(value).Name()])
	}
	if got := schema.Defs["Report"].Properties["schema"].Const; got != float64(report.Schema) {
		t.Errorf("the schema is of version %v, and reports of %d", got, report.Schema)
	}
	for property, want := range map[string][]string{
		"verdict": {"conformant", "not conformant", "partial", "could not test"},
		"status":  {"pass", "fail", "not supported", "not testable here", "filtered", "error"},
	} {
		owner := map[string]string{"verdict": "Subject", "status": "Result"}[property]
		if got := schema.Defs[owner].Properties[property].Enum; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", property, got, want)
		}
	}
}

func compare(t *testing.T, fields reflect.Type, schema definition) {
	t.Helper()
	delete(schema.Properties, "$schema") // names the schema itself
	if len(schema.Properties) != fields.NumField() {
		t.Errorf("%s: %d properties for %d fields", fields.Name(), len(schema.Properties), fields.NumField())
	}
	for i := range fields.NumField() {
		field := fields.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		property, exists := schema.Properties[name]
		if !exists {
			t.Errorf("%s: no property %q", fields.Name(), name)
		}
		if required := slices.Contains(schema.Required, name); required == (options == "omitempty") {
			t.Errorf("%s.%s: required is %v", fields.Name(), name, required)
		}
		ref, kind := "", ""
		switch field.Type.Kind() {
		case reflect.Slice:
			ref, kind = property.Items.Ref, "array"
			field.Type = field.Type.Elem()
		case reflect.Struct:
			ref = property.Ref
		case reflect.Bool:
			kind = "boolean"
		case reflect.Int, reflect.Int64:
			kind = "integer"
		case reflect.String:
			kind = "string"
		}
		if field.Type.String() == "time.Time" {
			ref, kind = "", "string"
		} else if field.Type.Kind() == reflect.Struct && ref != "#/$defs/"+field.Type.Name() {
			t.Errorf("%s.%s: described by %q", fields.Name(), name, ref)
		}
		if property.Enum == nil && property.Const == nil && property.Type != kind {
			t.Errorf("%s.%s: type %q, want %q", fields.Name(), name, property.Type, kind)
		}
	}
}
