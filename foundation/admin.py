"""The ground in Django admin: closed days are looked after; messages, documents and events are looked at."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from foundation import outbox, work, workingdays
from foundation.models import AuditEvent, ClosedDay, Document, Heartbeat, Message, Period


class ReadOnly(admin.ModelAdmin):
    """Seen, searched, never written here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ClosedDay)
class ClosedDayAdmin(admin.ModelAdmin):
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
