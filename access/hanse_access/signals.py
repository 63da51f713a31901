from django.dispatch import Signal

#: Sent inside the transaction when an audience has changed. Sender: the model; arguments: ``obj``, ``before``,
#: ``after`` (frozen sets of scopes). What must never lag behind the rule, such as a search document, listens here.
audience_changed = Signal()

#: Sent inside the transaction when a proposal waits for a decision (``proposal``, ``by``), and when it was decided or
#: withdrawn.
proposal_made = Signal()
proposal_decided = Signal()

#: Sent when people may have lost rights other than by an audience: sessions ended elsewhere, for example. Argument:
#: ``person_ids``. What people keep open for long, such as a socket, asks again when it hears this.
rights_lost = Signal()
