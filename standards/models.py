"""The catalogue. Every figure that a clause calls a setting is a field of the version; nothing is wired into code."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.scoping import ScopedManager
from accounts.states import CENTRE_ROLES, IMI_ROLES
from standards.states import Grade, PackageKind, PriceKind, Risk, Route, Subject

EVERYONE = IMI_ROLES | CENTRE_ROLES


def chase_days() -> list[int]:
    """Two reminders to the centre, and one that goes to the EPA team too."""
    return [7, 14, 25]


class Standard(models.Model):
    """An apprenticeship standard, such as ST0071 Customer service specialist, level 3."""

    SEEN_BY: ClassVar = EVERYONE

    reference = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField()
    lars_code = models.PositiveIntegerField("LARS code", unique=True)

    objects = ScopedManager()

    class Meta:
        ordering = ["reference"]

    def __str__(self) -> str:
        return f"{self.name} L{self.level} {self.reference}"


class StandardVersion(models.Model):
    """A version of a standard with its assessment plan, and every setting of the clauses."""

    SEEN_BY: ClassVar = EVERYONE

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="versions")
    code = models.CharField(max_length=10, help_text="Such as AP01")
    assessment_service_version = models.CharField(
        max_length=10, blank=True, help_text="Such as 1.0, as the assessment service names it"
    )
    assessment_plan = models.CharField(
        max_length=100, help_text="The plan and its version, as declared by centres (A2)"
    )
    plan_url = models.URLField(blank=True)
    guidance = models.CharField(max_length=100, help_text="Issue and date of the guidance the settings are taken from")
    opens_on = models.DateField(help_text="First day on which learners may be registered")
    closes_on = models.DateField(null=True, blank=True, help_text="Last day on which learners may be registered")
    min_programme_months = models.PositiveSmallIntegerField(help_text="B3")
    min_off_the_job_percent = models.PositiveSmallIntegerField(help_text="B3")
    booking_notice_days = models.PositiveSmallIntegerField(help_text="E2")
    late_cancellation_days = models.PositiveSmallIntegerField(help_text="E4")
    epa_months = models.PositiveSmallIntegerField(help_text="C9")
    resit_months = models.PositiveSmallIntegerField(help_text="C11")
    resit_best_grade = models.CharField(max_length=20, choices=Grade.choices, default=Grade.PASS, help_text="C13")
    result_working_days = models.PositiveSmallIntegerField(help_text="F1")
    review_working_days = models.PositiveSmallIntegerField(default=20, help_text="Target for the desktop review (A6)")
    contract_review_months = models.PositiveSmallIntegerField(default=12, help_text="From its start to its review (A7)")
    contract_sign_days = models.PositiveSmallIntegerField(default=30, help_text="Days a contract is on offer (A8)")
    contract_notice_days = models.PositiveSmallIntegerField(default=90, help_text="Notice to end a contract (A8)")
    contract_chase_days = models.JSONField(
        default=chase_days, help_text="Days after the offer on which an unsigned contract is chased (A8)"
    )
    policy_warning_days = models.PositiveSmallIntegerField(
        default=60, help_text="So many days before a policy expires the centre is warned (A6)"
    )
    action_reminder_days = models.PositiveSmallIntegerField(
        default=7, help_text="The centre is reminded so many days before an action is due (A9)"
    )
    action_chase_days = models.PositiveSmallIntegerField(
        default=7, help_text="The EPA team hears so many days after the centre was chased for an overdue action (A9)"
    )
    interest_months = models.PositiveSmallIntegerField(
        default=24, help_text="Who left a centre less than so many months ago does not review it (A6)"
    )
    sign_off_from = models.CharField(
        max_length=10,
        choices=Risk.choices,
        default=Risk.HIGH,
        blank=True,
        help_text="From this risk on a second person confirms an approval (A6); empty: never",
    )
    appeal_working_days = models.PositiveSmallIntegerField(
        default=20, help_text="Within so many working days a centre may appeal against a refusal (A6)"
    )
    re_review_months_low = models.PositiveSmallIntegerField(default=36, help_text="Re-review at low risk (A6)")
    re_review_months_medium = models.PositiveSmallIntegerField(default=24, help_text="Re-review at medium risk (A6)")
    re_review_months_high = models.PositiveSmallIntegerField(default=12, help_text="Re-review at high risk (A6)")
    re_review_notice_days = models.PositiveSmallIntegerField(
        default=60, help_text="A re-review is opened so many days before it is due (A6)"
    )
    approvals_expire = models.BooleanField(
        default=False, help_text="An element’s approval ends when its re-review is not done in time; else it rolls on"
    )
    contract_terms = models.JSONField(
        default=list, help_text="List of {heading, text}: what its first contract template is made of (A7)"
    )
    checklist = models.JSONField(default=list, help_text="Lines of the blank approval guidance checklist (A5)")

    objects = ScopedManager()

    class Meta:
        ordering = ["standard__reference", "code"]
        constraints = [models.UniqueConstraint(fields=["standard", "code"], name="version_code_once")]

    def __str__(self) -> str:
        return f"{self.standard.name} L{self.standard.level} {self.standard.reference}/{self.code}"

    @property
    def short(self) -> str:
        return f"{self.standard.reference}/{self.code}"


class ApprovalCriterion(models.Model):
    """What the Centre EQA confirms, or not, for every element (A6)."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="approval_criteria")
    code = models.CharField(max_length=10)
    text = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="approval_criterion_once")]

    def __str__(self) -> str:
        return f"({self.code}) {self.text}"


class RequiredPolicy(models.Model):
    """A policy of the centre that an application for approval comes with (A6)."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="policies")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=150)
    about = models.CharField(max_length=300, blank=True, help_text="What the Centre EQA looks for in it")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "required policies"
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="required_policy_once")]

    def __str__(self) -> str:
        return self.name


class Package(models.Model):
    """An element that a centre is approved for and a learner is registered on, such as AS-CSS-EPA."""

    SEEN_BY: ClassVar = EVERYONE

    version = models.ForeignKey(StandardVersion, on_delete=models.PROTECT, related_name="packages")
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=PackageKind.choices)

    objects = ScopedManager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProgrammeGateway(models.Model):
    """A gateway during the programme, certificated when completed (A4, F2). Customer service specialist has none."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="programme_gateways")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="programme_gateway_once")]

    def __str__(self) -> str:
        return self.name


class AttainmentRule(models.Model):
    """What counts as English or maths for the gateway, from a day to a day (B4): a later rule is another row."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="attainment_rules")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    route = models.CharField(max_length=10, choices=Route.choices)
    minimum_level = models.CharField(max_length=10, help_text="E1, E2, E3, 1, 2 or 3; empty: not required")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["subject", "route", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["version", "subject", "route", "valid_from"], name="attainment_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.get_route_display()}: {self.minimum_level}"


class Component(models.Model):
    """One of the assessment methods, with its window and what has to be handed in before it."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="components")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)
    grades = models.JSONField(help_text="The grades it can be given, lowest first")
    window_months = models.PositiveSmallIntegerField(help_text="Held within so many months of the start (C1, C3, C6)")
    is_practical = models.BooleanField(
        default=False, help_text="The notice for a booking counts to this one's date (E2)"
    )
    submission_name = models.CharField(max_length=100, blank=True, help_text="Empty: nothing is handed in")
    submission_days_before = models.PositiveSmallIntegerField(null=True, blank=True, help_text="C4, C7")
    submission_within_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="C2")
    evidence_min = models.PositiveSmallIntegerField(null=True, blank=True, help_text="C7; empty: one document")
    evidence_max = models.PositiveSmallIntegerField(null=True, blank=True)
    subject_agreed = models.BooleanField(default=False, help_text="Its subject is agreed with IMI first (C5)")
    rework_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="C14; empty: not reworked")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="component_code_once"),
            models.CheckConstraint(
                condition=Q(evidence_min=None, evidence_max=None) | Q(evidence_min__lte=F("evidence_max")),
                name="component_evidence_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ComponentCriterion(models.Model):
    """What an assessor judges within a component."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=20)
    text = models.CharField(max_length=500)
    needed_for = models.CharField(max_length=20, choices=Grade.choices, default=Grade.PASS)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["component", "code"], name="component_criterion_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class GradeRow(models.Model):
    """One line of the grade table: what the components' grades make overall."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="grade_rows")
    key = models.CharField(max_length=200, help_text="Such as DIS=pass;OBS=pass;PRJ=distinction (codes in order)")
    overall = models.CharField(max_length=20, choices=Grade.choices)
    confirmed = models.BooleanField(default=False, help_text="Checked against the published assessment plan")

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="grade_row_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.overall}"


class Price(models.Model):
    """A line of the dated price list (D4, D5)."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="prices")
    kind = models.CharField(max_length=20, choices=PriceKind.choices)
    package = models.ForeignKey(Package, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.PROTECT, related_name="prices")
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    example = models.BooleanField(default=False, help_text="An example amount, not a published fee")

    class Meta:
        ordering = ["kind", "package__code", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="price_not_negative",
                violation_error_message="A price is not less than £0.00.",
            ),
            models.CheckConstraint(
                condition=Q(kind=PriceKind.PACKAGE) ^ Q(package=None), name="price_of_package_names_it"
            ),
            models.UniqueConstraint(
                fields=["version", "kind", "package", "component", "valid_from"],
                nulls_distinct=False,
                name="price_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: £{self.amount}"
