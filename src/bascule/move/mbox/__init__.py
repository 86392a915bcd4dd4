"""mbox: many messages in one file (RFC 4155), alone or in folders as Thunderbird keeps them (`Name.sbd`)."""
