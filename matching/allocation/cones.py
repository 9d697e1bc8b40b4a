"""Vectors of half-lines and second-order cones, and the scaling of Nesterov and Todd between two of them.

A cone has a head and a tail, head >= ‖tail‖. Formulas as in Vandenberghe, The CVXOPT linear and quadratic cone program
solvers (2010), sections 4 and 8; all of them cost O(length).
"""

import math

import msgspec
import numpy as np

from matching.allocation.market import Places
from matching.solver import Vector


class Ray(msgspec.Struct, frozen=True):
    """The half-lines, and the head and the tail of every cone; tails one after the other."""

    line: Vector
    head: Vector
    tail: Vector

    def plus(self, other: "Ray", by: float = 1.0) -> "Ray":
        """self + by · other."""
        return Ray(self.line + by * other.line, self.head + by * other.head, self.tail + by * other.tail)

    def times(self, by: float) -> "Ray":
        """by · self."""
        return Ray(by * self.line, by * self.head, by * self.tail)

    def dot(self, other: "Ray") -> float:
        """The inner product."""
        return float(self.line @ other.line + self.head @ other.head + self.tail @ other.tail)

    @property
    def size(self) -> float:
        """The Euclidean length."""
        return math.sqrt(self.dot(self))


class Cones:
    """What is done in the product of the cones, whose tails have `widths` entries each (one at least)."""

    def __init__(self, widths: Places) -> None:
        self.starts = np.cumsum(widths) - widths
        self.cone = np.repeat(np.arange(len(widths)), widths)

    def sums(self, tail: Vector) -> Vector:
        """Sums of tails by cone."""
        return np.asarray(np.add.reduceat(tail, self.starts) if len(self.starts) else np.empty(0), dtype=np.float64)

    def unit(self, lines: int) -> Ray:
        """The identity of the Jordan product."""
        return Ray(np.ones(lines), np.ones(len(self.starts)), np.zeros(len(self.cone)))

    def product(self, a: Ray, b: Ray) -> Ray:
        """The Jordan product a ∘ b."""
        tail = a.head[self.cone] * b.tail + b.head[self.cone] * a.tail
        return Ray(a.line * b.line, a.head * b.head + self.sums(a.tail * b.tail), tail)

    def quotient(self, a: Ray, b: Ray) -> Ray:
        """The x with a ∘ x = b."""
        head = (a.head * b.head - self.sums(a.tail * b.tail)) / self.hyper(a) ** 2
        return Ray(b.line / a.line, head, (b.tail - head[self.cone] * a.tail) / a.head[self.cone])

    def hyper(self, a: Ray) -> Vector:
        """√(head² - ‖tail‖²) by cone."""
        size = np.sqrt(self.sums(a.tail * a.tail))
        return np.sqrt((a.head - size) * (a.head + size))

    def least(self, a: Ray) -> float:
        """The smallest eigenvalue: over 0 inside, under 0 outside."""
        heads = a.head - np.sqrt(self.sums(a.tail * a.tail))
        return min(float(a.line.min(initial=math.inf)), float(heads.min(initial=math.inf)))

    def reach(self, at: Ray, to: Ray) -> float:
        """How many times `to` may be added to `at`, which is inside."""
        size = self.hyper(at)
        head, tail = at.head / size, at.tail / size[self.cone]
        along = head * to.head - self.sums(tail * to.tail)
        rest = to.tail - ((along + to.head) / (head + 1.0))[self.cone] * tail
        away = (np.sqrt(self.sums(rest * rest)) - along) / size
        nearest = max(float((-to.line / at.line).max(initial=0.0)), float(away.max(initial=0.0)))
        return 1.0 / nearest if nearest > 0.0 else math.inf


class Scaling:
    """W with W z = W⁻¹ s for s and z inside: by √(s/z) on half-lines, `by` times a hyperbolic turn on cones."""

    def __init__(self, cones: Cones, s: Ray, z: Ray) -> None:
        self._cones = cones
        self.line = np.sqrt(s.line / z.line)
        of_s, of_z = cones.hyper(s), cones.hyper(z)
        self.by = np.sqrt(of_s / of_z)
        s_head, z_head = s.head / of_s, z.head / of_z
        s_tail, z_tail = s.tail / of_s[cones.cone], z.tail / of_z[cones.cone]
        both = np.sqrt(2.0 * (1.0 + s_head * z_head + cones.sums(s_tail * z_tail)))
        self.head = (s_head + z_head) / both
        self.tail = (s_tail - z_tail) / both[cones.cone]

    def times(self, v: Ray) -> Ray:
        """W v."""
        return self._turned(v, 1.0, self.line, self.by)

    def divide(self, v: Ray) -> Ray:
        """W⁻¹ v."""
        return self._turned(v, -1.0, 1.0 / self.line, 1.0 / self.by)

    def _turned(self, v: Ray, sign: float, line: Vector, by: Vector) -> Ray:
        along, cone = self._cones.sums(self.tail * v.tail), self._cones.cone
        lean = sign * v.head + along / (1.0 + self.head)
        return Ray(
            line * v.line, by * (self.head * v.head + sign * along), by[cone] * (v.tail + lean[cone] * self.tail)
        )
