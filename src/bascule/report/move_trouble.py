"""What a move met on its way, said: what a source saw, and why a move cannot go on, with what to do about it."""

from bascule.report.words import Words


def move_note(what: str, folder: str, details: str, words: Words) -> str:
    """Return what a source saw and no message can tell."""
    t = words.t
    return {
        "cut": t("{folder}: the file ends in the midst of its last message (byte {details}). What is there is carried; the rest is not in the file."),
        "no-beginning": t("{folder}: {details} bytes stand before the first message and belong to none; they are not carried."),
        "damaged": t("{folder}: the archive is damaged ({details}). What could be read is carried; download it again for the rest."),
        "missing-part": t("Parts of this export are missing: {details}. Their mail is not carried."),
        "all-mail": t(
            "{folder}: this folder shows the messages of other folders once more; each is carried as often as the old account shows it. "
            "An export (takeout:) carries each once."
        ),
        "foreign": t("Folders of other people and shared folders are not carried: {details}"),
        "mail-only": t("Mail alone is taken from a PST; appointments, contacts and notes are not."),
    }[what].format(folder=folder, details=details)


def move_error(code: str, details: dict[str, str], words: Words) -> str:
    """Return why a move cannot go on, with what to do about it."""
    t = words.t
    said = {key: value for key, value in details.items() if key != "said"} | {"said": details.get("said", "")}
    messages = {
        "address": t("{address}: this is no end of a move. Write for example imaps://contact%40exemple.fr@mail.exemple.fr/"),
        "unknown-kind": t("{address}: its beginning is not known. It may be: {kinds}."),
        "password-in-address": t(
            "{address}: a password does not belong in an address, where others can read it. Leave it out: you are asked for it, or use --secrets."
        ),
        "no-source": t("Nothing can be taken out of “{kind}:”. A source may be: {kinds}."),
        "no-target": t("Nothing can be put into “{kind}:”. A target may be: {kinds}."),
        "refused-login": t("{host} does not let {user} in: “{said}”. Check name and password; some providers want a password made for applications."),
        "plain-text": t(
            "{host} offers no encryption; your password would cross the network in the clear. Use imaps://; for a network of your own, see --help."
        ),
        "certificate": t(
            "{host}: its certificate is not trusted ({said}). Check the name of the server; for one of your own, give its authority with --ca-file."
        ),
        "ca-file": t("{file}: no certificates can be read from it ({said}). Give a PEM file."),
        "unreachable": t("The connection broke again and again: {said}. Everything carried so far is kept; run the same command again later."),
        "full": t("The new account is full: “{said}”. Make room or take a larger offer, then run the same command again: it goes on where it was."),
        "folder": t("Folder {folder}: “{said}”. Everything carried so far is kept."),
        "no-age": t("An encrypted archive needs the library pyrage. Install it with: pip install 'bascule[archive]'"),
        "recipient": t("{recipient}: this is no public key of age. It begins with age1; age-keygen makes one."),
        "recipients-differ": t("{file}: this archive was begun with other --encrypt-to. Leave them out: it keeps its own; or choose another folder."),
        "encrypt-what": t("--encrypt-to is for a target archive:FOLDER only; “{kind}:” is not encrypted."),
        "identity": t('No secret key of age can be read. Write in --secrets: [source] (or [target]) identity = "FILE", a file that age-keygen made.'),
        "identity-missing": t(
            '{file}: this archive is encrypted. Write in --secrets: [source] (or [target]) identity = "FILE", the file with the secret key of age.'
        ),
        "wrong-identity": t("This secret key does not open the archive, or the archive is damaged ({said}). Check it with: bascule verify archive:FOLDER"),
        "archive-key": t(
            "{file}: this encrypted archive was written on another machine, and this one cannot know what is in it already. Write in --secrets: "
            '[target] identity = "FILE", once; or choose another folder.'
        ),
        "no-archive": t("{file}: this is no archive of Bascule. Choose an empty folder, or one that does not exist yet."),
        "archive-damaged": t(
            "{file}, line {line}: damaged. Nothing was changed. See what is damaged with: bascule verify archive:FOLDER; take the file from your second copy. "
            "The messages themselves can be read without it: LISEZ-MOI.txt tells how."
        ),
        "archive-gone": t("{file}: the archive that this journal speaks of is not there. Is the disk attached? To begin a new one, choose another --journal."),
        "archive-older": t(
            "{file}: this archive is older than its journal. Does it come from a copy? Choose another --journal: what is missing is added, nothing twice."
        ),
        "archive-busy": t("{file}: another run writes into this archive. Wait for its end, then run the command again."),
        "archive-disk": t("{file}: the disk does not take it: “{said}”. Everything carried so far is kept; run the same command again."),
        "disk-full": t(
            "{file}: the disk is full. Everything carried so far is kept whole. Make room, then run the same command again: it goes on where it was."
        ),
        "renumbered": t("Folder {folder}: the old server gave its messages new numbers meanwhile. Run the same command again; nothing is carried twice."),
        "disk": t(
            "This computer could not keep what it needs ({said}). Make room on its disk, then run the same command again: everything carried so far is kept."
        ),
        "interrupted": t("Interrupted. Everything carried so far is kept; run the same command again: it goes on where it was."),
        "sign-in-needed": t('{host}: a password does not open this mailbox. Sign in: add --client-id ID, or token = "…" in the file of --secrets.'),
        "sign-in-denied": t("{host}: somebody said no on the sign-in page ({said}). Run the command again and say yes there."),
        "sign-in-expired": t("{host}: nobody signed in within the time. Run the command again: you get a new code."),
        "sign-in-refused": t("{host} refuses the sign-in: “{said}”. Check the client id, and what the application may do (docs/move.md)."),
        "sign-in-over": t("The sign-in has ended and cannot be renewed. Run the same command again and sign in; nothing is carried twice."),
        "sign-in-answer": t("{host} does not answer as a sign-in server does ({said}). Check its address."),
        "not-https": t("{address}: only https addresses are used for signing in."),
        "token": t("The token in the file of --secrets is none: it has letters or spaces that no token has. Copy it once more."),
        "tenant": t("tenant {tenant}: write the directory's name (exemple.fr) or its number."),
        "answer": t("{host} answers something that cannot be understood ({said}). Everything carried so far is kept; run the same command again later."),
        "refused-mailbox": t("{host} does not open the mailbox of {user}: “{said}”. Sign in as this person, or let the administrator allow it."),
        "journal": t("{file}: this journal cannot be used ({said}). Is another move under way? Otherwise choose another file with --journal."),
        "source-missing": t("{file}: there is nothing under this name. Check it; when it lies on a disk of its own, plug that in."),
        "not-maildir": t("{file}: this is no Maildir: no folder in it holds “cur”. Name the folder that holds it."),
        "not-mbox": t("{file}: no mbox is here. An mbox begins with “From ”. Name the file, or the folder that holds such files."),
        "not-takeout": t("{file}: no mail is in this export. Ask for one that includes mail, in zip files; unpack a .tgz before."),
        "several-exports": t("{file}: several exports lie here ({names}). Put one alone into a folder, or name one of its zip files."),
        "archive": t("{file}: this archive cannot be read ({said}). Download it again."),
        "locked-archive": t("{file}: {member} is locked by a password. Unpack it, then name the folder."),
        "bomb": t("{file}: it would unpack to far more than it is; it was not opened. Download it again from where it comes."),
        "program-missing": t("The program {program} is missing. Install it (Debian, Ubuntu: apt install pst-utils), then run the same command again."),
        "pst": t("{file}: readpst cannot read it (“{said}”). Open it once in the program that made it, let it repair the file, then try again."),
        "pst-slow": t("{file}: readpst was not done after {minutes} minutes and was ended. Split the file, or copy it to a faster disk."),
        "pst-empty": t("{file}: readpst found no mail in it."),
        "no-folder": t("{file}: a file stands where a folder is needed. Choose another name."),
        "option": t("“{value}” is no choice for {name}. It may be: {choices}."),
        "other-journal": t("{file}: this journal belongs to another move ({source} → {target}). Choose another file with --journal."),
    }
    return messages[code].format(**said) if code in messages else f"{code}: {details}"
