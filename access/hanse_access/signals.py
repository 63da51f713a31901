from django.dispatch import Signal

#: Sent inside the transaction when an audience has changed. Sender: the model; arguments: ``obj``, ``before``,
#: ``after`` (frozen sets of scopes). What must never lag behind the rule, such as a search document, listens here.
audience_changed = Signal()

#: Sent after commit when a proposal waits for a decision (``proposal``) or has been decided.
proposal_made = Signal()
proposal_decided = Signal()
