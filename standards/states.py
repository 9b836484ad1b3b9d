"""Words of the catalogue."""

from django.db.models import TextChoices


class Risk(TextChoices):
    """How closely a centre is looked at (A6)."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


RISK_ORDER = {Risk.LOW: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}


class PackageKind(TextChoices):
    SUPPORT = "support", "Support package"
    EPA = "epa", "End-point assessment"


class Grade(TextChoices):
    """Grades of a component; an overall grade uses the same words and those of the assessment service."""

    FAIL = "fail", "Fail"
    PASS = "pass", "Pass"
    MERIT = "merit", "Merit"
    DISTINCTION = "distinction", "Distinction"


GRADE_ORDER = {Grade.FAIL: 0, Grade.PASS: 1, Grade.MERIT: 2, Grade.DISTINCTION: 3}


class PriceKind(TextChoices):
    PACKAGE = "package", "Registration on a package"
    RESIT = "resit", "Resit or retake of a component"
    ENGLISH = "english", "English, registration and certification"
    MATHS = "maths", "Maths, registration and certification"


class Subject(TextChoices):
    ENGLISH = "english", "English"
    MATHS = "maths", "Maths"


class Route(TextChoices):
    """How English or maths is met (B4)."""

    STANDARD = "standard", "Qualification"
    EHC = "ehc", "With an education, health and care plan or a legacy statement"
    BSL = "bsl", "British Sign Language, where it is the primary language"
