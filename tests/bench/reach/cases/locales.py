# pip: phonenumbers==8.13.55 holidays==0.70 dateparser==1.2.1 Faker==37.1.0 pycountry==24.6.1 arrow==1.3.0 humanize==4.12.2
"""Packages that contain a module or a file for each country or language."""
import arrow
import dateparser
import holidays
import humanize
import phonenumbers
import pycountry
from faker import Faker
from phonenumbers import carrier, geocoder, timezone


def train():
    number = phonenumbers.parse("+14155552671")
    return [phonenumbers.is_valid_number(number), str(dateparser.parse("2 March 2024")), holidays.country_holidays("US", years=2024)["2024-07-04"],
            arrow.get("2024-03-02").humanize(arrow.get("2024-03-03")), humanize.naturalsize(1000), pycountry.countries.get(alpha_2="US").name]


def number_of_germany():
    number = phonenumbers.parse("030 901820", "DE")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def geocode_a_number():
    return geocoder.description_for_number(phonenumbers.parse("+41446681800"), "de")


def carrier_of_a_number():
    return carrier.name_for_number(phonenumbers.parse("+33612345678"), "en")


def timezone_of_a_number():
    return list(timezone.time_zones_for_number(phonenumbers.parse("+81312345678")))


def short_number():
    return phonenumbers.is_emergency_number("112", "FR")


def date_in_french():
    return str(dateparser.parse("le 11 décembre 2014 à 09h00", languages=["fr"]))


def date_in_an_unknown_language():
    return str(dateparser.parse("12 августа 2021"))


def relative_date():
    return str(dateparser.parse("hace 2 semanas", settings={"RELATIVE_BASE": __import__("datetime").datetime(2024, 3, 2)}))


def search_dates():
    from dateparser.search import search_dates
    return [text for text, _ in search_dates("Llegó el 5 de mayo de 2020 a Lima")]


def holidays_of_japan():
    return sorted(holidays.country_holidays("JP", years=2024).values())[:3]


def holidays_of_a_market():
    return sorted(holidays.financial_holidays("NYSE", years=2024).values())[:3]


def holidays_in_german():
    return sorted(holidays.country_holidays("AT", years=2024, language="de").values())[:3]


def fake_names():
    Faker.seed(3)
    return [Faker("ja_JP").name(), Faker("de_DE").address(), Faker("pt_BR").cpf()]


def fake_profile():
    Faker.seed(3)
    fake = Faker()
    return [fake.company(), fake.credit_card_number(), fake.user_agent(), fake.color_name()]


def subdivisions():
    return [len(pycountry.subdivisions.get(country_code="DE")), pycountry.languages.get(alpha_3="deu").name, pycountry.currencies.get(numeric="978").name]


def countries_in_german():
    import gettext
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["de"]).gettext("Germany")


def humanize_in_russian():
    humanize.i18n.activate("ru_RU")
    return humanize.naturaldelta(3600 * 30)


def arrow_in_korean():
    return arrow.get("2024-03-02").humanize(arrow.get("2024-03-05"), locale="ko-kr")
