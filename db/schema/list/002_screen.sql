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
