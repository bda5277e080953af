"""Pure clustering: keys, templates, parties, stretches of time, waves."""
