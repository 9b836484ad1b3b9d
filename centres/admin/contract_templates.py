"""Contract templates in Django admin: a draft is written here, published by a button, and never changed afterwards."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from centres import actions, queries, rules
from centres.models import ContractClause, ContractTemplate
from centres.states import TemplateState
from foundation.admin import Recorded
from foundation.errors import PortalError, refuse_if


class ClauseForm(forms.ModelForm):
    """A clause whose fields are all known."""

    class Meta:
        model = ContractClause
        fields = ["order", "heading", "text"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "heading" in cleaned and "text" in cleaned:
            clause = rules.ClauseText(cleaned["heading"], cleaned["text"])
            for problem in rules.clause_problems("Clause", clause):
                self.add_error(problem.field, str(problem))
        return cleaned


class ClauseLines(admin.StackedInline):
    model = ContractClause
    form = ClauseForm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_draft(obj)


class TemplateForm(forms.ModelForm):
    """One draft at a time for a version."""

    class Meta:
        model = ContractTemplate
        fields = ["version", "note"]

    def clean_version(self) -> Any:
        version = self.cleaned_data["version"]
        draft = ContractTemplate.objects.filter(version=version, state=TemplateState.DRAFT).exists()
        for problem in rules.beginning_draft_problems(version.short, draft=draft):
            raise forms.ValidationError(str(problem))
        return version


@admin.register(ContractTemplate)
class ContractTemplateAdmin(Recorded):
    form = TemplateForm
    inlines = [ClauseLines]
    list_display = ["version", "number", "state", "note", "published_at", "published_by_label"]
    list_filter = ["state", "version"]
    list_select_related = ["version__standard"]
    search_fields = ["version__standard__reference", "version__standard__name", "note"]
    readonly_fields = ["number", "state", "published_at", "published_by_label", "fields_in_braces"]
    fields = ["version", "number", "state", "note", "published_at", "published_by_label", "fields_in_braces"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["version"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_draft(obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """Without the bulk deletion: what was published stays."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def save_model(self, request: HttpRequest, obj: ContractTemplate, form: Any, change: bool) -> None:
        if change:
            actions.held_draft(obj)
        else:
            obj.number = actions.next_number(obj.version)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: ContractTemplate) -> None:
        super().delete_model(request, actions.held_draft(obj))

    @admin.display(description="Fields")
    def fields_in_braces(self, _obj: Any) -> SafeString:
        """What may stand in braces, each with its meaning."""
        rows = format_html_join("", "<dt><code>{{{}}}</code></dt><dd>{}</dd>", rules.FIELDS.items())
        return format_html('<dl class="fields-in-braces">{}</dl>', rows)

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "preview": require_GET(self.preview),
            "begin": require_POST(self.begin),
            "publish": require_POST(self.publish),
        }
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"centres_contracttemplate_{name}")
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The contract as a page, filled in for a made-up centre; only workers print."""
        template = self._find(request, pk)
        refuse_if(rules.template_problems(queries.clause_texts(template)))
        title = f"Preview of {template}"
        context = {**queries.example_contract(template), "document": {"number": "PREVIEW", "title": title}}
        return HttpResponse(render_to_string("documents/contract.html", context))

    def begin(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = self._find(request, pk)
        return self._done(request, template, "A draft with the same words was made.", actions.begin_template)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        said = "Published: contracts are made of it from now on."
        return self._done(request, self._find(request, pk), said, actions.publish_template)

    @staticmethod
    def _find(request: HttpRequest, pk: int) -> ContractTemplate:
        rows = ContractTemplate.objects.visible_to(cast("User", request.user))
        return get_object_or_404(rows.select_related("version__standard"), pk=pk)

    @staticmethod
    def _done(
        request: HttpRequest, template: ContractTemplate, said: str, verb: Callable[..., ContractTemplate]
    ) -> HttpResponse:
        """The verb's result, or the page it was asked on with what is in the way."""
        try:
            template = verb(template=template, by=cast("User", request.user))
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:centres_contracttemplate_change", args=[template.pk]))


def is_draft(row: models.Model | None) -> bool:
    """Whether it may be written; the list and a new one may."""
    return row is None or cast("ContractTemplate", row).state == TemplateState.DRAFT
