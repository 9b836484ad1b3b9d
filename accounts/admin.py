"""People in Django admin: found by search, ended rather than deleted."""

from typing import cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts import actions
from accounts.models import Interest, Invitation, Membership, Organisation, User
from accounts.requests import SignedIn
from foundation.admin import Recorded

# Rights come from roles, and an account has the one address it signs in with: neither is written beside the portal.
admin.site.unregister([Group, EmailAddress])


class NoDelete(Recorded):
    """What has history is not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class UserForm(forms.ModelForm):
    """A person without a way to see or set the password."""

    password = ReadOnlyPasswordHashField(label="Password", help_text="Set by the person, through a link by e-mail.")

    class Meta:
        model = User
        fields = ["email", "name", "is_active", "password"]


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    can_delete = False
    readonly_fields = ["organisation", "role", "since", "ended_on"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class InterestInline(admin.TabularInline):
    model = Interest
    extra = 0
    autocomplete_fields = ["organisation"]


@admin.register(User)
class UserAdmin(NoDelete):
    form = UserForm
    list_display = ["name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline, InterestInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(NoDelete):
    list_display = ["name", "kind", "ukprn"]
    list_filter = ["kind"]
    search_fields = ["name", "ukprn"]


@admin.register(Membership)
class MembershipAdmin(NoDelete):
    list_display = ["user", "organisation", "role", "since", "ended_on"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__email", "organisation__name"]
    readonly_fields = ["user", "organisation", "role", "since", "ended_on"]
    actions = ["end_roles"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description="End the selected roles")
    def end_roles(self, request: SignedIn, queryset: object) -> None:
        """Through the verb, one by one: the last administrator stays."""
        for membership in queryset.filter(ended_on=None):  # type: ignore[attr-defined]
            actions.end_membership(membership=membership, by=request.user)
        messages.success(request, "The roles have ended.")


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["organisation", "email", "name", "role"]


@admin.register(Invitation)
class InvitationAdmin(NoDelete):
    form = InvitationForm
    list_display = ["email", "organisation", "role", "created_at", "accepted_at", "withdrawn_at"]
    search_fields = ["email", "name", "organisation__name"]
    autocomplete_fields = ["organisation"]

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return obj is None

    def save_model(self, request: HttpRequest, obj: Invitation, form: forms.ModelForm, change: bool) -> None:
        """Through the verb, which also sends the message."""
        made = actions.invite(
            organisation=obj.organisation, email=obj.email, name=obj.name, role=obj.role, by=cast("User", request.user)
        )
        obj.pk = made.pk
