package scopegorm

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/access"
	"github.com/seed9b40ffc1/crmaccess/scope"
)

// Options are what the guard cannot find out by itself.
type Options struct {
	// Open lists what needs no decision although a protected model has a relation to it: models, and names of join
	// tables that GORM makes up for many2many. A model that is open may be read and written by anyone; a join table
	// named here may be read.
	Open []any
}

const pluginName = "crmaccess:scopegorm"

// Plugin is the row guard, to be installed with db.Use. One Plugin may be installed in several databases.
type Plugin struct {
	auth *access.Authorizer
	open []any
}

// New returns a guard for every type in the Authorizer's Catalog that has a Model.
func New(a *access.Authorizer, o Options) *Plugin {
	return &Plugin{auth: a, open: o.Open}
}

// Name implements gorm.Plugin.
func (p *Plugin) Name() string { return pluginName }

// Initialize implements gorm.Plugin. It refuses a database or Catalog that the guard could not protect.
func (p *Plugin) Initialize(db *gorm.DB) error {
	if p.auth == nil {
		return errors.New("scopegorm: New was given no Authorizer")
	}
	d, err := dialectOf(db)
	if err != nil {
		return err
	}
	if _, own := db.ClauseBuilders["WHERE"]; own {
		return fmt.Errorf("scopegorm: the dialect %s builds WHERE by itself: the guard would not be asked", db.Name())
	}
	known, err := parseModels(db, p.auth.Types(), p.open)
	if err != nil {
		return err
	}
	return (&guard{auth: p.auth, models: known, dialect: d}).install(db)
}

func dialectOf(db *gorm.DB) (scope.Dialect, error) {
	switch name := db.Name(); name {
	case "sqlite":
		return scope.SQLite, nil
	case "postgres":
		return scope.Postgres, nil
	case "mysql":
		return scope.MySQL, nil
	default:
		return 0, fmt.Errorf("scopegorm: the dialect %q is not supported: use sqlite, postgres or mysql", name)
	}
}

// guard is the plugin at work in one database.
type guard struct {
	auth    *access.Authorizer
	models  *models
	dialect scope.Dialect
}

// processor is GORM's list of steps for one kind of statement.
type processor interface {
	Get(name string) func(*gorm.DB)
	Replace(name string, step func(*gorm.DB)) error
}

// install puts the guard in the place of GORM's own steps, so that nothing runs between check and build.
func (g *guard) install(db *gorm.DB) error {
	cb := db.Callback()
	for _, s := range []struct {
		of   processor
		name string
		wrap func(next func(*gorm.DB)) func(*gorm.DB)
	}{
		{cb.Query(), "gorm:query", g.query},
		{cb.Row(), "gorm:row", g.row},
		{cb.Raw(), "gorm:raw", g.raw},
		{cb.Create(), "gorm:create", g.create},
		{cb.Update(), "gorm:update", g.update},
		{cb.Delete(), "gorm:delete", g.delete},
		{cb.Create(), "gorm:save_before_associations", g.saveAssociations(access.CreateRows)},
		{cb.Update(), "gorm:save_before_associations", g.saveAssociations(access.UpdateRows)},
		{cb.Delete(), "gorm:delete_before_associations", g.deleteAssociations},
	} {
		own := s.of.Get(s.name)
		if own == nil {
			return fmt.Errorf("scopegorm: the dialect %s has no step %s to guard", db.Name(), s.name)
		}
		if err := s.of.Replace(s.name, s.wrap(own)); err != nil {
			return fmt.Errorf("scopegorm: install: %w", err)
		}
	}
	return nil
}
