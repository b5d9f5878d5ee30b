from dataclasses import dataclass
from enum import Enum


class Distance(Enum):
    COSINE = "Cosine"


@dataclass
class VectorParams:
    size: int
    distance: Distance


@dataclass
class PointStruct:
    id: int
    vector: list[float]
