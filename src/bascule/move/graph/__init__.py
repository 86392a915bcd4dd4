"""A mailbox that is read through Microsoft Graph, an HTTP interface with JSON; messages come as MIME."""
