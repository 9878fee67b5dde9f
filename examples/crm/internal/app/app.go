package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/access/accessgorm"
	"github.com/seed9b40ffc1/crmaccess/audit/chain"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/policy"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/records"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/seed"
	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/web"
	"github.com/seed9b40ffc1/crmaccess/scope/scopegorm"
)

// Config is what the program is started with.
type Config struct {
	DB         string           // file of the database; made and filled if it is not there
	OneIn      int              // makes only this part of the records, as in seed.Ensure; 0 makes all
	Now        func() time.Time // clock of the decisions
	Progress   io.Writer        // hears how far the seeding is
	Logger     *slog.Logger
	CrossCheck float64 // share of decisions that Casbin decides a second time
}

// App is the running CRM.
type App struct {
	http.Handler
	AuditFile string

	authz *access.Authorizer
	trail *chain.Writer
	db    *gorm.DB
}

// Open makes the database if there is none and puts the program together on it. Close the App in the end.
func Open(ctx context.Context, c Config) (*App, error) {
	if err := seed.Ensure(ctx, c.DB, max(1, c.OneIn), c.Progress); err != nil {
		return nil, err
	}
	db, err := openDB(c.DB)
	if err != nil {
		return nil, err
	}
	app := &App{db: db}
	if err := app.build(ctx, c); err != nil {
		return nil, errors.Join(err, app.Close())
	}
	return app, nil
}

func (app *App) build(ctx context.Context, c Config) (err error) {
	var org web.Organisation
	for _, list := range []any{&org.People, &org.Teams, &org.Regions} {
		if err := app.db.WithContext(ctx).Order("tenant_id, id").Find(list).Error; err != nil {
			return fmt.Errorf("%s: %w", c.DB, err)
		}
	}
	directory, err := policy.Directory(org.People, org.Teams, org.Regions)
	if err != nil {
		return err
	}
	store, err := accessgorm.New(app.db)
	if err != nil {
		return err
	}
	loader, err := scopegorm.NewLoader(app.db, model.Catalog())
	if err != nil {
		return err
	}
	if app.trail, app.AuditFile, err = openTrail(c.DB); err != nil {
		return err
	}
	app.authz, err = access.New(ctx, store, access.Config{
		Catalog: model.Catalog(), Directory: directory, Loader: loader, Audit: app.trail,
		Now: c.Now, CrossCheck: c.CrossCheck, Logger: c.Logger,
	})
	if err != nil {
		return err
	}
	if err := app.db.Use(scopegorm.New(app.authz, scopegorm.Options{})); err != nil {
		return err
	}
	tables, err := records.Tables(app.db)
	if err != nil {
		return err
	}
	app.Handler, err = web.New(app.authz, tables, org, web.Options{Now: c.Now, Logger: c.Logger})
	return err
}

// Close ends what Open began. Requests under way should be over.
func (app *App) Close() error {
	var errs []error
	if app.authz != nil {
		errs = append(errs, app.authz.Close())
	}
	if app.trail != nil {
		errs = append(errs, app.trail.Close())
	}
	pool, err := app.db.DB()
	if err == nil {
		err = pool.Close()
	}
	return errors.Join(append(errs, err)...)
}
