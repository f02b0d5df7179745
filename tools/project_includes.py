"""Shared by check_headers and tidy: what a file depends on within the project, and a digest of it."""
import functools
import hashlib
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)


@functools.lru_cache(maxsize=None)
def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


@functools.lru_cache(maxsize=None)
def direct(path):
    """The project files that a file includes: rooted at src/ or, in tests, at the root."""
    found = []
    for name in INCLUDE.findall(read(path)):
        for base in ("src", "."):
            full = os.path.normpath(os.path.join(ROOT, base, name.decode()))
            if os.path.exists(full):
                found.append(full)
                break
    return found


def closure(path):
    seen, todo = set(), [path]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo.extend(direct(here))
    return seen


def digest(path, *context):
    """A digest of a file, of all project files it includes, and of what else decides the outcome."""
    sha = hashlib.sha256()
    for text in context:
        sha.update(text.encode() + b"\0")
    for name in sorted(closure(path)):
        sha.update(name.encode() + b"\0" + read(name) + b"\0")
    return sha.hexdigest()


class Cache:
    """Outcomes known to be good, as empty files named by digest."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def has(self, key):
        return os.path.exists(os.path.join(self.folder, key))

    def add(self, key):
        with open(os.path.join(self.folder, key), "w", encoding="ascii"):
            pass
