"""Learning from what staff have sorted: a model is tried before it replaces another one.

Texts are read where they lie and not copied: what was erased is in no next model, and the
present one holds hashes of n-grams only (`core.language.ngrams.hashed`).
"""
