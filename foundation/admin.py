"""The ground in Django admin: closed days are looked after; messages, documents and events are looked at."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from foundation import audit, outbox, work, workingdays
from foundation.models import AuditEvent, ClosedDay, Document, Heartbeat, Message, Period
from foundation.workflow import Actor

SECRET = ("password", "secret", "token")


class Recorded(admin.ModelAdmin):
    """Base of every admin that writes: an event says who did it, and each changed field from what to what.

    An admin that saves through a verb overrides ``save_model``: the verb leaves its own event.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _record_form(request, obj, form, added=not change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        _record_deletion(request, obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        for row in queryset:
            _record_deletion(request, row)
        super().delete_queryset(request, queryset)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change: bool) -> None:
        """The lines below a row: each is a row with an event of its own."""
        deleted = formset.deleted_forms
        for line in deleted:
            if line.instance.pk:
                _record_deletion(request, line.instance)
        super().save_formset(request, form, formset, change)
        for line in formset.forms:
            if line.has_changed() and line not in deleted:
                _record_form(request, line.instance, line, added=line in formset.extra_forms)


def _record_form(request: HttpRequest, row: models.Model, form: forms.ModelForm, *, added: bool) -> None:
    """What a form wrote to a row; nothing when it changed nothing.

    The values are compared here: what the form calls changed may rest on hidden fields that the browser sent.
    """
    fields = {field.name for field in row._meta.get_fields() if not getattr(field, "primary_key", False)}
    values = {name: _plain(value) for name, value in form.cleaned_data.items() if name in fields}
    before = {name: None if added else _plain(form.initial.get(name)) for name in values}
    changes = {
        name: _change(name, before[name], values[name]) for name in values if added or before[name] != values[name]
    }
    if changes:
        verb = "add_in_admin" if added else "change_in_admin"
        audit.record(row, verb, by=cast("Actor", request.user), facts={"changes": changes})


def _record_deletion(request: HttpRequest, row: models.Model) -> None:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    changes = {field.name: _change(field.name, _plain(field.value_from_object(row)), None) for field in fields}
    audit.record(row, "delete_in_admin", by=cast("Actor", request.user), facts={"changes": changes})


def _change(name: str, before: Any, after: Any) -> Any:
    """Both values; of what is secret only that it changed."""
    return "changed" if any(word in name for word in SECRET) else {"from": before, "to": after}


def _plain(value: Any) -> Any:
    """The value as it can be kept: rows as their keys, in order, and what JSON has no word for as text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, QuerySet) or (isinstance(value, list) and value and isinstance(value[0], models.Model)):
        return sorted(row.pk for row in value)
    try:
        audit.DjangoJSONEncoder().encode(value)
    except TypeError:
        return str(value)
    return value


class ReadOnly(admin.ModelAdmin):
    """Seen, searched, never written here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ClosedDay)
class ClosedDayAdmin(Recorded):
    """Changing a day changes what is computed from then on; dates already stored stay as they are.

    A further year is let in by entering all its bank holidays (``foundation.workingdays``).
    """

    list_display = ["day", "name", "bank_holiday"]
    list_filter = ["bank_holiday"]
    search_fields = ["name"]
    date_hierarchy = "day"

    def save_model(self, request: HttpRequest, obj: ClosedDay, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._changed(request)

    def delete_model(self, request: HttpRequest, obj: ClosedDay) -> None:
        super().delete_model(request, obj)
        self._changed(request)

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[ClosedDay]") -> None:
        super().delete_queryset(request, queryset)
        self._changed(request)

    def _changed(self, request: HttpRequest) -> None:
        """Tell the processes, and the administrator how far the calendar reaches now."""
        workingdays.changed()
        last = workingdays.load().last
        messages.info(
            request,
            f"Working days are known to {last:%d %b %Y}. A year is known when all its bank holidays "
            f"(at least {workingdays.BANK_HOLIDAYS_A_YEAR} on weekdays) are here, and those of every year before it.",
        )


class WorkAdmin(ReadOnly):
    """Rows of work: those set aside can be given back to the workers."""

    actions = ["release"]
    wake = ""

    def has_release_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description="Try the selected again", permissions=["release"])
    def release(self, request: HttpRequest, queryset: "QuerySet[Message] | QuerySet[Document]") -> None:
        released = sum(work.release(row) for row in queryset)
        outbox.wake(self.wake)
        messages.success(request, f"{released} given back to the workers.")


@admin.register(Message)
class MessageAdmin(WorkAdmin):
    wake = "foundation.deliver_messages"
    list_display = ["created_at", "kind", "to_email", "subject", "done_at", "set_aside_at", "attempts"]
    list_filter = ["kind", ("set_aside_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter)]
    search_fields = ["to_email", "subject"]
    exclude = ["text", "html"]  # they hold links that work for the person they were sent to


@admin.register(Document)
class DocumentAdmin(WorkAdmin):
    wake = "foundation.render_documents"
    list_display = ["number", "kind", "title", "ordered_at", "done_at", "set_aside_at", "attempts"]
    list_filter = ["kind", ("set_aside_at", admin.EmptyFieldListFilter)]
    search_fields = ["number", "title"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ["at", "actor_label", "verb", "subject_type", "subject_id", "from_state", "to_state"]
    list_filter = ["subject_type", "verb"]
    search_fields = ["actor_label", "=subject_id"]
    date_hierarchy = "at"


@admin.register(Period)
class PeriodAdmin(ReadOnly):
    list_display = ["job", "key", "started_at", "done_at"]
    list_filter = ["job"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ["name", "at"]
