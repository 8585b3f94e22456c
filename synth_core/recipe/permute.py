"""A keyed permutation of 0 … n-1 that needs no memory."""

from __future__ import annotations

import math

from synth_core.recipe.draws import key_of

_ROUNDS = 6
_MASK = (1 << 64) - 1


class Permutation:
    """Maps each number below `size` to another one, one to one, in constant space and time.

    A generalised Feistel network over a × b ≥ size with cycle walking (Black and Rogaway, "Ciphers with
    arbitrary finite domains", CT-RSA 2002). It shuffles; it is not meant to keep a secret.
    """

    def __init__(self, size: int, *key: str | int) -> None:
        self.size = size
        self._left = max(1, math.isqrt(size))
        self._right = -(-size // self._left) if size else 1
        self._keys = [key_of(*key, size, i) & _MASK for i in range(_ROUNDS)]

    def __call__(self, number: int) -> int:
        """The image of `number`, which must be in range."""
        if not 0 <= number < self.size:
            raise IndexError(f"{number} is not below {self.size}")
        left_size, right_size = self._left, self._right
        while True:
            right, left = divmod(number, left_size)
            for index, key in enumerate(self._keys):
                if index % 2:
                    right = (right + _mix(left ^ key)) % right_size
                else:
                    left = (left + _mix(right ^ key)) % left_size
            number = right * left_size + left
            if number < self.size:
                return number


def _mix(value: int) -> int:
    """Finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
