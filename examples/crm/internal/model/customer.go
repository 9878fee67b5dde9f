package model

// Customer is a company that buys, or may buy.
type Customer struct {
	Identity
	Name        string `gorm:"not null" json:"name"`
	ContactName string `gorm:"not null" json:"contact_name"`
	Phone       string `gorm:"not null" json:"phone"`
	Email       string `gorm:"not null" json:"email"`
	IDNumber    string `gorm:"not null" json:"id_number"` // of the contact's identity card
	Address     string `gorm:"not null" json:"address"`
	Industry    string `gorm:"not null" json:"industry"`
	Level       string `gorm:"not null" json:"level"`
	Tags        Tags   `gorm:"not null" json:"tags"`
	Stage       string `gorm:"not null" json:"stage"`
	CreditLimit int64  `gorm:"not null" json:"credit_limit"` // in yuan
	Stamps
}
