"""What files hold, told by a hash of their bytes, so that a set is the same set after it was copied or touched."""

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from nas.data.folder import DataSet, Image
from nas.preprocess import PreprocessSpec

HASH_BYTES: Final = 16
_FORMAT: Final = 2
_UNREADABLE: Final = bytes(HASH_BYTES)


def content_hash(content: bytes) -> bytes:
    """Return the hash of a file's bytes (BLAKE2b, 16 bytes)."""
    return hashlib.blake2b(content, digest_size=HASH_BYTES).digest()


def fitting_key(spec: PreprocessSpec) -> str:
    """Return how frames are fitted, as a text that changes whenever decoded frames would; scaling plays no part."""
    return json.dumps([_FORMAT, spec.model_dump(mode="json", exclude={"mean", "std"})], sort_keys=True)


def combined_hash(spec: PreprocessSpec, images: Iterable[Image], hashes: Iterable[bytes]) -> str:
    """Return one hash of fitting and of every image's place, labels and content, in the order of the set."""
    digest = hashlib.blake2b(fitting_key(spec).encode(), digest_size=HASH_BYTES)
    for image, content in zip(images, hashes, strict=True):
        known = (image.path, image.label, image.subject, image.exam, image.clip)
        digest.update(json.dumps(known).encode() + content)
    return digest.hexdigest()


def hash_of(data: DataSet, image: Image) -> bytes:
    """Return the content hash of one image's file; zeros where it cannot be read."""
    try:
        return content_hash(data.file(image).read_bytes())
    except OSError:
        return _UNREADABLE
