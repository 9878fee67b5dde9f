package model

import "time"

// Identity opens every record: its number within the tenant, and the people and places it belongs to. Scopes read
// these columns.
type Identity struct {
	ID        int64   `gorm:"primaryKey;autoIncrement:false" json:"id"`
	TenantID  string  `gorm:"primaryKey;not null" json:"tenant_id"`
	OwnerID   *string `gorm:"index" json:"owner_id"` // null: in the public pool
	TeamID    string  `gorm:"not null;index" json:"team_id"`
	RegionID  string  `gorm:"not null;index" json:"region_id"`
	PartnerID *string `gorm:"index" json:"partner_id"` // the partner company that works on it
}

// Key returns the identity of the record it is part of.
func (i *Identity) Key() *Identity { return i }

// Stamps close every record.
type Stamps struct {
	CreatedAt time.Time `gorm:"not null" json:"created_at"`
	UpdatedAt time.Time `gorm:"not null" json:"updated_at"`
}

// OfCustomer ties a record to its customer. The record goes when the customer goes.
type OfCustomer struct {
	CustomerID int64     `gorm:"not null;index" json:"customer_id"`
	Customer   *Customer `gorm:"foreignKey:CustomerID,TenantID;references:ID,TenantID;constraint:OnDelete:CASCADE" json:"-"`
}
