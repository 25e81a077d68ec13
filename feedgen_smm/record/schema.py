"""The tables, as the steps that lead from an empty file to today's.

A step, once released, never changes: archives that took it exist. Times are microseconds since 1970, in UTC.
"""

APPLICATION_ID = 0x464D534D  # what marks the file as ours: "FMSM"

_FIRST = """
CREATE TABLE page (             -- what bytes mean; copies of a file are one page
    page INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    sightings INTEGER NOT NULL,
    undated_articles INTEGER NOT NULL,
    undated_teasers INTEGER NOT NULL
);
CREATE TABLE capture (          -- every file read, each time its bytes had changed
    capture INTEGER PRIMARY KEY,
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    saved INTEGER,
    read INTEGER NOT NULL,
    page INTEGER NOT NULL REFERENCES page
);
CREATE INDEX capture_by_page ON capture (page);
CREATE TABLE file (             -- what stood at a path when it was last looked at
    folder BLOB NOT NULL,
    name BLOB NOT NULL,
    signature TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES capture,
    PRIMARY KEY (folder, name)
) WITHOUT ROWID;
CREATE TABLE problem (          -- what a person should know of a page; `entry` where it concerns one
    page INTEGER NOT NULL REFERENCES page,
    line INTEGER NOT NULL,
    message TEXT NOT NULL,
    entry INTEGER REFERENCES entry
);
CREATE INDEX problem_by_entry ON problem (entry) WHERE entry IS NOT NULL;
CREATE TABLE sighting (         -- one article as pages show it; what is shown alike on many pages stands once
    sighting INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    title TEXT,
    published INTEGER,
    precision TEXT,
    shown_date TEXT,
    summary TEXT,
    paragraphs TEXT NOT NULL,
    number TEXT,
    link TEXT,
    is_ended INTEGER NOT NULL,
    saved INTEGER,
    headline TEXT,              -- day and beginning of the headline, minute: what sightings of one article share
    minute INTEGER,
    is_settled INTEGER NOT NULL,
    entry INTEGER REFERENCES entry
);
CREATE INDEX sighting_by_headline ON sighting (headline) WHERE headline IS NOT NULL;
CREATE INDEX sighting_by_minute ON sighting (minute) WHERE minute IS NOT NULL;
CREATE INDEX sighting_by_number ON sighting (number) WHERE number IS NOT NULL;
CREATE INDEX sighting_by_entry ON sighting (entry) WHERE entry IS NOT NULL;
CREATE INDEX sighting_not_settled ON sighting (sighting) WHERE NOT is_settled;
CREATE TABLE appearance (       -- where a page shows it
    sighting INTEGER NOT NULL REFERENCES sighting,
    page INTEGER NOT NULL REFERENCES page,
    lines TEXT NOT NULL,
    PRIMARY KEY (sighting, page, lines)
) WITHOUT ROWID;
CREATE INDEX appearance_by_page ON appearance (page);
CREATE TABLE entry (            -- one article; its id is never given to another, also when it is retired
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    published INTEGER NOT NULL,
    precision TEXT NOT NULL,
    revision INTEGER NOT NULL,
    merged_into INTEGER REFERENCES entry
);
CREATE INDEX entry_by_date ON entry (published DESC, id) WHERE merged_into IS NULL;
CREATE INDEX entry_retired ON entry (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE revision (         -- what an entry said, each time it changed
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    action TEXT NOT NULL,
    made INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    title TEXT NOT NULL,
    summary TEXT,
    paragraphs TEXT NOT NULL,
    link TEXT,
    language TEXT NOT NULL,
    extent TEXT NOT NULL,
    PRIMARY KEY (entry, revision)
) WITHOUT ROWID;
CREATE TABLE total (            -- sums that would be slow to count, and how often entries changed
    captures INTEGER NOT NULL,
    sightings INTEGER NOT NULL,
    undated_articles INTEGER NOT NULL,
    undated_teasers INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    changes INTEGER NOT NULL
);
INSERT INTO total VALUES (0, 0, 0, 0, 0, 0);
CREATE TABLE publication (      -- the files as they were last written, and what they were written from
    path BLOB PRIMARY KEY,
    signature TEXT NOT NULL,
    changes INTEGER NOT NULL,
    options TEXT NOT NULL,
    entries INTEGER NOT NULL
) WITHOUT ROWID;
"""

_SECOND = """
CREATE TABLE topic (            -- what entries are of, by the rules whose digest `total` has
    name TEXT NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (name, published, entry)
) WITHOUT ROWID;
CREATE INDEX topic_by_entry ON topic (entry);
CREATE TABLE unsorted (         -- entries that changed since their topics were found
    entry INTEGER PRIMARY KEY REFERENCES entry
);
CREATE TABLE filed (            -- the archive documents, place by place: revisions as they were published there
    place INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    published INTEGER NOT NULL,
    precision TEXT NOT NULL
);
CREATE INDEX filed_by_entry ON filed (entry);
CREATE TABLE unfiled (          -- entries whose last revision is in no archive document; made after which edition
    entry INTEGER PRIMARY KEY REFERENCES entry,
    edition INTEGER NOT NULL
);
CREATE TABLE shelf (            -- where archive documents stand, at which address, and up to which they are fixed
    folder BLOB PRIMARY KEY,
    base_url TEXT NOT NULL,
    fixed INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO unsorted SELECT entry FROM entry WHERE merged_into IS NULL;
INSERT INTO unfiled SELECT entry, 0 FROM entry WHERE merged_into IS NULL;
ALTER TABLE total ADD COLUMN rules TEXT;
ALTER TABLE total ADD COLUMN editions INTEGER NOT NULL DEFAULT 0;
"""

_THIRD = """
CREATE TABLE series (           -- feeds that were put out, by topic, '' of all; how often entries came or changed since
    name TEXT PRIMARY KEY,
    arrivals INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO series SELECT '', 0 WHERE EXISTS (SELECT 1 FROM publication);
DROP TABLE topic;
CREATE TABLE member (           -- what entries are of, by the rules whose digest `total` has
    series TEXT NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (series, published, entry)
) WITHOUT ROWID;
CREATE INDEX member_by_entry ON member (entry);
ALTER TABLE filed RENAME TO filed_of_all;
CREATE TABLE filed (            -- archive documents, place by place: revisions as they were published there
    series TEXT NOT NULL,
    place INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    published INTEGER NOT NULL,
    precision TEXT NOT NULL,
    PRIMARY KEY (series, place)
) WITHOUT ROWID;
INSERT INTO filed SELECT '', place, entry, revision, published, precision FROM filed_of_all;
DROP TABLE filed_of_all;
CREATE INDEX filed_by_entry ON filed (series, entry, revision);
DROP TABLE unfiled;
CREATE TABLE unfiled (          -- revisions that are in no archive document of a series; 0 came before its first feed
    series TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    revision INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    PRIMARY KEY (series, entry)
) WITHOUT ROWID;
CREATE INDEX unfiled_by_entry ON unfiled (entry);
DROP TABLE shelf;
CREATE TABLE document (         -- archive documents that are full, as they are found at an address for ever; compressed
    base_url TEXT NOT NULL,
    name TEXT NOT NULL,
    holds INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (base_url, name)
);
ALTER TABLE total DROP COLUMN editions;
UPDATE total SET rules = NULL;
"""

STEPS = (_FIRST, _SECOND, _THIRD)
