package model

// Kind is what pages and routes need to know of one type of record.
type Kind struct {
	Type    string              // name in policy
	Path    string              // name in addresses, also the table
	Title   string              // column that names a record; never blank
	Columns []string            // shown in lists, where visible
	Options map[string][]string // choices of a column
	Days    []string            // columns that hold a day
	Creates bool                // records are made in this CRM
	Deletes bool
	Exports bool
}

// Kinds lists every type, in the order of the menu.
func Kinds() []Kind {
	return []Kind{
		{
			Type: "customer", Path: "customers", Title: "name", Deletes: true, Exports: true,
			Columns: []string{"id", "name", "contact_name", "phone", "industry", "level", "tags", "stage", "credit_limit", "owner_id", "region_id"},
			Options: map[string][]string{
				"industry": Industries, "level": {"A", "B", "C", "D"},
				"stage": {"prospect", "contacted", "negotiation", "contract", "active", "dormant"},
			},
		},
		{
			Type: "opportunity", Path: "opportunities", Title: "title",
			Columns: []string{"id", "title", "customer_id", "stage", "amount", "probability", "close_on", "owner_id"},
			Options: map[string][]string{"stage": {"discovery", "proposal", "negotiation", "won", "lost"}},
			Days:    []string{"close_on"},
		},
		{
			Type: "quote", Path: "quotes", Title: "title",
			Columns: []string{"id", "title", "customer_id", "amount", "discount", "status", "valid_until", "owner_id"},
			Options: map[string][]string{"status": {"draft", "sent", "accepted", "refused"}},
			Days:    []string{"valid_until"},
		},
		{
			Type: "order", Path: "orders", Title: "title",
			Columns: []string{"id", "title", "customer_id", "quantity", "amount", "status", "owner_id"},
			Options: map[string][]string{"status": {"placed", "paid", "shipped", "done", "returned"}},
		},
		{
			Type: "ticket", Path: "tickets", Title: "title",
			Columns: []string{"id", "title", "customer_id", "priority", "status", "owner_id"},
			Options: map[string][]string{"priority": {"low", "normal", "high"}, "status": {"open", "waiting", "solved"}},
		},
		{
			Type: "complaint", Path: "complaints", Title: "title",
			Columns: []string{"id", "title", "customer_id", "severity", "status", "owner_id"},
			Options: map[string][]string{"severity": {"minor", "major", "critical"}, "status": {"new", "examined", "settled"}},
		},
		{
			Type: "lead", Path: "leads", Title: "name", Creates: true,
			Columns: []string{"id", "name", "contact_name", "phone", "source", "status", "campaign_id", "region_id"},
			Options: map[string][]string{"source": Channels, "status": {"new", "qualified", "passed_on", "dropped"}},
		},
		{
			Type: "campaign", Path: "campaigns", Title: "name", Creates: true,
			Columns: []string{"id", "name", "channel", "budget", "status", "starts_on", "ends_on"},
			Options: map[string][]string{"channel": Channels, "status": {"planned", "running", "ended"}},
			Days:    []string{"starts_on", "ends_on"},
		},
	}
}

// Industries are the trades of customers.
var Industries = []string{"healthcare", "manufacturing", "retail", "education", "logistics", "software", "food", "energy"}

// Channels are the ways by which leads come.
var Channels = []string{"wechat", "exhibition", "website", "referral", "phone_call"}

// Partners are the companies that work on some of a tenant's customers.
var Partners = []string{"bluesea", "sunrise", "greenhill", "redstar"}

// KindOf finds a kind by its type or its path.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Type == name || k.Path == name {
			return k, true
		}
	}
	return Kind{}, false
}
