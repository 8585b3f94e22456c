"""Rules between the columns of one table: found on a sample, counted on all rows."""

from synth_core.stages.relate.rules.find import find_rules

__all__ = ["find_rules"]
