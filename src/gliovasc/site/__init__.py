"""The static site: pages for those who look, built from the tables alone."""
