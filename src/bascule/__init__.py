"""Who holds the switch on each of a firm's digital tools, what stops if it is thrown, and what to do about it."""
