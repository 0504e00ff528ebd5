"""Bundles: a run with everything that it rests on in one file, which somebody else can check and audit again.

packing.bundled(ledger, runs)  ->  the bytes of a bundle
checking.checked(data)         ->  what does not hold (nothing, where all is as it was written)
replaying.replayed(data)       ->  the documents audited anew: the same bytes, or where they differ
"""
