"""Mail accounts: RFC 9051 and 3501, with what makes many messages quick."""
