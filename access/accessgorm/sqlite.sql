CREATE TABLE IF NOT EXISTS crmaccess_rule (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  ptype TEXT NOT NULL DEFAULT '',
  v0    TEXT NOT NULL DEFAULT '',
  v1    TEXT NOT NULL DEFAULT '',
  v2    TEXT NOT NULL DEFAULT '',
  v3    TEXT NOT NULL DEFAULT '',
  v4    TEXT NOT NULL DEFAULT '',
  v5    TEXT NOT NULL DEFAULT ''
);
-- Does not begin with ptype: it would be taken, as it holds all columns, to read every tenant's rows of a type.
CREATE UNIQUE INDEX IF NOT EXISTS crmaccess_rule_row ON crmaccess_rule (v0, ptype, v1, v2, v3, v4, v5);
CREATE INDEX IF NOT EXISTS crmaccess_rule_v1 ON crmaccess_rule (ptype, v1);
CREATE INDEX IF NOT EXISTS crmaccess_rule_v2 ON crmaccess_rule (ptype, v2);
CREATE TABLE IF NOT EXISTS crmaccess_grant (
  tenant  TEXT NOT NULL,
  hash    TEXT NOT NULL,
  subject TEXT NOT NULL,
  role    TEXT NOT NULL,
  begins  TEXT NOT NULL,
  ends    TEXT NOT NULL,
  purpose TEXT NOT NULL,
  PRIMARY KEY (tenant, hash)
);
CREATE TABLE IF NOT EXISTS crmaccess_definition (
  tenant TEXT NOT NULL,
  hash   TEXT NOT NULL,
  name   TEXT NOT NULL,
  body   TEXT NOT NULL,
  PRIMARY KEY (tenant, hash)
);
CREATE TABLE IF NOT EXISTS crmaccess_suspension (
  tenant  TEXT NOT NULL,
  hash    TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason  TEXT NOT NULL,
  PRIMARY KEY (tenant, hash)
);
CREATE TABLE IF NOT EXISTS crmaccess_role (
  tenant  TEXT NOT NULL,
  hash    TEXT NOT NULL,
  name    TEXT NOT NULL,
  kind    TEXT NOT NULL,
  purpose TEXT NOT NULL,
  owner   TEXT NOT NULL,
  PRIMARY KEY (tenant, hash)
);
CREATE TABLE IF NOT EXISTS crmaccess_revision (
  tenant    TEXT   NOT NULL PRIMARY KEY,
  rev       BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  digest    TEXT   NOT NULL
);
INSERT INTO crmaccess_revision (tenant, rev, row_count, digest)
  SELECT '', 0, 0, '' WHERE NOT EXISTS (SELECT 1 FROM crmaccess_revision WHERE tenant = '');
CREATE TABLE IF NOT EXISTS crmaccess_log (
  rev     BIGINT NOT NULL PRIMARY KEY,
  tenant  TEXT   NOT NULL,
  author  TEXT   NOT NULL,
  made    TEXT   NOT NULL,
  content TEXT   NOT NULL
);
CREATE INDEX IF NOT EXISTS crmaccess_log_tenant ON crmaccess_log (tenant, rev);
