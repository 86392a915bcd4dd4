"""Maildir: one file a message (cr.yp.to/proto/maildir.html), folders as Maildir++ or as plain folders within each other."""
