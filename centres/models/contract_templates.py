"""The text that EPA contracts are made of, per version of a standard (A7, A10)."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.scoping import ScopedManager
from accounts.states import Role
from centres.states import TEMPLATE_STEPS, TemplateState
from foundation import clock
from foundation.workflow import Stateful
from standards.models import StandardVersion


class ContractTemplate(Stateful):
    """Clauses with fields. Only a draft is written; what was published stays as it was."""

    SEEN_BY: ClassVar = frozenset({Role.ADMINISTRATOR})
    STEPS: ClassVar = TEMPLATE_STEPS
    STATE_COLOURS: ClassVar = {
        TemplateState.DRAFT: "yellow",
        TemplateState.PUBLISHED: "green",
        TemplateState.REPLACED: "grey",
    }

    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="contract_templates")
    number = models.PositiveSmallIntegerField(default=1, help_text="Counts the templates of a version of a standard")
    state = models.CharField(max_length=20, choices=TemplateState.choices, default=TemplateState.DRAFT)
    note = models.CharField("what is new", max_length=300, blank=True, help_text="For colleagues; no contract says it")
    begun_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by_label = models.CharField("published by", max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["version", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="contract_template_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state=TemplateState.DRAFT), name="contract_template_one_draft"
            ),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state=TemplateState.PUBLISHED), name="contract_template_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version.short}, contract template {self.number}"


class ContractClause(models.Model):
    """A clause: paragraphs and simple lists with fields in braces."""

    template = models.ForeignKey(ContractTemplate, on_delete=models.CASCADE, related_name="clauses")
    order = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=150)
    text = models.TextField(
        help_text="An empty line begins a new paragraph; lines that begin with “- ” are a list; fields stand in braces."
    )

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "clause"
        triggers = [
            pgtrigger.Trigger(
                name="draft_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM centres_contracttemplate
                        WHERE id IN (NEW.template_id, OLD.template_id) AND state <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'only a draft of a contract template is written';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return self.heading
