-- What happened at the lanes. Instants are microseconds (UTC, or since boot where named so). db/README.md tells the chain.
PRAGMA application_id = 0x53744a6f;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    next_seq INTEGER NOT NULL, -- at the least: where an epoch begins
    last_grant INTEGER NOT NULL
) STRICT;
INSERT INTO journal VALUES (1, 1, 1, 0);

CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    kind INTEGER NOT NULL, -- enum journal_kind
    utc_us INTEGER NOT NULL,
    boot_us INTEGER NOT NULL,
    grant_no INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    point INTEGER NOT NULL,
    code INTEGER NOT NULL,
    line_us INTEGER NOT NULL,
    flags INTEGER NOT NULL, -- 1 opens its grant, 2 closes it
    lane TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    personal INTEGER NOT NULL, -- 0 has no personal part, 1 has one, 2 had one
    seal BLOB, -- its salt, or its digest once it is erased
    holder INTEGER,
    card BLOB, -- card_key
    effect BLOB, -- packed
    record BLOB
) STRICT;
CREATE INDEX event_personal ON event (utc_us) WHERE personal = 1;
-- What staff set last, found at a start; and whether a passage was taken back. The kinds are those of enum journal_kind.
CREATE INDEX event_setting ON event (kind, lane, seq) WHERE kind IN (12, 14);
CREATE INDEX event_undone ON event (ref) WHERE kind = 8;

-- Where the chain begins anew: the event before was lost when a damaged journal was recovered.
CREATE TABLE chain_start (
    seq INTEGER PRIMARY KEY,
    epoch INTEGER -- that the recovery began: the first event of that epoch vouches for it
) STRICT;

CREATE TABLE presence (
    holder INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL, -- of the event that wrote it
    zone INTEGER NOT NULL,
    zone_since_us INTEGER NOT NULL,
    last_entry_us INTEGER NOT NULL,
    last_entry_point INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    visit_day INTEGER NOT NULL,
    visit_paid INTEGER NOT NULL,
    visits_today INTEGER NOT NULL,
    visits_week INTEGER NOT NULL,
    entries_today INTEGER NOT NULL
) STRICT;

CREATE INDEX presence_zone ON presence (zone, zone_since_us) WHERE zone != 0;

CREATE TABLE zone_count (
    zone INTEGER PRIMARY KEY,
    people INTEGER NOT NULL
) STRICT;

CREATE TABLE cost_use (
    kind INTEGER NOT NULL, -- enum visit_cost
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    returned_seq INTEGER NOT NULL DEFAULT 0, -- of the event that took it back
    PRIMARY KEY (kind, id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX cost_use_seq ON cost_use (seq);

CREATE TABLE open_grant (
    grant_no INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;

CREATE TABLE cursor (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
