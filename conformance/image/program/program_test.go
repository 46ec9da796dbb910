package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/podsandbox/pause/conformance/image/internal/fixture"
)

var dynamic = fixture.Dynamic{
	Interpreter: "/lib64/ld-linux-x86-64.so.2", Needed: []string{"libm.so.6", "libc.so.6"}, RunPath: "$ORIGIN/../lib::/opt/lib", RPath: "/old/lib",
}

func TestReadsWhatTheDynamicLinkerIsTold(t *testing.T) {
	program, err := Parse(dynamic.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	if program.Interpreter != dynamic.Interpreter || !slices.Equal(program.Needed, dynamic.Needed) ||
		!slices.Equal(program.RunPaths, []string{"$ORIGIN/../lib", "/opt/lib"}) || !slices.Equal(program.RPaths, []string{"/old/lib"}) {
		t.Errorf("read %+v", program)
	}
}

func TestTheRealPauseNeedsNothing(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/arm/v7", "linux/s390x"} {
		program, err := Parse(fixture.Pause(t, platform))
		if err != nil {
			t.Fatal(err)
		}
		if executable, why := program.ExecutableStack(); executable || program.Interpreter != "" || len(program.Needed) > 0 || len(program.WritableCode()) > 0 {
			t.Errorf("%s: %+v, %s", platform, program, why)
		}
	}
}

func TestGoesOnWithoutSections(t *testing.T) {
	for _, platform := range []string{"linux/amd64", "linux/386"} {
		content := bytes.Clone(fixture.Pause(t, platform))
		shoff, shnum := 40, 60
		if platform == "linux/386" {
			shoff, shnum = 32, 48
		}
		binary.LittleEndian.PutUint32(content[shoff:], 1<<30)
		binary.LittleEndian.PutUint16(content[shnum:], 7)
		if _, err := elf.NewFile(bytes.NewReader(content)); err == nil {
			t.Error("the sections are not broken")
		}
		if _, err := Parse(content); err != nil {
			t.Errorf("%s: %v", platform, err)
		}
	}
}

func TestRefusesWhatTheKernelDoesNotExecute(t *testing.T) {
	valid := dynamic.Bytes(t)
	headers := func(size, count byte) []byte {
		content := bytes.Clone(valid)
		content[54], content[56], content[57] = size, count, count
		return content
	}
	object := bytes.Clone(valid)
	object[16] = byte(elf.ET_REL)
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"a script":                {[]byte("#!/bin/sh\nexec sleep infinity\n"), "no ELF file"},
		"nothing":                 {nil, "no ELF file"},
		"no program headers":      {headers(56, 0), "0 program headers"},
		"many program headers":    {headers(56, 5), "1285 program headers of 56 bytes, which the kernel refuses"},
		"odd program headers":     {headers(55, 0), "of 55 bytes"},
		"an object file":          {object, "type ET_REL"},
		"a truncated header":      {valid[:63], ""},
		"cut off in its names":    {valid[:320], ""},
		"no end of its libraries": {valid[:len(valid)-8], "cut off"},
		"names without end":       {fixture.Dynamic{Needed: slices.Repeat([]string{strings.Repeat("l", 1000)}, 100)}.Bytes(t), "names of more than 65536 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(test.content); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestReadsTheVersionOfArm(t *testing.T) {
	if program, err := Parse(fixture.ARM(t, 6)); err != nil || program.ARM != 6 {
		t.Errorf("%+v, %v", program, err)
	}
	for name, test := range map[string]struct {
		attributes string
		want       int
	}{
		"v7, after the name of a CPU": {"A\x1c\x00\x00\x00aeabi\x00\x01\x12\x00\x00\x00\x05Cortex-A7\x00\x06\x0a\x08\x01", 7},
		"v6":                          {"A\x12\x00\x00\x00aeabi\x00\x01\x08\x00\x00\x00\x06\x06\x08\x01", 6},
		"no architecture":             {"A\x10\x00\x00\x00aeabi\x00\x01\x06\x00\x00\x00\x1c\x01", 0},
		"another vendor":              {"A\x10\x00\x00\x00other\x00\x01\x06\x00\x00\x00\x06\x0a", 0},
		"name without an end":         {"A\x10\x00\x00\x00aeabi\x00\x01\x06\x00\x00\x00\x05Cortex", 0},
		"cut off":                     {"A\x10\x00\x00\x00aeabi\x00\x01", 0},
		"number without an end":       {"A\x10\x00\x00\x00aeabi\x00\x01\x06\x00\x00\x00\x80", 0},
	} {
		if got := cpuArchitecture([]byte(test.attributes)); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

func FuzzEntryPointELF(f *testing.F) {
	f.Add(dynamic.Bytes(f))
	f.Add(fixture.Pause(f, "linux/amd64"))
	f.Add(fixture.Pause(f, "linux/arm/v7"))
	f.Add(fixture.Pause(f, "linux/s390x"))
	f.Add(append(fixture.CachedPause(f, "linux/amd64")[:64:64], make([]byte, 4096)...))
	f.Add(fixture.ARM(f, 10))
	f.Add(append(dynamic.Bytes(f), property(x86ISANeeded, 4)...))
	f.Fuzz(func(t *testing.T, content []byte) {
		program, err := Parse(content)
		if err != nil {
			return
		}
		program.ExecutableStack()
		program.WritableCode()
		program.Misalignments()
		program.BeyondBaseline("")
	})
}

func TestAProgramDoesNotKeepItsFile(t *testing.T) {
	var before, after runtime.MemStats
	var programs []*Program
	valid := dynamic.Bytes(t)
	runtime.ReadMemStats(&before)
	for range 8 {
		program, err := Parse(append(bytes.Clone(valid), make([]byte, 8<<20)...))
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+8<<20 {
		t.Errorf("%d programs keep %d bytes", len(programs), after.HeapAlloc-before.HeapAlloc)
	}
}

func TestTheLastDynamicSegmentAloneIsRead(t *testing.T) {
	// As many as the kernel takes, that share one table of thousands of entries.
	const segments, entries = maxHeaders / 56, maxDynamic - 1
	table := 64 + 56*segments
	content := make([]byte, table+entries*16+16)
	copy(content, dynamic.Bytes(t)[:64])
	binary.LittleEndian.PutUint64(content[32:], 64)
	binary.LittleEndian.PutUint16(content[56:], segments)
	for i := range segments {
		header := content[64+56*i:]
		binary.LittleEndian.PutUint32(header, uint32(elf.PT_DYNAMIC))
		binary.LittleEndian.PutUint64(header[8:], uint64(table))
		binary.LittleEndian.PutUint64(header[32:], entries*16)
	}
	for i := range entries {
		content[table+16*i] = byte(elf.DT_NEEDED)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = Parse(content)
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8<<20 {
		t.Errorf("%d bytes were allocated for a file of %d", allocated, len(content))
	}
}
