"""All that leaves the house: which findings are news for whom, as what message, over which channel."""
