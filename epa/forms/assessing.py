"""Forms of handing in and assessing."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from epa.models import Attempt, PortfolioPiece
from epa.rules.assessing import Judgement
from foundation.forms import DateField, PortalForm
from standards.states import Grade

MET = [("met", "Met"), ("not_met", "Not met")]


class ReportForm(PortalForm):
    """The report as one file."""

    submit_label = "Hand in"

    file = forms.FileField(label="File", help_text="PDF or Word, up to 20 MB.")


class PortfolioForm(PortalForm):
    """The pieces chosen from the portfolio."""

    submit_label = "Hand in"

    pieces = forms.ModelMultipleChoiceField(
        queryset=PortfolioPiece.objects.none(), widget=forms.CheckboxSelectMultiple, label="Pieces of evidence"
    )

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        component, field = attempt.component, self.fields["pieces"]
        field.queryset = PortfolioPiece.objects.filter(epa=attempt.epa_id)  # type: ignore[attr-defined]
        field.help_text = (
            f"{component.evidence_min} to {component.evidence_max} pieces, none of them assessed before (C7, C8)."
        )


class AssessingForm(PortalForm):
    """The assessor's record of one component: when, each criterion, grade, feedback."""

    submit_label = "Record the assessment"
    submit_warning = True

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(attempt.component.criteria.all())
        self.fields["held_on"] = DateField(
            label="Day on which it was held", error_messages={"required": "Fill in the day on which it was held."}
        )
        groups = [Fieldset("When", "held_on")]
        for row in self.criteria:
            met, note = f"met_{row.code}", f"note_{row.code}"
            self.fields[met] = forms.ChoiceField(
                label=row.text,
                choices=MET,
                widget=forms.RadioSelect,
                help_text=f"For a {row.get_needed_for_display()}",
                error_messages={"required": f"Choose met or not met for {row.code}."},
            )
            self.fields[note] = forms.CharField(label=f"Note on {row.code}", required=False, max_length=2000)
            groups.append(Fieldset(row.code, met, note))
        self.fields["grade"] = forms.ChoiceField(
            label="Grade",
            choices=[(grade, Grade(grade).label) for grade in attempt.component.grades],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose a grade."},
        )
        self.fields["feedback"] = forms.CharField(
            label="Feedback",
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 8}),
            help_text="Needed for a fail: it is released with the result, and a project is reworked from it (C14).",
        )
        self.helper.layout = Layout(*groups, Fieldset("Grade and feedback", "grade", "feedback"))

    def judgements(self) -> dict[str, Judgement]:
        """The judgement on each criterion, by its code."""
        data = self.cleaned_data
        return {
            row.code: Judgement(met=data[f"met_{row.code}"] == "met", note=data[f"note_{row.code}"])
            for row in self.criteria
        }


class CapLiftForm(PortalForm):
    """The exceptional circumstances for an original fail (C13)."""

    submit_label = "Propose"

    reason = forms.CharField(
        label="Exceptional circumstances", max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
