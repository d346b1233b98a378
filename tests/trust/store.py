"""What was compared already, on disk: JSON lines, one a comparison, so that a kill costs the one under way and nothing is
counted twice. Knows no statistics."""
import fcntl
import json
import os
import sys


class Store:
    """`records` in the order of time; `done` are the jobs that have any. One process at a time may write."""

    def __init__(self, directory, write=True):
        self.path = os.path.join(directory, "comparisons.jsonl")
        self.records, self.done, self.file = [], set(), None
        if write:
            os.makedirs(directory, exist_ok=True)
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                sys.exit(f"trust: another run writes to {directory}")
        self.load()

    def load(self):
        """A line that a kill cut off is dropped, and cut off here too; a key that stands twice counts once."""
        try:
            with open(self.path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            return
        whole = content.rfind(b"\n") + 1
        if self.file is not None and whole < len(content):
            os.ftruncate(self.file, whole)
        seen = set()
        for number, line in enumerate(content[:whole].splitlines(), 1):
            try:
                record = json.loads(line)
                key, job = record["key"], record["job"]
            except (ValueError, KeyError, TypeError):
                sys.exit(f"trust: {self.path}:{number}: not a record: move the file away, or repair it")
            if key not in seen:
                seen.add(key)
                self.done.add(job)
                self.records.append(record)

    def add(self, job, records):
        """All records of a job in one write."""
        for i, record in enumerate(records):
            record.update(job=job, key=f"{job}.{i}")
        lines = "".join(json.dumps(record, allow_nan=False) + "\n" for record in records).encode()
        if os.write(self.file, lines) != len(lines):
            sys.exit(f"trust: {self.path}: could not be written whole: is the disk full?")
        os.fsync(self.file)
        self.done.add(job)
        self.records += records

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None
