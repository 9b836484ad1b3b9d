"""A stand-in for the government's "Record a grade" API, run as a process of its own on the standard library alone.

    python -m simulators.assessment_service --port 8900 [--data FILE.json] [--state FILE] [--no-uniqueness-guard]

Under ``/api/v1/`` and ``/Ping`` it answers as the outside service does (the SkillsFundingAgency's published
das-assessor-service is the source of its rules, messages and shapes). Everything under ``/_control/`` exists only here:
it adds learners, moves the clock, orders faults and shows what was stored. ``process.py`` starts it for a test.

The rooms in import order: ``catalogue`` (what is known beforehand), ``intake`` (reading requests), ``records`` (what is
stored), ``messages`` and ``rules`` (refusals), ``shapes`` (answers), ``api`` (the verbs), ``faults``, ``limits``,
``front`` (one request from key to answer), ``control``, ``server`` (sockets).
"""
