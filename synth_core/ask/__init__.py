"""Asking a language model: the questions, what it may see, what its answers are worth, and what they cost.

Pure but for two ports: `LanguageModel`, which carries a question to a model, and the object store, in which each
request is kept beside its answer.
"""
