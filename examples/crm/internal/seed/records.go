package seed

import (
	"io"

	"gorm.io/gorm"

	"github.com/seed9b40ffc1/crmaccess/examples/crm/internal/model"
)

// size says how many records a tenant has.
type size struct{ customers, opportunities, quotes, orders, tickets, complaints, leads, campaigns int }

func (s size) total() int {
	return s.customers + s.opportunities + s.quotes + s.orders + s.tickets + s.complaints + s.leads + s.campaigns
}

var (
	acmeSize   = size{customers: 5000, opportunities: 8000, quotes: 4000, orders: 5000, tickets: 2500, complaints: 600, leads: 1500, campaigns: 40}
	globexSize = size{customers: 300, opportunities: 400, quotes: 200, orders: 300, tickets: 120, complaints: 40, leads: 80, campaigns: 12}
)

func (s size) over(n int) size {
	return size{
		s.customers / n, s.opportunities / n, s.quotes / n, s.orders / n, s.tickets / n, s.complaints / n, s.leads / n, s.campaigns / n,
	}
}

// records writes everything but the policy and returns the people of both tenants.
func records(db *gorm.DB, oneIn int, out io.Writer) ([]model.Person, error) {
	w := newWords(20260302)
	large, small := acmeSize.over(oneIn), globexSize.over(oneIn)
	p := newProgress(out, large.total()+small.total())
	var people []model.Person
	for _, t := range []struct {
		org  *org
		size size
	}{{acme(w), large}, {globex(w), small}} {
		if err := db.Transaction(func(tx *gorm.DB) error { return t.org.write(tx, w, t.size, p) }); err != nil {
			return nil, err
		}
		people = append(people, t.org.people...)
	}
	return people, p.finish()
}

func (o *org) write(tx *gorm.DB, w *words, n size, p *progress) error {
	customers := o.customers(w, n.customers)
	deals := opportunities(w, customers, n.opportunities)
	leads, campaigns := o.leads(w, n.leads, n.campaigns), o.campaigns(w, n.campaigns)
	for _, err := range []error{
		insert(tx, p, o.regions), insert(tx, p, o.teams), insert(tx, p, o.people), insert(tx, p, o.counters(n)),
		insert(tx, p, customers), insert(tx, p, deals), insert(tx, p, quotes(w, deals, n.quotes)),
		insert(tx, p, orders(w, customers, n.orders)), insert(tx, p, tickets(w, customers, n.tickets)),
		insert(tx, p, complaints(w, customers, n.complaints)), insert(tx, p, leads), insert(tx, p, campaigns),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// counters continue behind the seeded numbers, for the kinds of which more are made.
func (o *org) counters(n size) []model.Counter {
	return []model.Counter{
		{TenantID: o.tenant, Type: "lead", Last: int64(n.leads)},
		{TenantID: o.tenant, Type: "campaign", Last: int64(n.campaigns)},
	}
}

func insert[T any](tx *gorm.DB, p *progress, rows []T) error {
	const batch = 200
	for len(rows) > 0 {
		n := min(batch, len(rows))
		part := rows[:n]
		if err := tx.Create(&part).Error; err != nil {
			return err
		}
		p.add(n)
		rows = rows[n:]
	}
	return nil
}
