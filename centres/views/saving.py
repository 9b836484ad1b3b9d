"""One form that several people may have open at once: whoever saves later sees what was saved before (A3)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.requests import SignedIn
from centres import rules
from centres.actions import SectionChanged
from centres.forms import SharedForm, with_text
from foundation.forms import refusals

Build = Callable[..., SharedForm]


@dataclass(frozen=True)
class Side:
    """A field as it is now beside what is being saved."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Clash:
    """Somebody has saved since the form was opened: who, when, and what differs."""

    who: str
    when: dt.datetime
    sides: tuple[Side, ...]


class Saving:
    """What becomes of a form that was posted.

    ``build`` makes the form of what is there now (data, files, initial), ``save`` is the verb; ``version`` is that of
    what is there now. Nothing that was typed is ever dropped: the form comes back with it.
    """

    def __init__(self, request: SignedIn, build: Build, save: Callable[[SharedForm], Any], *, version: int) -> None:
        self.request, self.build, self.save, self.version = request, build, save, version
        self.clash: Clash | None = None
        self.together = False
        self.form: SharedForm

    def begin(self, draft: dict[str, str] | None = None, draft_version: int | None = None) -> None:
        """The form to be filled in, with the text this person has not saved yet where there is any."""
        version = self.version if draft_version is None else draft_version
        self.form = self.build(None, None, initial={**(draft or {}), "version": version})

    def finish(self) -> bool:
        """Whether the verb was run. If not, the form says why, or ``clash`` shows both."""
        self.form = self.build(self.request.POST, self.request.FILES, initial=None)
        if "merge" in self.request.POST:
            self._put_together()
            return False
        if not self.form.is_valid():
            return False
        try:
            return self._run()
        except SectionChanged as changed:
            return self._meet(changed)

    def _run(self) -> bool:
        with refusals(self.form):
            self.save(self.form)
            return True
        return False

    def _meet(self, changed: SectionChanged) -> bool:
        fresh = self.build(None, None, initial=None)
        theirs, mine = fresh.told(fresh.saved), self.form.told(self.form.cleaned_data)
        different = rules.differing(theirs, mine)
        again = with_text(self.request.POST, (), changed.version)
        self.form = self.build(again, self.request.FILES, initial=None)
        if not different and not self.request.FILES and self.form.is_valid():
            return self._run()  # both wrote the same
        sides = [Side(str(self.form.fields[name].label), theirs.get(name, ""), mine[name]) for name in different]
        self.clash = Clash(changed.who, changed.when, tuple(sides))
        self.form.clashes()
        return False

    def _put_together(self) -> None:
        """Both texts in one box, to be put in order by hand."""
        fresh = self.build(None, None, initial=None)
        theirs = fresh.told(fresh.saved)
        texts = [(name, rules.merged(theirs[name], self.request.POST.get(name, ""))) for name in self.form.texts]
        self.form = self.build(with_text(self.request.POST, texts, self.version), None, initial=None)
        self.together = True
