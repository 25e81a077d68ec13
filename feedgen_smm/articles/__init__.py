"""Which sightings are one article, its id, and what its entry says. Pure."""
