-- What the store keeps ready.
CREATE OR REPLACE TEMP VIEW tender AS FROM kept_tender;

CREATE OR REPLACE TEMP VIEW population AS FROM kept_population;

CREATE OR REPLACE TEMP VIEW award AS FROM kept_award;

CREATE OR REPLACE TEMP VIEW share AS FROM kept_share;

CREATE OR REPLACE TEMP VIEW seen AS FROM kept_seen;

CREATE OR REPLACE TEMP VIEW named AS FROM kept_name
