"""Pictures in the two colours of a house, and briefs from a file of JSON lines."""
