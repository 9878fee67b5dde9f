package accesshttp

import (
	"bufio"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"time"
)

// errUndecided is what a handler gets that writes before it may.
var errUndecided = errors.New("accesshttp: nothing was allowed yet in this request: use Collection, Record or Decide before writing, or Skip")

// writer lets a success through only after something was allowed. It buffers nothing. It has no Unwrap, which would hand
// out the unguarded writer; what http.ResponseController reaches through one it does itself.
type writer struct {
	out    http.ResponseWriter
	req    *http.Request
	guard  *Guard
	st     *state
	stands http.Header // what the header goes back to: as the handler found it, later as it went out

	started bool // the final status is settled
	status  int
	refused bool // it is the 500 in place of what the handler wrote
	mute    bool // it is a redirect whose body stays here
}

func (w *writer) succeeded() bool { return w.started && w.status < http.StatusBadRequest }

func (w *writer) Header() http.Header { return w.out.Header() }

func (w *writer) WriteHeader(status int) {
	switch {
	case w.started:
		w.out.WriteHeader(status) // net/http reports the second call
		return
	case status < http.StatusBadRequest && !w.st.mayAnswer():
		w.unanswered(status)
		return
	case informational(status):
		w.out.WriteHeader(status)
		return
	}
	w.started, w.status = true, status
	w.stamp()
	w.out.WriteHeader(status)
}

// informational reports whether a final status is still to come.
func informational(status int) bool {
	return status < http.StatusOK && status != http.StatusSwitchingProtocols
}

// unanswered is what becomes of a success that nobody allowed.
func (w *writer) unanswered(status int) {
	if informational(status) {
		return // hints may be left out
	}
	location := w.Header().Get("Location")
	w.restore()
	w.started = true
	if tidies(w.req.URL, status, location) {
		w.status, w.mute = status, true
		w.Header().Set("Location", location)
		w.out.WriteHeader(status)
	} else {
		w.status, w.refused = http.StatusInternalServerError, true
		w.guard.Refuse(w.out, w.req, errUndecided)
	}
	w.stands = w.Header().Clone()
}

// restore takes back what the handler put into the header.
func (w *writer) restore() {
	h := w.Header()
	clear(h)
	maps.Copy(h, w.stands)
}

// stamp marks an answer that decisions went into. A 404 says nothing of them.
func (w *writer) stamp() {
	h := w.Header()
	h.Del(decisionHeader)
	if id := w.st.last(w.status != http.StatusForbidden); id != "" && w.status != http.StatusNotFound {
		h.Set(decisionHeader, id)
	}
	if len(w.st.all()) > 0 && h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", noStore)
	}
}

// start settles the status as net/http does for a first write, and reports whether the handler may go on.
func (w *writer) start() error {
	if !w.started {
		w.WriteHeader(http.StatusOK)
	}
	if w.refused {
		return errUndecided
	}
	return nil
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.start(); err != nil {
		return 0, err
	}
	if w.mute {
		return len(p), nil
	}
	return w.out.Write(p)
}

// ReadFrom keeps the way open for sendfile.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	if err := w.start(); err != nil {
		return 0, err
	}
	if w.mute {
		return io.Copy(io.Discard, src)
	}
	return io.Copy(w.out, src)
}

func (w *writer) Flush() { _ = w.FlushError() }

// FlushError is Flush for http.ResponseController.
func (w *writer) FlushError() error {
	if err := w.start(); err != nil {
		return err
	}
	return http.NewResponseController(w.out).Flush()
}

// Hijack hands the connection over, which is a success like any other.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.started && !w.st.mayAnswer() {
		w.unanswered(http.StatusSwitchingProtocols)
	}
	if w.refused {
		return nil, nil, errUndecided
	}
	conn, rw, err := http.NewResponseController(w.out).Hijack()
	if err == nil && !w.started {
		w.started, w.status = true, http.StatusSwitchingProtocols
	}
	return conn, rw, err
}

func (w *writer) SetReadDeadline(t time.Time) error {
	return http.NewResponseController(w.out).SetReadDeadline(t)
}

func (w *writer) SetWriteDeadline(t time.Time) error {
	return http.NewResponseController(w.out).SetWriteDeadline(t)
}

func (w *writer) EnableFullDuplex() error {
	return http.NewResponseController(w.out).EnableFullDuplex()
}
