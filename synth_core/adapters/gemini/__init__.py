"""Gemini on Vertex AI, by google-genai."""

from __future__ import annotations

from synth_core.adapters.gemini.client import Gemini

__all__ = ["Gemini"]
