"""What the accounts' own tables refuse, in words."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.states import Role
from tests.builders import person


@pytest.mark.django_db
def test_an_address_in_other_letters_is_refused_in_words() -> None:
    taken = person(Role.FINANCE)
    with pytest.raises(ValidationError) as refused:
        User(email=taken.email.upper(), name="Another").validate_constraints()
    assert refused.value.messages == ["Another account has this e-mail address already, perhaps in other letters."]
