-- What the store keeps ready.
CREATE OR REPLACE TEMP VIEW offer AS FROM kept_offer;

CREATE OR REPLACE TEMP VIEW other AS FROM kept_other;

CREATE OR REPLACE TEMP VIEW award AS FROM kept_award WHERE NOT cancelled;

CREATE OR REPLACE TEMP VIEW outcome AS FROM kept_outcome;

CREATE OR REPLACE TEMP VIEW party AS FROM kept_party;

CREATE OR REPLACE TEMP VIEW named AS FROM kept_name
