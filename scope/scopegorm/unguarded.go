package scopegorm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/audit"
)

type unguardedKey struct{}

// Unguarded returns a fresh session of db whose statements the guard leaves alone: every row of every tenant, raw SQL
// and migrations included. The reason is required and goes into the audit trail before anything runs; without one, or
// if it cannot be recorded, the session carries an error and runs nothing.
func Unguarded(db *gorm.DB, reason string) *gorm.DB {
	out := db.WithContext(unguarded(db.Statement.Context))
	if err := recordUnguarded(db, strings.TrimSpace(reason)); err != nil {
		_ = out.AddError(err)
	}
	return out
}

func recordUnguarded(db *gorm.DB, reason string) error {
	p, ok := db.Plugins[pluginName].(*Plugin)
	if !ok {
		return errors.New("scopegorm: Unguarded: the handle has no guard: install it with db.Use(scopegorm.New(…))")
	}
	if reason == "" {
		return &RefusedError{Op: "raw", Why: "Unguarded was given no reason", Instead: "say why these statements need no decision"}
	}
	event := audit.Event{Kind: audit.KindUnguarded, Allowed: true, Purpose: reason}
	for _, d := range decisionsIn(db.Statement.Context).open {
		event.Tenant, event.Subject, event.Actor = d.Subject().Tenant, d.Subject().ID, d.Subject().Actor
	}
	if err := p.auth.Record(db.Statement.Context, event); err != nil {
		return fmt.Errorf("scopegorm: Unguarded: %w", err)
	}
	return nil
}

func unguarded(ctx context.Context) context.Context {
	return context.WithValue(ctx, unguardedKey{}, true)
}

func isUnguarded(ctx context.Context) bool {
	is, _ := ctx.Value(unguardedKey{}).(bool)
	return is
}
