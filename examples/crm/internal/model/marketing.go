package model

// Lead is a company that showed interest and is no customer yet.
type Lead struct {
	Identity
	Name        string `gorm:"not null" json:"name"`
	ContactName string `gorm:"not null" json:"contact_name"`
	Phone       string `gorm:"not null" json:"phone"`
	Email       string `gorm:"not null" json:"email"`
	Source      string `gorm:"not null" json:"source"`
	Status      string `gorm:"not null" json:"status"`
	CampaignID  int64  `gorm:"not null;index" json:"campaign_id"` // 0: none
	Stamps
}

// Campaign is an effort to win leads.
type Campaign struct {
	Identity
	Name     string `gorm:"not null" json:"name"`
	Channel  string `gorm:"not null" json:"channel"`
	Budget   int64  `gorm:"not null" json:"budget"` // in yuan
	Status   string `gorm:"not null" json:"status"`
	StartsOn string `gorm:"not null" json:"starts_on"` // day
	EndsOn   string `gorm:"not null" json:"ends_on"`   // day
	Stamps
}
