// A worker for a kernel in Go: the protocol of docs/worker-protocol.md, by the standard library alone.
//
// Build it beside its description:  go build -o sum main.go
//
// Copy it and change the part between the lines; the rest is the protocol's. docs/other-languages.md walks through it.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"
)

// ---- the kernel ------------------------------------------------------------------------------------------------

const nMost = 1000000

var kernels = []any{object{
	"name": "example.sum", "summary": "adds 1 to n", "version": "1.0.0", "flags": []string{"deterministic"}, "expects": true,
	"parameters": []any{object{"name": "n", "type": "integer", "summary": "how far", "default": "1000", "least": "1",
		"most": strconv.Itoa(nMost)}},
}}

type kernel struct {
	n, total uint64
}

// newKernel takes the values of the parameters, which are texts.
func newKernel(name string, parameters map[string]string) (*kernel, error) {
	if name != "example.sum" {
		return nil, refusal("failed", "unknown kernel '%s'", name)
	}
	for given := range parameters {
		if given != "n" {
			return nil, refusal("failed", "unknown parameter '%s' of %s", given, name)
		}
	}
	text, given := parameters["n"]
	if !given {
		return nil, refusal("protocol-error", "missing parameter 'n' of %s", name)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < 1 || n > nMost {
		return nil, refusal("failed", "bad n '%.100s': want an integer from 1 to %d", text, nMost)
	}
	return &kernel{n: n}, nil
}

// run is the only thing that is timed. What it computes is kept, or the compiler would leave it out.
func (k *kernel) run(iterations uint64) {
	for ; iterations > 0; iterations-- {
		total := uint64(0)
		for i := uint64(1); i <= k.n; i++ {
			total += i
		}
		k.total = total
	}
}

// answer gives the lines of the last iteration's answer.
func (k *kernel) answer() []uint64 { return []uint64{k.total} }

// expected is what must come out, found in another way.
func (k *kernel) expected() expectation {
	sum := strconv.FormatUint(k.n*(k.n+1)/2, 10)
	return expectation{Sum: &sum, Source: "Gauss: n(n+1)/2"}
}

func (k *kernel) work() any { return object{"items": k.n} }

// ---- messages ----------------------------------------------------------------------------------------------------

const (
	requestMost = 1 << 20
	exact       = 1 << 53
)

type object = map[string]any

// request is a line, its members not yet read: a struct would take "ID" for "id" and null for 0.
type request map[string]json.RawMessage

type refused struct {
	status, message string
	more            object
}

func (r *refused) Error() string { return r.message }

func refusal(status, format string, words ...any) error {
	return &refused{status: status, message: fmt.Sprintf(format, words...)}
}

// read fills *to from a member. Absent or null it is left as it was, unless it is required.
func (r request) read(key string, to any, required bool, wish string) error {
	raw, given := r[key]
	if !given || string(raw) == "null" {
		if required {
			return refusal("protocol-error", "missing \"%s\": want %s", key, wish)
		}
		return nil
	}
	if json.Unmarshal(raw, to) != nil {
		return refusal("protocol-error", "bad \"%s\": want %s", key, wish)
	}
	return nil
}

// integer reads an integer from least to most; `value` is what it is when absent, below least for one that is required.
func (r request) integer(key string, value, least, most int64) (uint64, error) {
	wish := fmt.Sprintf("an integer from %d to %d", least, most)
	err := r.read(key, &value, value < least, wish)
	if err == nil && (value < least || value > most) {
		err = refusal("protocol-error", "bad \"%s\": want %s", key, wish)
	}
	return uint64(value), err
}

type expectation struct {
	Count  *uint64 `json:"count"`
	Sum    *string `json:"sum"`
	Sha256 *string `json:"sha256"`
	Source string  `json:"source"`
}

func isDecimal(text string) bool {
	value, err := strconv.ParseUint(text, 10, 64)
	return err == nil && strconv.FormatUint(value, 10) == text
}

func (e *expectation) check() error {
	if e.Count != nil && *e.Count > exact || e.Sum != nil && !isDecimal(*e.Sum) ||
		e.Sha256 != nil && (len(*e.Sha256) != 64 || strings.Trim(*e.Sha256, "0123456789abcdef") != "") {
		return refusal("protocol-error", "bad \"expected\": want count, sum in decimal digits and 64 hexadecimal digits")
	}
	return nil
}

type answer struct {
	Count  uint64 `json:"count"`
	Sum    string `json:"sum"`
	Sha256 string `json:"sha256"`
}

func formAnswer(lines []uint64) answer {
	sum, text := uint64(0), bytes.Buffer{}
	for _, line := range lines {
		sum += line
		fmt.Fprintln(&text, line)
	}
	return answer{uint64(len(lines)), strconv.FormatUint(sum, 10), fmt.Sprintf("%x", sha256.Sum256(text.Bytes()))}
}

// differs says what an expectation finds wrong with an answer; "" is nothing.
func (a answer) differs(e expectation) string {
	source := e.Source
	if source == "" {
		source = "expected"
	}
	switch {
	case e.Count != nil && *e.Count != a.Count:
		return fmt.Sprintf("count is %d, want %d (%s)", a.Count, *e.Count, source)
	case e.Sum != nil && *e.Sum != a.Sum:
		return fmt.Sprintf("sum is %s, want %s (%s)", a.Sum, *e.Sum, source)
	case e.Sha256 != nil && *e.Sha256 != a.Sha256:
		return fmt.Sprintf("sha256 is %s, want %s (%s)", a.Sha256, *e.Sha256, source)
	}
	return ""
}

// ---- the worker --------------------------------------------------------------------------------------------------

type worker struct {
	kernel   *kernel
	expects  []expectation
	first    map[uint64]answer // of a deterministic kernel, by iterations
	last     *answer
	verified bool
}

var handlers = map[string]func(*worker, request) (object, error){
	"describe": (*worker).describe, "expect": (*worker).expect, "setup": (*worker).setup, "calibrate": (*worker).calibrate,
	"run": (*worker).run, "answer": (*worker).answer, "teardown": (*worker).teardown, "quit": (*worker).quit,
}

func about() object {
	path, _ := os.Executable()
	return object{"implementation": "go", "version": runtime.Version() + " " + path}
}

func (w *worker) describe(request) (object, error) {
	reply := about()
	reply["kernels"] = kernels
	return reply, nil
}

func (w *worker) find(r request) (*kernel, error) {
	name, parameters := "", map[string]*string{}
	err := r.read("kernel", &name, true, "a text")
	if err == nil {
		err = r.read("parameters", &parameters, true, "names with texts")
	}
	texts := map[string]string{}
	for key, value := range parameters {
		if value == nil {
			err = refusal("protocol-error", "bad \"parameters\": want names with texts")
		} else {
			texts[key] = *value
		}
	}
	if err != nil {
		return nil, err
	}
	return newKernel(name, texts)
}

func (w *worker) expect(r request) (object, error) {
	kernel, err := w.find(r)
	if err != nil {
		return nil, err
	}
	return object{"expected": kernel.expected(), "work": kernel.work()}, nil
}

func (w *worker) setup(r request) (object, error) {
	if w.kernel != nil {
		return nil, refusal("protocol-error", "a kernel is set up: want teardown first")
	}
	kernel, err := w.find(r)
	if err != nil {
		return nil, err
	}
	seed, counters, expected := "", false, expectation{}
	if err = r.read("seed", &seed, true, "a text of decimal digits"); err != nil {
		return nil, err
	}
	if !isDecimal(seed) {
		return nil, refusal("protocol-error", "bad \"seed\": want decimal digits, up to 2^64-1")
	}
	if err = r.read("counters", &counters, false, "true or false"); err != nil {
		return nil, err
	}
	if err = r.read("expected", &expected, false, "an object of count, sum and sha256"); err == nil {
		err = expected.check()
	}
	if err != nil {
		return nil, err
	}
	threads, err := r.integer("threads", 1, 1, 1024)
	if err == nil && threads > 1 {
		err = refusal("unavailable", "this worker runs a kernel on one thread, not %d", threads)
	}
	if err != nil {
		return nil, err
	}
	*w = worker{kernel: kernel, expects: []expectation{expected, kernel.expected()}, first: map[uint64]answer{}}
	return nil, nil
}

func (w *worker) ready() error {
	if w.kernel == nil {
		return refusal("protocol-error", "nothing is set up: want setup first")
	}
	return nil
}

// cpu is the processor time of this thread, which main has locked itself to.
func cpu() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var used syscall.Rusage
	if syscall.Getrusage(thread, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// batch runs, times and checks one batch; words for what is wrong with its answer.
func (w *worker) batch(iterations uint64) (object, string) {
	begin := time.Now()
	cpuStart := cpu()
	start := time.Now() // with its reading of the monotonic clock
	w.kernel.run(iterations)
	elapsed := time.Since(start)
	used := cpu() - cpuStart
	formed := formAnswer(w.kernel.answer())
	if _, again := w.first[iterations]; !again {
		w.first[iterations] = formed
	}
	first := w.first[iterations]
	expects := append(w.expects, expectation{&first.Count, &first.Sum, &first.Sha256, "this process's first batch"})
	wrong := ""
	for i := 0; i < len(expects) && wrong == ""; i++ {
		wrong = formed.differs(expects[i])
	}
	w.last, w.verified = &formed, wrong == ""
	return object{"iterations": iterations, "elapsed_ns": elapsed.Nanoseconds(), "cpu_ns": used.Nanoseconds(),
		"untimed_ns": (time.Since(begin) - elapsed).Nanoseconds(), "verified": w.verified}, wrong
}

func (w *worker) calibrate(r request) (object, error) {
	wanted := 0.0
	if err := w.ready(); err != nil {
		return nil, err
	}
	if err := r.read("batch_ns", &wanted, true, "a time above 0"); err != nil {
		return nil, err
	}
	if wanted <= 0 || wanted > 1e18 {
		return nil, refusal("protocol-error", "bad \"batch_ns\": want a time above 0")
	}
	total := int64(0)
	for iterations := uint64(1); ; iterations *= 2 {
		batch, wrong := w.batch(iterations)
		if wrong != "" {
			return nil, &refused{"wrong-answer", wrong, object{"answer": w.last}}
		}
		took := batch["elapsed_ns"].(int64)
		total += took
		if float64(took)*2 >= wanted || iterations*2 > exact {
			found := math.Round(float64(iterations) * wanted / math.Max(float64(took), 1))
			return object{"iterations": uint64(math.Min(math.Max(found, 1), exact)), "elapsed_ns": total}, nil
		}
	}
}

func (w *worker) run(r request) (object, error) {
	if err := w.ready(); err != nil {
		return nil, err
	}
	iterations, err := r.integer("iterations", 0, 1, exact)
	if err != nil {
		return nil, err
	}
	batches, err := r.integer("batches", 1, 1, 10000)
	if err != nil {
		return nil, err
	}
	flush := false
	if err = r.read("flush", &flush, false, "true or false"); err == nil && flush {
		err = refusal("unavailable", "this worker does not flush caches")
	}
	if err != nil {
		return nil, err
	}
	done := []object{}
	for ; batches > 0; batches-- {
		batch, wrong := w.batch(iterations)
		done = append(done, batch)
		if wrong != "" {
			return nil, &refused{"wrong-answer", wrong, object{"answer": w.last, "batches": done}}
		}
	}
	return object{"batches": done}, nil
}

func (w *worker) answer(request) (object, error) {
	if err := w.ready(); err != nil {
		return nil, err
	}
	if w.last == nil {
		return nil, refusal("protocol-error", "no batch was run: want run first")
	}
	return object{"answer": w.last, "verified": w.verified}, nil
}

func (w *worker) teardown(request) (object, error) {
	if err := w.ready(); err != nil {
		return nil, err
	}
	*w = worker{}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return nil, nil
	}
	return object{"peak_bytes": used.Maxrss * 1024}, nil
}

func (w *worker) quit(request) (object, error) { return nil, nil }

// reply answers one line, and says whether it was the last.
func (w *worker) reply(line []byte) (object, bool) {
	r, id, word := request{}, uint64(0), ""
	reply, err := object{}, error(nil)
	if !utf8.Valid(line) || json.Unmarshal(line, &r) != nil || r == nil {
		err = refusal("protocol-error", "line is no object of JSON in UTF-8")
	} else if id, err = r.integer("id", 0, 1, exact); err != nil {
		id = 0
	} else if err = r.read("request", &word, true, "a text"); err == nil {
		if handle, known := handlers[word]; known {
			reply, err = handle(w, r)
		} else {
			err = refusal("unavailable", "unknown request '%.100s'", word)
		}
	}
	if reply == nil {
		reply = object{}
	}
	if err != nil {
		why := err.(*refused)
		reply = object{"ok": false, "status": why.status, "message": oneLine(why.message)}
		for key, value := range why.more {
			reply[key] = value
		}
	} else {
		reply["ok"] = true
	}
	reply["id"] = id
	if id == 0 {
		reply["id"] = nil
	}
	return reply, err == nil && word == "quit"
}

func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

func (w *worker) serve(requests io.Reader, replies io.Writer) error {
	lines := bufio.NewReaderSize(requests, requestMost)
	hello := about()
	hello["assay_worker"], hello["minor"], hello["pid"], hello["capabilities"] = 1, 0, os.Getpid(), []string{"expect"}
	out := json.NewEncoder(replies) // one line a message
	if err := out.Encode(hello); err != nil {
		return err
	}
	for last := false; !last; {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) { // a piece of a line is discarded
			return nil
		}
		if err != nil {
			return fmt.Errorf("a request of at most %d bytes is wanted: %w", requestMost, err)
		}
		var reply object
		reply, last = w.reply(line)
		if err := out.Encode(reply); err != nil {
			return err
		}
	}
	return nil
}

// channel gives the descriptors of requests and replies; with stdio it moves them out of the reach of what a kernel prints.
func channel(stdio bool) (io.Reader, io.Writer, error) {
	requests, replies := 3, 4
	if stdio {
		null, err := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
		for _, step := range []func() error{
			func() error { return err },
			func() (err error) { requests, err = syscall.Dup(0); return },
			func() (err error) { replies, err = syscall.Dup(1); return },
			func() error { return syscall.Dup3(null, 0, 0) },
			func() error { return syscall.Dup3(2, 1, 0) },
			func() error { return syscall.Close(null) },
		} {
			if err := step(); err != nil {
				return nil, nil, err
			}
		}
	}
	syscall.CloseOnExec(requests)
	syscall.CloseOnExec(replies)
	return os.NewFile(uintptr(requests), "requests"), os.NewFile(uintptr(replies), "replies"), nil
}

func main() {
	runtime.LockOSThread()
	words := strings.Join(os.Args[1:], " ")
	if words != "" && words != "--channel stdio" && words != "--channel descriptors" {
		fmt.Fprintln(os.Stderr, "usage: sum [--channel stdio]")
		os.Exit(2)
	}
	requests, replies, err := channel(words == "--channel stdio")
	if err == nil {
		err = new(worker).serve(requests, replies)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sum: channel:", err)
		os.Exit(1)
	}
}
