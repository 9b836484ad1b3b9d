"""The one table of address × role × ownership. What it does not name is refused; a missing address fails a test.

A row of the table says who finds an address (everyone else is told that there is no such thing), and who of them may do
what it is for (the others are told that they may not). Roles are relative to the centre that owns the row: ``owner``,
``staff`` and ``reader`` are that centre's, ``stranger`` owns another approved centre, ``assigned`` is the independent
assessor allocated there and ``free`` one who is not.
"""

from collections.abc import Collection
from dataclasses import dataclass

LOGIN = 302
READS, ASKS, BOTH = ("GET",), ("POST",), ("GET", "POST")
OUTSIDE = frozenset({"visitor", "gone"})

OWN = frozenset({"owner", "staff", "reader"})
WRITERS = frozenset({"owner", "staff"})
ASSESSORS = frozenset({"assigned", "free"})
EQAS = frozenset({"eqa", "other_eqa"})
TEAM = frozenset({"team", "admin"})
IMI = EQAS | TEAM | ASSESSORS | {"iqa", "finance"}
OUR_OFFICE = EQAS | TEAM | {"finance"}
EVERYONE = OWN | IMI | {"stranger", "employer", "nobody"}
ANY_WRITER = WRITERS | {"stranger"}

CENTRE = OWN | OUR_OFFICE
APPLICATION = OWN | EQAS | TEAM
LEARNER = OWN | TEAM
ASSESSED = LEARNER | {"assigned"}
BOOKING = LEARNER | {"finance"}


@dataclass(frozen=True)
class Rule:
    """Who finds the address of ``key`` (its name, and a word where the same address is asked about other rows), who of
    them may GET and POST it, and what the allowed are answered with. ``public``: no account is needed at all."""

    key: str
    sees: Collection[str] = EVERYONE
    may: Collection[str] | None = None
    writes: Collection[str] | None = None
    methods: tuple[str, ...] = BOTH
    found: tuple[int, ...] = (200,)
    done: tuple[int, ...] = (200, 302, 409, 422)
    public: bool = False
    # All of the assessment organisation may read what the centre is called, and nothing else of it.
    names: bool = False
    # What a visitor is answered with at a public address, where that is not what everybody is.
    outside: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return self.key.split(" ")[0]

    def expected(self, role: str, method: str) -> tuple[int, ...]:
        """The statuses one of which this role has to be answered with."""
        if role in OUTSIDE and not self.public:
            return (LOGIN,)
        if method not in self.methods:
            return (405,)
        if role in OUTSIDE and self.outside:
            return self.outside
        if role not in self.sees and not self.public:
            return (404,)
        allowed = self.sees if self.may is None else self.may
        if method == "POST" and self.writes is not None:
            allowed = self.writes
        if role not in allowed and not self.public:
            return (403,)
        return self.found if method == "GET" else self.done


ROOF = [
    Rule("home", methods=READS),
    Rule("search", methods=READS),
    Rule("acting", methods=ASKS, done=(302,)),
    Rule("learner", LEARNER, methods=READS),
    Rule("learner of an assessor", ASSESSED, methods=READS),
    Rule("accessibility", methods=READS, public=True),
    Rule("health", methods=READS, public=True, found=(200, 503)),
]
# allauth's. An account exists only by invitation, so signing up is closed to everyone.
ACCOUNT = [
    Rule("account_login", public=True, found=(302,), done=(302,), outside=(200,)),
    Rule("account_signup", public=True, found=(302,), done=(302,), outside=(200,)),
    Rule("account_logout", public=True, found=(200,), done=(302,), outside=(302,)),
    Rule("account_inactive", public=True, done=(405,)),
    Rule("account_reauthenticate", done=(200,)),
    Rule("account_email", done=(200, 302)),
    Rule("account_email_verification_sent", public=True, done=(405,)),
    Rule("account_confirm_email", public=True, found=(200,), done=(404,)),
    Rule("account_confirm_login_code", public=True, found=(302,), done=(302,)),
    Rule("account_change_password", done=(200,)),
    Rule("account_set_password", found=(302,), done=(302,)),
    Rule("account_reset_password", public=True, done=(200,)),
    Rule("account_reset_password_done", public=True, done=(405,)),
    Rule("account_reset_password_from_key", public=True, done=(200,)),
    Rule("account_reset_password_from_key_done", public=True, done=(405,)),
]
PEOPLE = [
    Rule("accounts:people", OWN | IMI, methods=READS, names=True),
    Rule("accounts:invite", OWN | IMI, {"owner", "team", "admin"}, names=True),
    Rule("accounts:change_role", LEARNER, {"owner", "team", "admin"}),
    Rule("accounts:resend_invitation", LEARNER, {"owner", "team", "admin"}, methods=ASKS),
    Rule("accounts:end", LEARNER, {"owner", "team", "admin"}),
    Rule("accounts:withdraw_invitation", LEARNER, {"owner", "team", "admin"}, methods=ASKS),
    Rule("accounts:accept", public=True),
    Rule("accounts:messages", methods=READS),
    Rule("accounts:message", {"owner"}, methods=READS),
    Rule("standards:list", methods=READS),
    Rule("standards:version", EVERYONE - {"employer", "nobody"}, methods=READS),
]
CENTRES = [
    Rule("centres:list", methods=READS),
    Rule("centres:own", OWN | {"stranger"}, methods=READS, found=(302,)),
    Rule("centres:open", EQAS | TEAM, TEAM),
    Rule("centres:centre", CENTRE, methods=READS),
    Rule("centres:standing", CENTRE, TEAM),
    Rule("centres:meaning", methods=READS),
    Rule("centres:standing_evidence", EQAS | TEAM, methods=READS),
    Rule("centres:impose", CENTRE, TEAM),
    Rule("centres:sanction", CENTRE, methods=READS),
    Rule("centres:sanction_evidence", EQAS | TEAM, methods=READS),
    Rule("centres:plan_add", CENTRE, TEAM),
    Rule("centres:lift", CENTRE, TEAM),
    Rule("centres:plan_answer", CENTRE, WRITERS),
    Rule("centres:plan_settle", CENTRE, EQAS | {"team"}),
    Rule("centres:plan_evidence", CENTRE, methods=READS),
    Rule("centres:people", CENTRE, methods=READS),
    Rule("centres:propose_owner", CENTRE, {"owner"}),
    Rule("centres:appoint_owner", CENTRE, {"team"}),
    Rule("centres:transfer", CENTRE, OWN),
    Rule("centres:transfer_withdraw", CENTRE, {"owner", "team"}, methods=ASKS),
    Rule("centres:particulars", CENTRE, methods=READS),
    Rule("centres:site_add", CENTRE, WRITERS | {"team"}),
    Rule("centres:site_change", CENTRE, WRITERS | {"team"}),
    Rule("centres:site_close", CENTRE, WRITERS | {"team"}),
    Rule("centres:site_main", CENTRE, WRITERS | {"team"}, methods=ASKS),
    Rule("centres:contact_add", CENTRE, WRITERS | {"team"}),
    Rule("centres:contact_change", CENTRE, WRITERS | {"team"}),
    Rule("centres:contact_end", CENTRE, WRITERS | {"team"}),
    Rule("centres:invoice", CENTRE, WRITERS | {"team"}),
    Rule("centres:apply", CENTRE, WRITERS),
    Rule("centres:account", CENTRE, methods=READS),
    Rule("centres:charges", methods=READS),
    Rule("centres:reverse", CENTRE, {"team", "finance"}),
    Rule("centres:exports", {"finance", "admin"}, methods=READS),
    Rule("centres:export_new", {"finance", "admin"}, {"finance"}),
    Rule("centres:export", {"finance", "admin"}, methods=READS),
    Rule("centres:export_file", {"finance", "admin"}, methods=READS),
    Rule("centres:applications", methods=READS),
    Rule("centres:application", APPLICATION, methods=READS),
    Rule("centres:section", APPLICATION, WRITERS),
    Rule("centres:section_draft", APPLICATION, WRITERS, methods=ASKS),
    Rule("centres:section_comment", APPLICATION, WRITERS, methods=ASKS),
    Rule("centres:comment_resolve", OWN, WRITERS, methods=ASKS),
    Rule("centres:person_add", APPLICATION, WRITERS),
    Rule("centres:person", APPLICATION, WRITERS),
    Rule("centres:person_remove", APPLICATION, WRITERS),
    Rule("centres:policy", APPLICATION, WRITERS),
    Rule("centres:policy_remove", APPLICATION, WRITERS),
    Rule("centres:interest_add", APPLICATION, WRITERS),
    Rule("centres:interest", APPLICATION, WRITERS),
    Rule("centres:interest_remove", APPLICATION, WRITERS),
    Rule("centres:application_file", APPLICATION, methods=READS),
    Rule("centres:submission", APPLICATION, methods=READS),
    Rule("centres:submission_document", APPLICATION, methods=READS),
    Rule("centres:blank_checklist", APPLICATION, methods=READS),
    Rule("centres:checklist", APPLICATION, methods=READS),
    Rule("centres:check", APPLICATION, WRITERS),
    Rule("centres:withdraw", APPLICATION, WRITERS),
    Rule("centres:take", APPLICATION, EQAS),
    Rule("centres:hand_over", APPLICATION, {"team"}),
    Rule("centres:declare", APPLICATION, {"eqa"}),
    Rule("centres:take_up", APPLICATION, {"eqa"}, methods=ASKS),
    Rule("centres:review", APPLICATION, {"eqa"}),
    Rule("centres:report", APPLICATION, methods=READS),
    Rule("centres:lodge_appeal", APPLICATION, WRITERS),
    Rule("centres:appeal", APPLICATION, writes={"team"}),
    Rule("centres:appeal_evidence", APPLICATION, methods=READS),
    Rule("centres:re_review", APPLICATION, writes=EQAS),
    Rule("centres:queue", EQAS | TEAM, methods=READS),
    Rule("centres:allocate", APPLICATION, {"team"}),
    Rule("centres:tie", APPLICATION, EQAS),
    Rule("centres:ask_sign_off", APPLICATION, {"eqa"}, methods=ASKS),
    Rule("centres:sign_off", EQAS | TEAM, writes=EQAS | {"team"}),
    Rule("centres:ask", APPLICATION, {"eqa"}),
    Rule("centres:answer_question", APPLICATION, WRITERS),
    Rule("centres:ask_again", APPLICATION, {"eqa"}),
    Rule("centres:settle_question", APPLICATION, {"eqa"}, methods=ASKS),
    Rule("centres:question_file", APPLICATION, methods=READS),
    Rule("centres:risk", APPLICATION, {"eqa"}),
    Rule("centres:note", APPLICATION, EQAS | {"team"}, methods=ASKS),
    Rule("centres:require", APPLICATION, {"eqa"}),
    Rule("centres:approve", APPLICATION, {"eqa"}),
    Rule("centres:decline", APPLICATION, {"eqa"}),
    Rule("centres:answer", APPLICATION, WRITERS),
    Rule("centres:settle", APPLICATION, {"eqa"}),
    Rule("centres:extend", APPLICATION, {"eqa"}),
    Rule("centres:evidence", APPLICATION, methods=READS),
    Rule("centres:contracts", methods=READS),
    Rule("centres:contract", CENTRE, methods=READS),
    Rule("centres:contract_document", CENTRE, methods=READS),
    Rule("centres:signed_copy", CENTRE, methods=READS),
    # The owner, and the member of staff whom the owner has authorised to sign.
    Rule("centres:sign", CENTRE, WRITERS),
    Rule("centres:upload_signed", CENTRE, WRITERS),
    Rule("centres:check_contract", public=True),
    Rule("centres:send_code", CENTRE, WRITERS, methods=ASKS),
    Rule("centres:sealed", CENTRE, methods=READS),
    Rule("centres:withdraw_offer", CENTRE, {"team"}),
    Rule("centres:notice", CENTRE, {"owner", "team"}),
    Rule("centres:issue_again", CENTRE, {"team"}),
    Rule("centres:retry_seal", CENTRE, TEAM, methods=ASKS),
    Rule("centres:signatories", CENTRE, writes={"owner"}),
    Rule("centres:revoke_signatory", CENTRE, {"owner"}),
    Rule("centres:countersign", CENTRE, {"team"}),
    Rule("centres:send_back", CENTRE, {"team"}),
    Rule("centres:end", CENTRE, {"team"}),
    Rule("centres:retry", CENTRE, TEAM, methods=ASKS),
    Rule("centres:register", EQAS | TEAM, methods=READS),
    Rule("centres:import_register", EQAS | TEAM, TEAM),
    Rule("centres:signup", methods=READS, public=True),
    Rule("centres:signup_details", public=True),
    Rule("centres:signup_ask", public=True),
    Rule("centres:signup_sent", methods=READS, public=True),
    Rule("centres:signup_confirm", public=True),
    Rule("centres:signups", TEAM, methods=READS),
    Rule("centres:signup_row", TEAM, methods=READS),
    Rule("centres:signup_accept", TEAM),
    Rule("centres:signup_turn_down", TEAM),
    Rule("centres:fetch_register", EQAS | TEAM, TEAM, methods=ASKS),
    Rule("centres:register_import", EQAS | TEAM, methods=READS),
    Rule("centres:register_provider", EQAS | TEAM, methods=READS),
    Rule("centres:take_name", EQAS | TEAM, TEAM),
]
APPRENTICES = [
    Rule("apprentices:list", methods=READS),
    Rule("apprentices:register", EVERYONE, ANY_WRITER),
    Rule("apprentices:edit", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:edit of an assessor", ASSESSED, WRITERS | {"team"}),
    Rule("apprentices:attainment_add", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:attainment_edit", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:support", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:support_evidence", LEARNER, WRITERS | {"team"}, methods=ASKS),
    Rule("apprentices:attainment_evidence", LEARNER, methods=READS),
    Rule("apprentices:withdraw", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:employers", methods=READS),
    Rule("apprentices:employer_add", EVERYONE, ANY_WRITER),
    Rule("apprentices:employer_edit", LEARNER, WRITERS | {"team"}),
    Rule("apprentices:template_xlsx", methods=READS),
    Rule("apprentices:template_csv", methods=READS),
    Rule("apprentices:uploads", methods=READS),
    Rule("apprentices:upload_new", EVERYONE, ANY_WRITER),
    Rule("apprentices:upload", LEARNER, methods=READS),
    Rule("apprentices:upload_progress", LEARNER, methods=READS),
    Rule("apprentices:upload_problems", LEARNER, methods=READS),
    Rule("apprentices:upload_confirm", LEARNER, WRITERS),
    Rule("apprentices:upload_discard", LEARNER, WRITERS),
]
PREPARING = [
    Rule("epa:prepare", LEARNER, WRITERS | {"team"}, methods=ASKS),
    Rule("epa:gateway", LEARNER, methods=READS),
    Rule("epa:gateway_training", LEARNER, WRITERS),
    Rule("epa:gateway_invite", LEARNER, WRITERS, methods=ASKS),
    Rule("epa:gateway_ask", LEARNER, WRITERS),
    Rule("epa:gateway_sign", LEARNER, WRITERS),
    Rule("epa:gateway_submit", LEARNER, WRITERS),
    Rule("epa:gateway_return", LEARNER, {"team"}),
    Rule("epa:gateway_accept", LEARNER, {"team"}),
    Rule("epa:piece_add", LEARNER, WRITERS),
    Rule("epa:piece_file", LEARNER, methods=READS),
    Rule("epa:piece_file of an assessor", ASSESSED, methods=READS),
    Rule("epa:piece_remove", LEARNER, WRITERS),
    Rule("epa:piece_mark", LEARNER, WRITERS | {"team"}, methods=ASKS),
    Rule("epa:piece_mark of an assessor", ASSESSED, WRITERS | {"team", "assigned"}, methods=ASKS),
    Rule("epa:subject_propose", LEARNER, WRITERS),
    Rule("epa:subject", LEARNER, methods=READS),
    Rule("epa:subject_ask", LEARNER, WRITERS | {"team"}),
    Rule("epa:subject_decide", LEARNER, {"team"}),
    Rule("epa:sign", public=True),
    Rule("epa:sign_piece", methods=READS, public=True),
    Rule("epa:comment", public=True),
    Rule("epa:bookings", methods=READS),
    Rule("epa:booking", BOOKING, methods=READS),
    Rule("epa:booking of an assessor", BOOKING | {"assigned"}, methods=READS),
    Rule("epa:booking_request", LEARNER, WRITERS),
    Rule("epa:booking_decline", BOOKING, {"team"}),
    Rule("epa:booking_cancel", BOOKING, WRITERS | {"team"}),
    Rule("epa:booking_cancel of an assessor", BOOKING | {"assigned"}, WRITERS | {"team"}),
    Rule("epa:booking_claim", BOOKING, WRITERS),
    Rule("epa:booking_rebook", BOOKING, {"team"}),
    Rule("epa:exception_evidence", LEARNER, WRITERS),
    Rule("epa:exception_evidence_open", LEARNER, WRITERS | {"team"}, methods=ASKS),
    Rule("epa:exception_decide", LEARNER, {"team"}),
    Rule("epa:planner", methods=READS),
]
ASSESSING = [
    Rule("epa:detail", ASSESSED, methods=READS),
    Rule("epa:deadlines", methods=READS),
    Rule("epa:calendar", methods=READS),
    Rule("epa:own_assessments", EVERYONE, ASSESSORS, methods=READS),
    Rule("epa:arrange", BOOKING, {"team"}),
    Rule("epa:attempt_arrange", LEARNER, {"team"}),
    Rule("epa:move_start", ASSESSED, {"team"}),
    Rule("epa:withdraw", ASSESSED, WRITERS | {"team"}),
    Rule("epa:attempt", ASSESSED, methods=READS),
    Rule("epa:attempt before release", ASSESSED, methods=READS),
    Rule("epa:hand_in", ASSESSED, WRITERS),
    Rule("epa:assess", ASSESSED, {"assigned"}),
    Rule("epa:cap_lift_propose", LEARNER, {"team"}),
    Rule("epa:cap_lift_grant", LEARNER, {"team"}),
    Rule("epa:submission_file", ASSESSED, methods=READS),
    Rule("epa:results_board", EVERYONE, TEAM, methods=READS),
    Rule("epa:results", methods=READS),
    Rule("epa:result", LEARNER, methods=READS),
    Rule("epa:result after a fail", LEARNER, methods=READS),
    Rule("epa:result before release", TEAM, methods=READS),
    Rule("epa:result_release", TEAM, {"team"}),
    Rule("epa:result_entered", LEARNER, WRITERS, methods=ASKS),
    Rule("epa:result_statement", LEARNER, methods=READS),
    Rule("epa:open_resit", ASSESSED, WRITERS),
]
CERTIFICATES = [
    Rule("certificates:list", methods=READS),
    Rule("certificates:claim_record", ASSESSED, WRITERS),
    Rule("certificates:record", LEARNER, methods=READS),
    Rule("certificates:record_pdf", LEARNER, methods=READS),
    Rule("certificates:check", public=True),
    Rule("certificates:check_one", methods=READS, public=True),
    Rule("certificates:ask_consent", ASSESSED, WRITERS | {"team"}, methods=ASKS),
    Rule("certificates:consent", public=True),
    Rule("certificates:withdraw_consent", public=True),
    Rule("certificates:claims", TEAM, methods=READS),
    Rule("certificates:waiting", TEAM, methods=READS),
    Rule("certificates:claim", LEARNER, methods=READS),
    Rule("certificates:by_hand", LEARNER, {"team"}),
    Rule("certificates:try_again", LEARNER, {"team"}, methods=ASKS),
    Rule("certificates:cancel", LEARNER, {"team"}),
]
RULES = [*ROOF, *ACCOUNT, *PEOPLE, *CENTRES, *APPRENTICES, *PREPARING, *ASSESSING, *CERTIFICATES]
# Django's administration is one entry: what is under it is for administrators, and test_admin.py walks it.
ADMIN = "admin"
