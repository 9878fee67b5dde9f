package seed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accessgorm"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/policy"
)

// Version numbers what this package writes; it is kept in the file as SQLite's user_version.
const Version = 3

// Ensure makes the database at path unless it is there. It is written beside its place and moved there when complete: a
// program that is ended half way leaves no half database. With oneIn 1 it holds all records, with 10 a tenth of them, which
// is quicker made and enough for most tests. Progress goes to out.
func Ensure(ctx context.Context, path string, oneIn int, out io.Writer) error {
	if err := plain(path); err != nil {
		return err
	}
	if err := sweep(path); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := write(ctx, tmp.Name(), oneIn, out); err != nil {
		return fmt.Errorf("seed %s: %w", path, err)
	}
	return os.Rename(tmp.Name(), path)
}

// plain refuses names that SQLite would take for something else than a file of that name.
func plain(path string) error {
	if strings.TrimSpace(path) == "" || strings.ContainsAny(path, "?\x00") || path == ":memory:" || strings.HasPrefix(path, "file:") {
		return fmt.Errorf("%q cannot be the database: give the name of a file without a question mark", path)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s cannot be the database: it is no regular file", path)
	}
	return nil
}

// unfinished is in the names of files that are being filled.
const unfinished = ".seeding-"

// sweep removes what programs left that were killed while they filled a file. A young file may still be worked on.
func sweep(path string) error {
	const old = 10 * time.Minute
	left, err := os.ReadDir(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range left {
		info, gone := entry.Info()
		if gone == nil && strings.HasPrefix(entry.Name(), filepath.Base(path)+unfinished) && time.Since(info.ModTime()) > old {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(path), entry.Name())))
		}
	}
	return err
}

// write fills an empty database file. Nobody else sees the file yet, so it needs no journal.
func write(ctx context.Context, file string, oneIn int, out io.Writer) error {
	db, err := gorm.Open(sqlite.Open(file+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_time_format=sqlite"), &gorm.Config{
		Logger: logger.Discard, SkipDefaultTransaction: true,
	})
	if err != nil {
		return err
	}
	sqlDB, err := db.DB()
	if err != nil {
		return err
	}
	defer sqlDB.Close()
	sqlDB.SetMaxOpenConns(1)
	db = db.WithContext(ctx)
	if err := db.AutoMigrate(
		&model.Region{}, &model.Team{}, &model.Person{}, &model.Counter{}, &model.Customer{}, &model.Opportunity{}, &model.Quote{},
		&model.Order{}, &model.Ticket{}, &model.Complaint{}, &model.Campaign{}, &model.Lead{},
	); err != nil {
		return err
	}
	people, err := records(db, oneIn, out)
	if err != nil {
		return err
	}
	if err := firstPolicy(ctx, db, people); err != nil {
		return err
	}
	return db.Exec(fmt.Sprintf("PRAGMA user_version = %d", Version)).Error
}

// firstPolicy writes the rules of both tenants.
func firstPolicy(ctx context.Context, db *gorm.DB, people []model.Person) error {
	if err := accessgorm.Migrate(ctx, db); err != nil {
		return err
	}
	store, err := accessgorm.New(db)
	if err != nil {
		return err
	}
	changes, err := policy.First(people)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if _, err := store.Apply(ctx, access.Entry{Change: c, By: "seed", At: firstDay}); err != nil {
			return err
		}
	}
	return nil
}
