-- The access list of a unit. Days are counted from 1970-01-01 (core/date.h), NULL where there is none; instants are
-- microseconds UTC. Rows may refer to what isn't there: whoever reads sees to it (db/README.md).
PRAGMA application_id = 0x53744c69;

CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    synced_utc_us INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0, 1, 0);

CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL, -- POSIX TZ rule
    overdue_days INTEGER NOT NULL DEFAULT 0,
    overdue_hits INTEGER NOT NULL DEFAULT 0, -- enum access_overdue_hits
    allow_uid_only INTEGER NOT NULL DEFAULT 1,
    warn_ends_days INTEGER NOT NULL DEFAULT 14,
    warn_certificate_days INTEGER NOT NULL DEFAULT 14,
    warn_clips_left INTEGER NOT NULL DEFAULT 2,
    too_soon_s INTEGER NOT NULL DEFAULT 0,
    closed_without_clock INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE holiday (
    branch INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (branch, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE zone (
    id INTEGER PRIMARY KEY,
    branch INTEGER NOT NULL,
    name TEXT NOT NULL,
    most_people INTEGER NOT NULL DEFAULT 0, -- 0: no limit
    passback INTEGER NOT NULL DEFAULT 0, -- enum access_passback
    forget_after_s INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE point (
    id INTEGER PRIMARY KEY,
    branch INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,
    direction INTEGER NOT NULL, -- 0 in, 1 out, 2 inner, 3 in-out
    zone_from INTEGER NOT NULL DEFAULT 0, -- walking inwards; 0: outside
    zone_to INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE schedule (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE schedule_span (
    schedule INTEGER NOT NULL,
    n INTEGER NOT NULL,
    days INTEGER NOT NULL, -- as struct schedule_span
    from_min INTEGER NOT NULL,
    to_min INTEGER NOT NULL,
    PRIMARY KEY (schedule, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    min_age INTEGER NOT NULL DEFAULT 0,
    tolerance_days INTEGER NOT NULL DEFAULT 30,
    visits_per_day INTEGER NOT NULL DEFAULT 0,
    visits_per_week INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE access_right (
    product INTEGER NOT NULL,
    point INTEGER NOT NULL, -- 0: every point
    schedule INTEGER NOT NULL, -- 0: always
    directions INTEGER NOT NULL, -- bits 1 << enum visit_direction
    PRIMARY KEY (product, point, schedule)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    type INTEGER NOT NULL DEFAULT 0, -- regular, student, pensioner, youth, staff
    birth INTEGER,
    branch INTEGER, -- home; further ones in customer_branch
    all_branches INTEGER NOT NULL DEFAULT 0,
    inactive_from INTEGER,
    suspended INTEGER NOT NULL DEFAULT 0,
    certificate_through INTEGER,
    message TEXT
) STRICT;

CREATE TABLE customer_branch (
    customer INTEGER NOT NULL,
    branch INTEGER NOT NULL,
    PRIMARY KEY (customer, branch)
) STRICT, WITHOUT ROWID;

-- A card belongs to a customer, a punch card or a single entry; a staff card may belong to nobody.
CREATE TABLE card (
    key BLOB PRIMARY KEY, -- card_key
    customer INTEGER,
    punch_card INTEGER,
    single_entry INTEGER,
    state INTEGER NOT NULL DEFAULT 0, -- enum access_card_state
    credential INTEGER NOT NULL DEFAULT 0, -- enum access_credential
    valid_from INTEGER,
    valid_through INTEGER,
    staff INTEGER NOT NULL DEFAULT 0,
    emergency INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Kept in the order of its users, since that is how a tap asks for it: one page holds all of a person's.
CREATE TABLE subscription (
    customer INTEGER NOT NULL, -- who uses it
    id INTEGER NOT NULL UNIQUE,
    product INTEGER NOT NULL,
    payer INTEGER, -- NULL: the user
    parent INTEGER, -- of an add-on
    kind INTEGER NOT NULL DEFAULT 0, -- 0 direct debit, 1 prepaid
    start INTEGER,
    bound_through INTEGER,
    charged_through INTEGER,
    ends_on INTEGER,
    price_minor INTEGER,
    currency TEXT,
    interval_months INTEGER,
    interval_days INTEGER,
    auto_renew INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (customer, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE freeze (
    subscription INTEGER NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL, -- frozen too
    PRIMARY KEY (subscription, first_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE punch_card (
    id INTEGER PRIMARY KEY,
    product INTEGER NOT NULL,
    customer INTEGER, -- NULL: whoever bears it
    clips_left INTEGER NOT NULL,
    start INTEGER,
    valid_through INTEGER,
    counted_seq INTEGER NOT NULL DEFAULT 0 -- of the unit's journal: uses up to here are in clips_left
) STRICT;
CREATE INDEX punch_card_customer ON punch_card (customer) WHERE customer IS NOT NULL;

CREATE TABLE single_entry (
    id INTEGER PRIMARY KEY,
    product INTEGER NOT NULL,
    customer INTEGER,
    used INTEGER NOT NULL DEFAULT 0,
    start INTEGER,
    valid_through INTEGER,
    counted_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX single_entry_customer ON single_entry (customer) WHERE customer IS NOT NULL;

-- Open invoices only.
CREATE TABLE invoice (
    id INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL,
    due INTEGER NOT NULL,
    exempt INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX invoice_due ON invoice (customer, due) WHERE exempt = 0;

-- What the screens show of a branch and its people, and who may sign in at them.
ALTER TABLE branch ADD COLUMN show_photo INTEGER NOT NULL DEFAULT 0;
ALTER TABLE branch ADD COLUMN show_name INTEGER NOT NULL DEFAULT 1;
ALTER TABLE branch ADD COLUMN opening INTEGER NOT NULL DEFAULT 0; -- a schedule; 0: not said
ALTER TABLE branch ADD COLUMN help TEXT NOT NULL DEFAULT '';

-- In a table of their own, so that they push nothing that a tap looks up out of the cache.
CREATE TABLE photo (
    customer INTEGER PRIMARY KEY,
    image BLOB NOT NULL -- JPEG or PNG
) STRICT;

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role INTEGER NOT NULL DEFAULT 0, -- enum list_role
    pin TEXT, -- Argon2id hash (pin.h)
    card BLOB UNIQUE, -- card_key
    language TEXT NOT NULL DEFAULT ''
) STRICT;

PRAGMA user_version = 2;
INSERT INTO customer (id, name) VALUES (1, 'Ida');
INSERT INTO card (key, customer) VALUES (x'0104a1b2c3', 1);
INSERT INTO photo (customer, image) VALUES (1, x'ffd8ff');
INSERT INTO staff (id, name, role) VALUES (1, 'Anna', 1);
