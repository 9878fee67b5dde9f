package model

// Ticket is a customer's request to support.
type Ticket struct {
	Identity
	OfCustomer
	Title    string `gorm:"not null" json:"title"`
	Body     string `gorm:"not null" json:"body"`
	Priority string `gorm:"not null" json:"priority"`
	Status   string `gorm:"not null" json:"status"`
	Stamps
}

// Complaint is what a customer is unhappy with.
type Complaint struct {
	Identity
	OfCustomer
	Title    string `gorm:"not null" json:"title"`
	Body     string `gorm:"not null" json:"body"`
	Severity string `gorm:"not null" json:"severity"`
	Status   string `gorm:"not null" json:"status"`
	Stamps
}
