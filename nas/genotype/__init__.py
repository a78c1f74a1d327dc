"""The genotype: record, texts and known ones; importing it loads no torch."""

from nas.genotype.known import DARTS_V1, DARTS_V2, KNOWN, UIAC
from nas.genotype.record import EDGES, NODES, OPERATIONS, Edge, Genotype
from nas.genotype.texts import GENOTYPE_FILE, load, named_genotype, parse

__all__ = [
    "DARTS_V1",
    "DARTS_V2",
    "EDGES",
    "GENOTYPE_FILE",
    "KNOWN",
    "NODES",
    "OPERATIONS",
    "UIAC",
    "Edge",
    "Genotype",
    "load",
    "named_genotype",
    "parse",
]
