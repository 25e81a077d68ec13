"""The third pass: what pages show is settled into entries, and written down in the ledger.

What a better parser understands is settled first, then what was not seen before: so a mending of ours is told from a
correction of the publisher's. Each batch is kept: a build that is stopped in the middle is continued by the next.
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
from feedgen_smm.record.readings import MENDED, SEEN
from feedgen_smm.record.seals import seal

_BATCH = 1000  # sightings; with those that bear on them they are held in memory
_RULES = "topic rules"


class Settler:
    """Settles what is pending in a record, and counts what was done for which reason."""

    def __init__(self, record: Record, ledger: Ledger, corrections: Corrections, now: datetime) -> None:
        self._record = record
        self._ledger = ledger
        self._corrections = corrections
        self._now = now
        self.changes: Counter[Why] = Counter()

    def settle_all(self, topics_of: TopicsOf) -> None:
        """Settle all that is pending, also what an earlier build was stopped before."""
        for phase in (MENDED, SEEN):
            while (group := self._ledger.next_group(phase, _BATCH)) is not None:
                self._settle(group, topics_of, is_mending=phase == MENDED)
                self._record.commit()

    def _settle(self, group: Group, topics_of: TopicsOf, *, is_mending: bool) -> None:
        """Settle a group; no id is given that was ever given before, but to the article that would have it anyway."""
        case = Case(
            published_as=group.published_as,
            stored=group.stored,
            neighbours=group.neighbours,
            words=self._corrections.words_on(group),
            is_mending=is_mending,
        )
        while True:
            decided = settle(case, topics_of, self._now)
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

    def sort_again(self, rules: tuple[TopicRule, ...], topics_of: TopicsOf) -> None:
        """Sort all entries again where the rules of topics changed, or the program did that follows them."""
        digest = seal(__version__, repr(rules)).hex()
        if self._record.fact(_RULES) == digest:
            return
        for revision in self._ledger.all_shown():
            again = resorted(revision, topics_of(revision.entry), self._now)
            if again is not None:
                self._ledger.write([Settled(revision.entry.id, again)], {})
                self.changes[again.why] += 1
        self._record.remember(_RULES, digest)
        self._record.commit()


def sorter_of(rules: tuple[TopicRule, ...]) -> TopicsOf:
    """What finds the topics of an entry by some rules."""
    return Sorter(rules).topics_of


def _is_new(one: Settled, case: Case) -> bool:
    return one.id not in case.stored and one.id not in case.vacant
