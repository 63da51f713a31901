"""What this plugin announces.

``cluster_pages_created``: the entry pages of a new cluster exist. Sent inside the transaction, with ``cluster`` and
``pages`` (list of ClusterPage, one per language, translations of each other); receivers add what belongs under them.
"""

from django.dispatch import Signal

cluster_pages_created = Signal()
