"""Invented names. ULNs have a right check digit and belong to nobody: they are counted up, not drawn from a list."""

import random
from collections.abc import Iterator

from apprentices.rules.uln import check_digit

GIVEN = [
    "Aaliyah", "Adam", "Aisha", "Alfie", "Amara", "Anya", "Arjun", "Bethan", "Callum", "Caoimhe", "Charlie",
    "Chloë", "Daniel", "Deepa", "Dylan", "Ella", "Emeka", "Erin", "Ethan", "Fatima", "Finlay", "Freya",
    "George", "Grace", "Hannah", "Harpreet", "Hassan", "Holly", "Imogen", "Isaac", "Ivy", "Jack", "Jamal",
    "Jasmine", "Joshua", "Kareem", "Keira", "Leah", "Leon", "Lewis", "Lowri", "Maisie", "Marcus", "Maya",
    "Megan", "Mohammed", "Nadia", "Niamh", "Noah", "Oliver", "Olivia", "Oskar", "Priya", "Rhys", "Ruby",
    "Samuel", "Siân", "Sofia", "Tariq", "Theo", "Tomasz", "Yusuf", "Zainab", "Zoë",
]  # fmt: skip
FAMILY = [
    "Adeyemi", "Ahmed", "Bailey", "Barnes", "Begum", "Brennan", "Chowdhury", "Clarke", "Coates", "D'Souza",
    "Davies", "Ellison", "Evans", "Fairweather", "Ferreira", "Fox", "Gill", "Griffiths", "Hale", "Hughes",
    "Hussain", "Ibrahim", "Iqbal", "Jarvis", "Jones", "Kaur", "Kelly", "Khan", "Kowalski", "Lawson",
    "Lindqvist", "Mac-Donald", "Malik", "Marsh", "Morgan", "Mwangi", "Nash", "Nguyen", "O'Brien", "O'Connor",
    "Okafor", "Osborne", "Parry", "Patel", "Price", "Quinn", "Rahman", "Reid", "Roberts", "Rossi", "Shah",
    "Sharma", "Singh", "Smith-Jones", "Stone", "Taylor", "Tŵr", "Turner", "Unwin", "Vaughan", "Walsh", "Ward",
    "Wójcik", "Young",
]  # fmt: skip
FIRST = [
    "Ashdown", "Bluebell", "Castle", "Dunmore", "Eastgate", "Fernhill", "Greenway", "Harbour", "Ivybridge",
    "Kingsway", "Lakeside", "Millbrook",
]  # fmt: skip
TRADE = ["Autos", "Motor Group", "Vehicle Rentals", "Tyres", "Car Sales", "Fleet Services", "Garages", "Parts"]
TOWNS = [
    ("Hertford", "SG13 8PQ"),
    ("Leeds", "LS1 4AP"),
    ("Cardiff", "CF10 1EP"),
    ("Norwich", "NR2 1TF"),
    ("Exeter", "EX1 1HS"),
    ("Preston", "PR1 2HE"),
    ("Derby", "DE1 2GT"),
    ("Ipswich", "IP1 1TT"),
]
STREETS = ["12 Station Road", "4 Mill Lane", "Unit 3, Forge Way", "88 High Street", "1 Canal Wharf", "27 Park Avenue"]
SUBJECTS = [
    "Fewer repeat calls to the service desk",
    "A welcome pack for customers who collect a new car",
    "Shorter waiting at the parts counter on Saturdays",
    "What customers say after a repair, and what we change",
    "Telling customers earlier when a delivery is late",
    "A handover checklist for courtesy cars",
]
CENTRES = [
    ("Ashdown Training Academy", 10190001, "Hertford"),
    ("Bluebell College of Motoring", 10190002, "Leeds"),
    ("Castle Vale Skills", 10190003, "Cardiff"),
    ("Dunmore Apprenticeships", 10190004, "Norwich"),
    ("Eastgate Learning Partnership", 10190005, "Exeter"),
    ("Fernhill Automotive Training", 10190006, "Preston"),
    ("Greenway Service Academy", 10190007, "Derby"),
    ("Harbour Lights Training", 10190008, "Ipswich"),
    ("Ivybridge Institute of Service", 10190009, "Exeter"),
    ("Kingsway Work-Based Learning", 10190010, "Leeds"),
    ("Lakeside Training Group", 10190011, "Preston"),
    ("Millbrook Customer College", 10190012, "Norwich"),
]


def ulns(start: int = 190_000_000) -> Iterator[str]:
    """ULNs with a right check digit, one after the other."""
    nine = start
    while True:
        nine += 1
        digit = check_digit(str(nine))
        if digit is not None:
            yield f"{nine}{digit}"


def person(chance: random.Random) -> tuple[str, str]:
    """A given and a family name."""
    return chance.choice(GIVEN), chance.choice(FAMILY)


def address(given: str, family: str, number: int, domain: str = "learner.example") -> str:
    """An e-mail address of plain letters that nobody has."""
    plain = "".join(
        letter for letter in f"{given}.{family}".lower() if letter.isascii() and (letter.isalnum() or letter == ".")
    )
    return f"{plain}{number}@{domain}"
