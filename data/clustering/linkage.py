"""Average linkage: merges the two groups that are most alike on average, until none are alike enough."""

import numpy as np
from numpy.typing import NDArray


def average_link(similarity: NDArray[np.float64], cut: float) -> list[list[int]]:
    """Groups of rows, each in the order of its first row. Ties go to the first rows, so the answer depends on the
    order of rows and on nothing else."""
    size = len(similarity)
    matrix = similarity.copy()
    np.fill_diagonal(matrix, -1.0)
    counts = np.ones(size)
    members = [[row] for row in range(size)]
    best = matrix.argmax(axis=1) if size else np.zeros(0, dtype=int)
    highest = matrix[np.arange(size), best] if size else np.zeros(0)
    while size > 1:
        one = int(highest.argmax())
        other = int(best[one])
        if highest[one] < cut:
            break
        one, other = min(one, other), max(one, other)
        merged = (matrix[one] * counts[one] + matrix[other] * counts[other]) / (counts[one] + counts[other])
        merged[(matrix[one] < 0) | (matrix[other] < 0)] = -1.0
        matrix[one], matrix[:, one] = merged, merged
        matrix[other], matrix[:, other] = -1.0, -1.0
        counts[one] += counts[other]
        members[one] += members[other]
        members[other] = []
        touched = (best == one) | (best == other)
        touched[[one, other]] = True
        stale = np.flatnonzero(touched)
        best[stale] = matrix[stale].argmax(axis=1)
        highest[stale] = matrix[stale, best[stale]]
        better = matrix[:, one] > highest
        best[better], highest[better] = one, matrix[better, one]
    return [sorted(group) for group in members if group]
