package model

// Opportunity is a deal under way.
type Opportunity struct {
	Identity
	OfCustomer
	Title       string `gorm:"not null" json:"title"`
	Stage       string `gorm:"not null" json:"stage"`
	Amount      int64  `gorm:"not null" json:"amount"`      // in yuan
	Probability int64  `gorm:"not null" json:"probability"` // in percent
	CloseOn     string `gorm:"not null" json:"close_on"`    // day, 2006-01-02
	Stamps
}

// Quote is an offer made for an opportunity.
type Quote struct {
	Identity
	OfCustomer
	OpportunityID int64  `gorm:"not null;index" json:"opportunity_id"`
	Title         string `gorm:"not null" json:"title"`
	Amount        int64  `gorm:"not null" json:"amount"`   // in yuan
	Discount      int64  `gorm:"not null" json:"discount"` // in percent
	Status        string `gorm:"not null" json:"status"`
	ValidUntil    string `gorm:"not null" json:"valid_until"` // day
	Stamps
}

// Order is what a customer bought.
type Order struct {
	Identity
	OfCustomer
	Title    string `gorm:"not null" json:"title"`
	Quantity int64  `gorm:"not null" json:"quantity"`
	Amount   int64  `gorm:"not null" json:"amount"` // in yuan
	Status   string `gorm:"not null" json:"status"`
	Stamps
}
