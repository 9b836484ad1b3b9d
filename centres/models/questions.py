"""What a reviewer asks about a section without sending the application back (A6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.scoping import ScopedManager
from centres.models.applications import Application
from centres.models.sight import REVIEWERS
from centres.states import QUESTION_STEPS, QuestionState
from foundation import clock
from foundation.models import StoredFile
from foundation.workflow import Stateful


class Question(Stateful):
    """A question of the Centre EQA about one section, and the centre's answer."""

    ORGANISATION_PATH: ClassVar[str] = "application__centre__organisation"
    SEEN_BY: ClassVar = REVIEWERS
    STEPS: ClassVar = QUESTION_STEPS
    STATE_COLOURS: ClassVar = {
        QuestionState.ASKED: "yellow",
        QuestionState.ANSWERED: "blue",
        QuestionState.SETTLED: "green",
    }

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    section = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=QuestionState.choices, default=QuestionState.ASKED)
    text = models.TextField()
    due_on = models.DateField()
    asked_at = models.DateTimeField(default=clock.now)
    asked_by_label = models.CharField(max_length=200)
    answer = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_label = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True, help_text="What is still asked after an answer")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["due_on"], condition=~Q(state=QuestionState.SETTLED), name="question_open_due")]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("centres:application", kwargs={"pk": self.application_id})
