package orgtree

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
	"time"
)

// stand is where a tenant's rows stand, as this Source has seen them.
type stand struct {
	number  uint64
	print   string    // what they were told apart by
	since   time.Time // when this print was first seen
	settled bool      // nothing that happened with the last change can have escaped
}

// settle is how long after a change more may happen with the same time of change: databases keep whole seconds at worst.
const settle = 2 * time.Second

// exhaustive reports whether all rows are read to tell two states apart.
func (p *plan) exhaustive() bool { return p.version == "" && !p.timed }

// beginning is what was known when reading began.
type beginning struct {
	number uint64 // 0: the tenant was not known
	at     time.Time
}

func (s *Source) begin(tenant string) beginning {
	s.mu.Lock()
	defer s.mu.Unlock()
	return beginning{s.at[tenant].number, s.now()}
}

func (s *Source) forget(tenant string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.at, tenant)
}

// number returns the revision of rows with a print. It is not ok if another state was seen since reading began: which of
// the two is the newer can't be told.
func (s *Source) number(tenant, print string, begun beginning) (n uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.at[tenant]
	if at.number != begun.number {
		return 0, false
	}
	switch {
	case at.number == 0 || at.print != print:
		at = stand{print: print, since: s.now(), settled: s.version != "" || s.exhaustive()}
	case !at.settled && begun.at.Sub(at.since) >= settle:
		at.settled = true
	default:
		return at.number, true
	}
	s.counter++
	at.number = s.counter
	s.at[tenant] = at
	return at.number, true
}

// look returns the print of a tenant's rows as they are now.
func (s *Source) look(ctx context.Context, tenant string) (string, error) {
	if !s.exhaustive() {
		return s.print(ctx, s.db, tenant)
	}
	_, print, err := s.read(ctx, tenant)
	return print, err
}

// print asks the host's version query, or each table how many rows it has and when the last changed. It is one statement,
// which sees all tables at one instant.
func (p *plan) print(ctx context.Context, q querier, tenant string) (string, error) {
	query, args := p.version, []any{tenant}
	if query == "" {
		query, args = p.census(tenant)
	}
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return "", fmt.Errorf("orgtree: reading the version: %w", err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", fmt.Errorf("orgtree: reading the version: %w", err)
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if !rows.Next() {
		return "", errors.Join(rows.Err(), errors.New("orgtree: the version query found no row: it must give one for each tenant"))
	}
	if err := rows.Scan(into...); err != nil {
		return "", fmt.Errorf("orgtree: reading the version: %w", err)
	}
	if p.version != "" && (len(values) != 1 || values[0] == nil) {
		return "", errors.New("orgtree: the version query gave NULL or several columns: it must give one value")
	}
	if p.version != "" && rows.Next() {
		return "", errors.New("orgtree: the version query gave several rows: it must give one")
	}
	var b strings.Builder
	for _, v := range values {
		if v == nil {
			b.WriteString("null|")
			continue
		}
		fmt.Fprintf(&b, "%q|", value(v))
	}
	return b.String(), rows.Err()
}

// census is the query for the number of rows of each table and the time of its last change.
func (p *plan) census(tenant string) (query string, args []any) {
	var parts []string
	for _, t := range []rowset{p.people, p.teams, p.regions, p.teamLinks, p.regionLinks} {
		if t.from == "" {
			continue
		}
		n, from, measures := len(parts), t.from, ""
		if t.left != "" {
			measures = fmt.Sprintf(", COUNT(%s) AS left_%d", t.left, n)
		}
		if t.scoped {
			args = append(args, tenant)
			from = strings.Replace(from, p.placeholder(1), p.placeholder(len(args)), 1)
		}
		parts = append(parts, fmt.Sprintf("(SELECT COUNT(*) AS rows_%d, MAX(%s) AS last_%d%s FROM %s) t_%d", n, t.updated, n, measures, from, n))
	}
	return "SELECT * FROM " + strings.Join(parts, ", "), args
}

// digest is the print of an organisation that was read whole.
func (o *Organisation) digest() string {
	d := digest{sha256.New()}
	d.count(len(o.People))
	for _, p := range o.People {
		d.texts(p.ID, p.Superior, fmt.Sprint(p.Inactive))
		d.list(p.Teams)
		d.list(p.Regions)
		d.count(len(p.Attrs))
		for _, name := range slices.Sorted(maps.Keys(p.Attrs)) {
			d.texts(name)
			d.list(p.Attrs[name])
		}
	}
	for _, t := range []*Tree{o.Teams, o.Regions} {
		d.count(t.Len())
		for i := range t.Len() {
			d.texts(t.nodes[i].id, t.nodes[i].name)
			d.count(t.nodes[i].parent + 1)
		}
	}
	return string(d.Sum(nil))
}

// digest hashes texts and counts so that no two lists of them run together.
type digest struct{ hash.Hash }

func (d digest) count(n int) { _ = binary.Write(d, binary.BigEndian, int64(n)) }

func (d digest) list(texts []string) {
	d.count(len(texts))
	d.texts(texts...)
}

func (d digest) texts(texts ...string) {
	for _, s := range texts {
		d.count(len(s))
		_, _ = d.Write([]byte(s))
	}
}
