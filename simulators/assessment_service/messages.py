"""The service's own words, exactly as it sends them (das-assessor-service, Validators/ExternalApi and the controllers).

Full stops differ between endpoints there, so they differ here.
"""

GRADES = ("Pass", "Credit", "Merit", "Distinction", "Pass with excellence", "Outstanding", "No grade awarded")
OUTCOMES = ("Pass", "Fail", "Withdrawn")
_ALL_GRADES = ", ".join(GRADES)

UKPRN_LENGTH = "The UKPRN should contain exactly 8 numbers"
UKPRN_UNKNOWN = "Specified UKPRN not found"
NO_FAMILY_NAME = "Provide apprentice family name"
NO_VALID_STANDARD = "Provide a valid Standard"
NO_STANDARD = "Provide a Standard"
STANDARD_UNKNOWN = "Standard not found"
STANDARDS_DIFFER = "StandardReference and StandardCode must be for the same Standard"
ULN_LENGTH = "ULN should contain exactly 10 numbers"
NOT_FOUND = "ULN, FamilyName and Standard not found"
NOT_FOUND_STOP = "ULN, FamilyName and Standard not found."
NO_APPRENTICE = "Cannot find apprentice with the specified Uln, FamilyName & Standard"
NO_CERTIFICATE = "Cannot find certificate with the specified Uln, FamilyName & Standard"
NOT_APPROVED = "Your organisation is not approved to assess this Standard"
VERSION_UNKNOWN = "Invalid version for Standard"
NO_OPTIONS = "No course option available for this Standard and version. Must be empty"

NO_CONTACT_NAME = "Provide a contact name"
NO_ADDRESS = "Provide an address"
NO_CITY = "Provide a city or town"
NO_POSTCODE = "Provide a postcode"
POSTCODE_WRONG = "Provide a valid UK postcode"
NO_GRADE = "Select the grade achieved"
FAIL_GRADE = "Cannot record a Fail grade via API"
GRADE_UNKNOWN = (
    f"You must enter a valid grade. Must be one of the following: {_ALL_GRADES}, "
    f"where {_ALL_GRADES} can be obtained with /api/v1/certificate/grades"
)
ACHIEVED_TOO_EARLY = "Achievement date cannot be before 01 01 2017"
ACHIEVED_IN_FUTURE = "Achievement date cannot be in the future"

REFERENCE_GIVEN = "Certificate reference must be empty"
NOT_EPA_CREATOR = "Your organisation is not the creator of the EPA"
WITHDRAWN = "Cannot find the apprentice details"
LEARNER_VERSION = "Incorrect version for learner"
LEARNER_OPTION = "Incorrect course option for learner"
NO_REFERENCE = "Provide the certificate reference"
CERTIFICATE_NOT_FOUND = "Certificate not found"
CERTIFICATE_NOT_FOUND_STOP = "Certificate not found."
NOT_CREATOR = "Your organisation is not the creator of this Certificate"
NOT_DRAFT = "Certificate does not exist in Draft status"
ALREADY_SUBMITTED = "Certificate has already been submitted"
NOT_READY = "Certificate is not in Ready status"
DATA_MISSING = "Certificate is missing mandatory data"
VERSION_CHANGED = "Certificate update is required as version has changed on Learner record"
OPTION_CHANGED = "Certificate update is required as course option has changed on Learner record"
CANNOT_DELETE = "Cannot delete a submitted Certificate"

NO_EPAS = "Provide EPA Details"
EPA_TOO_EARLY = "EPA Date cannot be before 01 01 2017"
EPA_IN_FUTURE = "EPA Date cannot be in the future"
OUTCOME_UNKNOWN = "Invalid outcome: must be Pass, Fail or Withdrawn"
EPA_REFERENCE_GIVEN = "EPA reference must be empty"
EPA_CERTIFICATE_EXISTS = "Certificate already exists, cannot create EPA record"
EPA_EXISTS = "EPA already provided for the learner"
NO_EPA_REFERENCE = "Provide EPA reference"
NO_EPA_REFERENCE_DELETE = "Provide the EPA reference"
EPA_NOT_FOUND = "EPA not found"
NOT_THIS_EPA_CREATOR = "Your organisation is not the creator of this EPA"
EPA_CANNOT_UPDATE = "Certificate already exists, cannot update EPA record"
EPA_CANNOT_DELETE = "Certificate already exists, cannot delete EPA record"

BATCH_TOO_LARGE = "Batch limited to 25 requests"
INVALID_INPUT = "Your request contains invalid input. Please ensure it matches the swagger definition and try again."
ACCOUNT_WITHOUT_UKPRN = "Your account is not linked to a valid UKPRN"
ACCOUNT_WITHOUT_EMAIL = "Your account is not linked to a valid Email address"
# The gateway in front of the service says these; they are its usual texts, not seen on the real address.
KEY_MISSING = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
KEY_WRONG = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)
NO_SUCH_RESOURCE = "Resource not found"


def version_not_approved(version: str) -> str:
    """The organisation assesses the standard, though not in this version."""
    return f"{NOT_APPROVED} Version: {version}"


def option_unknown(options: tuple[str, ...], code: int, version: str) -> str:
    """The words of the certificate endpoints, which name the LARS code."""
    listed = ", ".join(options)
    return (
        f"Invalid course option for this Standard and version. Must be one of the following: {listed} where {listed} "
        f"depends on the standard code, and can be obtained with GET /api/v1/standard/options/{code}/{version}"
    )


def epa_option_unknown(options: tuple[str, ...], reference: str, version: str) -> str:
    """The words of the EPA endpoints, which quote the list and name the reference."""
    listed = f"'{','.join(options)}'"
    return (
        f"Invalid course option for this Standard and version. Must be one of the following: {listed} where {listed} "
        f"depends on the standard code, and can be obtained with GET /api/v1/standard/options/{reference}/{version}"
    )


def already_exists(reference: str) -> str:
    """A certificate is there; its reference is told."""
    return f"Certificate already exists: {reference}"


def learner_unknown(uln: int) -> str:
    """No learner record for the ULN on that standard."""
    return f"Learner details for ULN: {uln} not found"


def too_many_calls(seconds: int) -> str:
    """The gateway's text beside ``Retry-After``."""
    return f"Rate limit is exceeded. Try again in {seconds} seconds."
