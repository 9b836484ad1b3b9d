from django.http import HttpRequest


def shell(_request: HttpRequest) -> dict:
    return {}
