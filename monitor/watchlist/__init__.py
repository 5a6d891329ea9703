"""The watchlist: items, servers, services, masks, dated controls and trigger words, all as TOML data with examples."""

from monitor.watchlist.load import load_watchlist
from monitor.watchlist.model import Watchlist

__all__ = ["Watchlist", "load_watchlist"]
