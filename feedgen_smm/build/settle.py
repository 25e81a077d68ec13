"""The third pass: decide what becomes of entries, and store that in the ledger.

What a better parser understands is settled before what is new, so that a mending of ours is not taken for a correction
by the publisher. Each batch is committed: the next build continues one that was stopped.
"""

from collections import Counter
from datetime import datetime

from feedgen_smm import __version__
from feedgen_smm.articles.settlement import Case, TopicsOf, resorted, settle
from feedgen_smm.articles.topics import Sorter
from feedgen_smm.build.corrections import Corrections
from feedgen_smm.models import Settled, State, TopicRule, Why
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Group, Ledger
from feedgen_smm.record.readings import MENDED, SEEN, fingerprint

_BATCH = 1000  # sightings; they and all that are related are in memory at once
_RULES = "topic rules"


class Settler:
    """Settles what is pending in a record, and counts the revisions by their reasons."""

    def __init__(
        self, record: Record, ledger: Ledger, corrections: Corrections, rules: tuple[TopicRule, ...], now: datetime
    ) -> None:
        self._record = record
        self._ledger = ledger
        self._corrections = corrections
        self._rules = rules
        self._topics_of: TopicsOf = Sorter(rules).topics_of
        self.now = now
        self.changes: Counter[Why] = Counter()

    def settle_all(self) -> None:
        """Settle all that is pending, also what a build that was stopped left over."""
        for phase in (MENDED, SEEN):
            while (group := self._ledger.next_group(phase, _BATCH)) is not None:
                self._settle(group, is_mending=phase == MENDED)
                self._record.commit()

    def _settle(self, group: Group, *, is_mending: bool) -> None:
        """Settle a group. An id that was given before is never given again, except to the article it was made of."""
        case = Case(
            published_as=group.published_as,
            stored=group.stored,
            neighbours=group.neighbours,
            words=self._corrections.words_on(group),
            is_mending=is_mending,
        )
        while True:
            decided = settle(case, self._topics_of, self.now)
            known = self._ledger.known([one.id for one in decided if _is_new(one, case)])
            if not known:
                break
            vacant = {
                entry_id: last
                for entry_id, (last, is_seen) in known.items()
                if last.state is State.WITHDRAWN and not is_seen and not last.word
            }
            case = case._replace(taken={*case.taken, *(known.keys() - vacant.keys())}, vacant={**case.vacant, **vacant})
        self._ledger.carry_out(group, decided)
        self.changes.update(one.revision.why for one in decided if one.revision)

    def sort_again(self) -> None:
        """Find the topics of all entries again if the rules changed, or the version of the program."""
        digest = fingerprint(__version__, repr(self._rules)).hex()
        if self._record.fact(_RULES) == digest:
            return
        for revision in self._ledger.all_shown():
            again = resorted(revision, self._topics_of(revision.entry), self.now)
            if again is not None:
                self._ledger.write([Settled(revision.entry.id, again)], {})
                self.changes[again.why] += 1
        self._record.remember(_RULES, digest)
        self._record.commit()


def _is_new(one: Settled, case: Case) -> bool:
    return one.id not in case.stored and one.id not in case.vacant
