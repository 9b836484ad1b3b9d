"""The catalogue in Django admin: every setting, the grade table, the dated price list."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from foundation.admin import Recorded
from standards.actions import is_used, loaded_grade
from standards.models import (
    ApprovalCriterion,
    AttainmentRule,
    Component,
    ComponentCriterion,
    GradeRow,
    Package,
    Price,
    ProgrammeGateway,
    RequiredPolicy,
    Standard,
    StandardVersion,
)
from standards.rules.settings import grade_row_problems, price_on


class KeepsHistory(Recorded):
    """What something points at cannot be deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not is_used(obj))

    def get_actions(self, request: HttpRequest) -> Any:
        """Without the bulk deletion, which would not ask row by row."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class Lines(admin.TabularInline):
    extra = 0
    show_change_link = True
    can_delete = False


class PackageLines(Lines):
    model = Package


class GatewayLines(Lines):
    model = ProgrammeGateway


class ApprovalCriterionLines(Lines):
    model = ApprovalCriterion


class PolicyLines(Lines):
    """A policy that nobody has uploaded yet can be taken off the list; one that is in use stays."""

    model = RequiredPolicy
    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        used = obj is not None and any(is_used(row) for row in RequiredPolicy.objects.filter(version=obj.pk))
        return super().has_delete_permission(request, obj) and not used


class AttainmentRuleLines(Lines):
    model = AttainmentRule


class ComponentLines(Lines):
    model = Component
    fields = ["order", "code", "name", "window_months", "is_practical", "submission_name"]


@admin.register(Standard)
class StandardAdmin(KeepsHistory):
    list_display = ["reference", "name", "level", "lars_code"]
    search_fields = ["reference", "name", "lars_code"]

    def has_delete_permission(self, *_args: Any) -> bool:
        return False  # its versions are its history


@admin.register(StandardVersion)
class StandardVersionAdmin(KeepsHistory):
    list_display = ["__str__", "opens_on", "closes_on", "booking_notice_days", "result_working_days"]
    list_filter = ["standard"]
    list_select_related = ["standard"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ["standard__reference", "standard__name", "code"]
    inlines = [PackageLines, ComponentLines, GatewayLines, ApprovalCriterionLines, PolicyLines, AttainmentRuleLines]
    fieldsets = [
        (None, {"fields": ["standard", "code", "assessment_service_version", "opens_on", "closes_on"]}),
        ("Where the settings come from", {"fields": ["assessment_plan", "plan_url", "guidance"]}),
        ("Before the gateway", {"fields": ["min_programme_months", "min_off_the_job_percent"]}),
        ("Booking", {"fields": ["booking_notice_days", "late_cancellation_days"]}),
        ("Assessment", {"fields": ["epa_months", "resit_months", "resit_best_grade", "result_working_days"]}),
        ("Approval", {"fields": ["review_working_days", "policy_warning_days", "checklist"]}),
        (
            "The EPA contract",
            {
                "fields": [
                    "contract_sign_days",
                    "contract_chase_days",
                    "contract_review_months",
                    "contract_notice_days",
                ]
            },
        ),
        (
            "Desktop review",
            {
                "fields": [
                    "interest_months",
                    "sign_off_from",
                    "action_reminder_days",
                    "action_chase_days",
                    "appeal_working_days",
                    "re_review_months_low",
                    "re_review_months_medium",
                    "re_review_months_high",
                    "re_review_notice_days",
                    "approvals_expire",
                ]
            },
        ),
    ]

    def has_delete_permission(self, *_args: Any) -> bool:
        return False  # a version that is no longer wanted is closed


@admin.register(Package)
class PackageAdmin(KeepsHistory):
    list_display = ["code", "name", "kind", "version"]
    list_filter = ["kind", "version"]
    list_select_related = ["version__standard"]
    search_fields = ["code", "name"]


class ComponentCriterionLines(Lines):
    model = ComponentCriterion


@admin.register(Component)
class ComponentAdmin(KeepsHistory):
    list_display = ["name", "code", "version", "window_months", "is_practical"]
    list_filter = ["version"]
    list_select_related = ["version__standard"]
    search_fields = ["code", "name"]
    inlines = [ComponentCriterionLines]


class GradeRowForm(forms.ModelForm):
    """What a combination makes overall; a failed component makes a fail."""

    class Meta:
        model = GradeRow
        fields = ["overall", "confirmed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "overall" in cleaned and "overall" in self.changed_data:
            loaded = loaded_grade(self.instance)
            for problem in grade_row_problems(self.instance.key, cleaned["overall"], loaded=loaded):
                self.add_error(problem.field, problem.message)
        return cleaned


@admin.register(GradeRow)
class GradeRowAdmin(Recorded):
    """The loader makes a line for every combination: none is added, deleted or renamed here."""

    form = GradeRowForm
    readonly_fields = ["version", "key"]
    list_display = ["key", "overall", "confirmed", "version"]
    list_editable = ["overall", "confirmed"]
    list_filter = ["version", "confirmed", "overall"]
    list_select_related = ["version__standard"]
    search_fields = ["key"]
    list_per_page = 200

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: models.Model | None = None) -> bool:
        return False

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": GradeRowForm, **kwargs})


class PriceForm(forms.ModelForm):
    """A line of the price list that does not overlap another of its kind."""

    class Meta:
        model = Price
        fields = ["version", "kind", "package", "component", "amount", "valid_from", "valid_to", "example"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        start, end = cleaned["valid_from"], cleaned["valid_to"]
        if end and end < start:
            raise forms.ValidationError("The last day is before the first.")
        names = ("version", "kind", "package", "component")
        others = Price.objects.filter(**{name: cleaned[name] for name in names}).exclude(pk=self.instance.pk)
        within = price_on(others, start)
        inside = others.filter(valid_from__gte=start).order_by("valid_from").first()
        if within is not None:
            raise forms.ValidationError(
                f"On that first day £{within.amount} is in force: give that line a last day first."
            )
        if inside is not None and (end is None or inside.valid_from <= end):
            raise forms.ValidationError(
                f"From {inside.valid_from:%d %b %Y} there is a line of £{inside.amount}: end this one before it."
            )
        return cleaned


@admin.register(Price)
class PriceAdmin(KeepsHistory):
    form = PriceForm
    list_display = ["kind", "package", "component", "amount", "valid_from", "valid_to", "example", "version"]
    list_filter = ["version", "kind", "example"]
    list_select_related = ["version__standard", "package", "component"]
    search_fields = ["package__code", "package__name", "component__name"]

    def get_readonly_fields(self, _request: HttpRequest, obj: Price | None = None) -> list[str]:
        """A price that was charged keeps its amount; it can only be given a last day."""
        used = obj is not None and is_used(obj)
        return ["version", "kind", "package", "component", "amount", "valid_from"] if used else []

    def get_form(self, request: HttpRequest, obj: Price | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and is_used(obj):
            kwargs["form"] = UsedPriceForm
        return super().get_form(request, obj, change, **kwargs)


class UsedPriceForm(forms.ModelForm):
    """The end of a line that has been charged."""

    class Meta:
        model = Price
        fields = ["valid_to", "example"]

    def clean_valid_to(self) -> Any:
        end = self.cleaned_data["valid_to"]
        if end and end < self.instance.valid_from:
            raise forms.ValidationError("The last day is before the first.")
        return end
