package access

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed9b40ffc1/crmaccess/audit"
	"github.com/seed9b40ffc1/crmaccess/internal/when"
)

// Apply changes policy. The change is checked whole, compiled as if it were in force, and written only if by's subject
// may make it and the tenant still stands at c.Base; what it returns is durable and in force on this Authorizer. An
// error that is ErrInvalid, ErrDenied or ErrConflict left everything as it was; after any other the change may be
// stored, and the error says so if it is.
//
// To change a tenant's rows the subject needs the action administer on the type policy, or must be one of
// Config.Bootstrap while the tenant has no rows of its own; to change the shared rows he must be one of
// Config.Operators. Nobody changes what he himself holds: neither his roles nor a rule, link or definition they rest on.
//
// A change of shared rows is checked against every tenant that is loaded here. A tenant that is loaded later and that
// the shared rows do not fit (a circle of roles through its own links, a name defined in both) is refused whole then.
func (a *Authorizer) Apply(ctx context.Context, by Request, c Change) (Revision, error) {
	if a.closed.Load() {
		return Revision{}, ErrClosed
	}
	c, err := a.canonical(c)
	if err != nil {
		return Revision{}, err
	}
	was, err := a.standing(ctx, c)
	if err != nil {
		return Revision{}, err
	}
	after, err := a.check(ctx, by, c, was)
	if err != nil {
		if errors.Is(err, ErrDenied) {
			err = errors.Join(err, a.recordPolicy(ctx, by, c, Revision{policy: c.Base}, false))
		}
		return Revision{}, err
	}
	rev, err := a.store.Apply(ctx, Entry{
		Change: c, By: by.Subject.ID, ByTenant: by.Subject.Tenant, Actor: by.Subject.Actor, At: a.cfg.Now(),
	})
	if err != nil {
		return Revision{}, err
	}
	out := Revision{policy: rev}
	after.revision = rev
	recorded := a.recordPolicy(ctx, by, c, out, true)
	if err := a.adopt(ctx, c.Tenant, was.snapshot, after); err != nil {
		return out, errors.Join(fmt.Errorf("access: the change is stored as revision %d, but could not be loaded here: %w", rev, outside(err)), recorded)
	}
	return out, recorded
}

// check returns what the policy becomes, or why the change may not be made: first whether by may change policy at all.
func (a *Authorizer) check(ctx context.Context, by Request, c Change, was standing) (*snapshot, error) {
	appointed, err := a.mayChange(ctx, by, c, was.snapshot)
	if err != nil {
		return nil, err
	}
	after, err := a.changed(ctx, was, c)
	if err != nil || appointed {
		return after, err
	}
	return after, sparesSelf(by.Subject, c, was.snapshot, after)
}

// canonical returns the change with the tenant filled in and every expression in canonical spelling.
func (a *Authorizer) canonical(c Change) (Change, error) {
	if c.Tenant != Shared {
		if err := CheckID(c.Tenant); err != nil {
			return c, invalid("tenant", c.Tenant, err)
		}
	}
	c.Add, c.Remove = c.Add.of(c.Tenant), c.Remove.of(c.Tenant)
	if c.Add.Len()+c.Remove.Len() == 0 {
		return c, invalid("change", c.Tenant, fmt.Errorf("adds and removes nothing"))
	}
	for _, rows := range []*Rows{&c.Add, &c.Remove} {
		if err := rows.spell(); err != nil {
			return c, err
		}
		for _, t := range rows.tenants() {
			if *t != c.Tenant {
				return c, invalid("change", c.Tenant, fmt.Errorf("holds a row of the tenant %q: change one tenant at a time", *t))
			}
		}
	}
	return c, nil
}

// spell writes every expression in canonical spelling.
func (r *Rows) spell() error {
	for i := range r.Rules {
		if err := spell(&r.Rules[i].When); err != nil {
			return invalid("rule", r.Rules[i].String(), err)
		}
	}
	for i := range r.Fields {
		if err := spell(&r.Fields[i].When); err != nil {
			return invalid("field rule", r.Fields[i].String(), err)
		}
	}
	for i := range r.Definitions {
		if d := &r.Definitions[i]; d.Expr != "" {
			if err := spell(&d.Expr); err != nil {
				return invalid("definition", d.Name, err)
			}
		}
	}
	return nil
}

func spell(text *string) error {
	e, err := when.Parse(*text)
	if err == nil {
		*text = e.String()
	}
	return err
}

// standing is the policy that a change was made against: as this node holds it, or as it was read for the change.
type standing struct {
	*snapshot
	read *Policy
}

// standing returns the policy if it stands at c.Base, else ErrConflict. A change of the tenant's own rows is made to what
// this node holds; one that defines names, or is of the shared rows, is compiled anew from all rows.
func (a *Authorizer) standing(ctx context.Context, c Change) (standing, error) {
	if t := a.byID.find(c.Tenant); t != nil && c.incremental() {
		v := t.view.Load()
		if v == nil || v.snap.revision < c.Base {
			if err := a.look(ctx, t); err != nil {
				return standing{}, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
			}
			v = t.view.Load()
		}
		if v != nil {
			return standing{snapshot: v.snap}, c.standsAt(v.snap.revision)
		}
	}
	p, err := a.store.Load(ctx, c.Tenant)
	if err != nil {
		return standing{}, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
	}
	if err := c.standsAt(p.Revision); err != nil {
		return standing{}, err
	}
	snap, err := a.compile(p)
	if err != nil {
		return standing{}, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
	}
	return standing{snap, &p}, nil
}

func (c Change) standsAt(revision uint64) error {
	if revision == c.Base {
		return nil
	}
	return fmt.Errorf("%w: the change was made against revision %d, %q stands at %d: read the policy anew", ErrConflict, c.Base, c.Tenant, revision)
}

// changed is the policy as it would be after the change.
func (a *Authorizer) changed(ctx context.Context, was standing, c Change) (*snapshot, error) {
	if was.read == nil {
		return was.with(c)
	}
	p := *was.read
	var err error
	if p.Rows, err = p.Rows.with(c); err != nil {
		return nil, err
	}
	if c.Tenant == Shared {
		if err := a.fitsTenants(ctx, c); err != nil {
			return nil, err
		}
	}
	return a.compile(p)
}

// fitsTenants compiles the policy of every loaded tenant as a change of the shared rows would leave it.
func (a *Authorizer) fitsTenants(ctx context.Context, c Change) error {
	for name := range a.byID.all() {
		if _, err := a.compileShared(ctx, name, c); err != nil {
			return fmt.Errorf("the tenant %q would be left without a valid policy: %w", name, err)
		}
	}
	return nil
}

// compileShared compiles one tenant's policy as a change of the shared rows would leave it.
func (a *Authorizer) compileShared(ctx context.Context, tenant string, c Change) (*snapshot, error) {
	p, err := a.store.Load(ctx, tenant)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, outside(err))
	}
	if p.Rows, err = p.Rows.with(c); err != nil {
		return nil, err
	}
	return a.compile(p)
}

// adopt makes the stored change the policy in force here. Where nothing came between, that is the policy it was checked
// as; else it is read.
func (a *Authorizer) adopt(ctx context.Context, name string, was, after *snapshot) error {
	ctx = context.WithoutCancel(ctx)
	if name == Shared {
		return a.lookAll(ctx)
	}
	t := a.byID.find(name)
	if t == nil {
		return nil
	}
	if t.replace(was, after) {
		a.lintSoon()
		return nil
	}
	return a.look(ctx, t)
}

// replace puts after in the place of was, unless another revision stands there already or somebody is just reading.
func (t *tenant) replace(was, after *snapshot) bool {
	select {
	case t.loading <- struct{}{}:
	default:
		return false
	}
	defer func() { <-t.loading }()
	v := t.view.Load()
	if v == nil || v.snap.revision != was.revision {
		return false
	}
	t.view.Store(newView(after, v.org))
	return true
}

func (a *Authorizer) recordPolicy(ctx context.Context, by Request, c Change, r Revision, allowed bool) error {
	return a.write(context.WithoutCancel(ctx), true, audit.Event{
		Kind: audit.KindPolicy, Time: a.cfg.Now(), Tenant: c.Tenant, Subject: by.Subject.ID, Actor: by.Subject.Actor,
		Action: "administer", Type: PolicyType, Allowed: allowed, Revision: r.String(), Purpose: c.Reason,
		Count: c.Add.Len() + c.Remove.Len(),
	})
}
