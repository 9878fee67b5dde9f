package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
	_ "time/tzdata" // for machines without a time zone database

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/app"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "crm:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("crm", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:8080", "address to listen on")
	db := flags.String("db", defaultDB(), "database file; made and filled if it is not there")
	at := flags.String("now", "", "RFC 3339 instant at which the clock of decisions stands still; empty is real time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	now, err := clock(*at)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := free(*addr); err != nil {
		return err
	}
	crm, err := app.Open(ctx, app.Config{DB: *db, Now: now, Progress: os.Stderr, Logger: slog.Default()})
	if err != nil {
		return err
	}
	return errors.Join(serve(ctx, *addr, crm), crm.Close())
}

// defaultDB is a file in the user's cache folder or, if he has none, in that for temporary files.
func defaultDB() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "crmaccess", "crm.db")
}

func clock(at string) (func() time.Time, error) {
	if at == "" {
		return time.Now, nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return nil, fmt.Errorf("-now: %w", err)
	}
	return func() time.Time { return t }, nil
}

// free finds out whether the address can be listened on, before the time for seeding is spent. The port stays closed
// until everything is ready.
func free(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	return listener.Close()
}

// serve answers requests until ctx ends, and gives those under way a little time.
func serve(ctx context.Context, addr string, crm *app.App) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	const patience = 3 * time.Second
	server := &http.Server{Handler: crm, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	fmt.Fprintf(os.Stderr, "crm: http://%s  (audit trail: %s)\n", listener.Addr(), crm.AuditFile)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}
