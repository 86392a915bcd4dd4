"""Servers that misbehave, each on an address or a name of its own."""

from world.faults.table import ADDRESSES, PRIVATE, RESOLVERS, SITES, ZONE, sites_zone

__all__ = ["ADDRESSES", "PRIVATE", "RESOLVERS", "SITES", "ZONE", "sites_zone"]
