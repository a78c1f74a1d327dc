"""A live examination as plain threads: reader, mailbox, inference, mailbox; testable without Qt."""
