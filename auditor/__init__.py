"""auditor: disclosure reports in, scored audit findings and documents out.

The folders are the data flow: readers -> facts -> checks/findings -> patterns -> score -> documents.
Imports only go down; `tests/test_architecture.py` holds the map.
"""

__version__ = "0.1.0"
