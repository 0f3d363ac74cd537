"""From raw extractions (curation/) to tables (data/): keys, merge, blind forms, audit."""
