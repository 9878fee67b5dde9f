package model

// Person is a member of a tenant.
type Person struct {
	TenantID string `gorm:"primaryKey"`
	ID       string `gorm:"primaryKey"`
	Name     string `gorm:"not null"`
	Job      string `gorm:"not null"` // name of the role the policy gives him
	TeamID   string `gorm:"not null"` // "" if he is in none
	RegionID string `gorm:"not null"` // the region he answers for, "" if none
	Partner  string `gorm:"not null"` // the partner company he works for, "" if ours
}

// Team is a group of people in one city.
type Team struct {
	TenantID string `gorm:"primaryKey"`
	ID       string `gorm:"primaryKey"`
	ParentID string `gorm:"not null"`
	RegionID string `gorm:"not null"`
	Name     string `gorm:"not null"`
}

// Region is a node of the tree of places.
type Region struct {
	TenantID string `gorm:"primaryKey"`
	ID       string `gorm:"primaryKey"`
	ParentID string `gorm:"not null"`
	Name     string `gorm:"not null"`
}

// Counter holds the last number given to a record of one kind in one tenant.
type Counter struct {
	TenantID string `gorm:"primaryKey"`
	Type     string `gorm:"primaryKey"`
	Last     int64  `gorm:"not null"`
}
