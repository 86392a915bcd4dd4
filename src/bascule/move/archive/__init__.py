"""An archive: a folder that outlives this program, and every program but `sha256sum`, `age` and something that reads mail.

    LISEZ-MOI.txt      how to use it without Bascule, in French and in English
    archive.json       its number, its format, whom it is encrypted for
    courrier/          mail as Maildir++, one file a message with the very bytes that were received (CRLF stays CRLF)
    coffre/            instead of it in an encrypted archive: one age file a message, under a number that tells nothing
    manifest.jsonl     one line a folder and a message, in order; each ends with a digest over itself and the line before
    SHA256SUMS         the digest of each message's file, as `sha256sum -c` takes it
    SCEAU.sha256       the digests of everything else, written when a run ends; away while one is under way
    receipts/          what each run did that changed something
    tmp/               drafts of a run that is under way, and its lock

What is stored together goes a fixed way. Drafts are written to `tmp` and brought to the disk; then `tmp/next`, which says what is about to happen, appears
by one rename; then drafts take their names, the manifest and the sums grow, and `tmp/next` goes. Without `tmp/next` nothing happened, with it everything
can be done again, to the byte: so no line is ever half written, and no file stands there that no line knows. The manifest is written after the files.

A bit that flips in a message contradicts SHA256SUMS and the manifest; in SHA256SUMS, the seal and the manifest; in the manifest, its own chain, from this line
to the last; in the seal, the file that it speaks of. All but the chain can be checked with `sha256sum` alone.

Whoever writes an encrypted archive cannot read it: that takes the identity, which need not be on the machine. To know again what it stored, the writer keeps a
random key beside its other data. With it, a line's `where` (a keyed digest of the folder's name) and `seen` (the message's digest, masked) mean something;
without it they are noise. The same key lies in `coffre/index.age` for whoever holds the identity.
"""
