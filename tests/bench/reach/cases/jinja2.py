# pip: jinja2 babel pytz markdown pygments pyyaml
import jinja2
import babel.dates


def train():
    template = jinja2.Environment().from_string("{{ x|upper }}")
    text = template.render(x="a")
    return [text, babel.dates.format_date(__import__("datetime").date(2024, 1, 2), locale="en")]


def other_locales():
    import datetime
    return [babel.dates.format_date(datetime.date(2024, 1, 2), "full", locale=locale) for locale in ("de", "ja", "ar", "pt_BR", "zh_Hant_TW")]


def numbers():
    from babel.numbers import format_currency, format_decimal, format_percent
    return [format_currency(1234.5, "EUR", locale="fr_FR"), format_decimal(1.5, locale="de"), format_percent(0.34, locale="en")]


def time_zones():
    import datetime
    return babel.dates.format_datetime(datetime.datetime(2024, 6, 1, 12), "full", tzinfo=babel.dates.get_timezone("Europe/Berlin"), locale="de")


def territories():
    from babel import Locale
    return [Locale("de").territories["JP"], Locale.parse("sv").display_name, len(Locale("en").languages) > 100]


def units_and_lists():
    from babel.lists import format_list
    from babel.units import format_unit
    return [format_unit(12, "length-meter", locale="ro"), format_list(["a", "b"], locale="it")]


def catalogs():
    import io
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po
    catalog = Catalog(locale="de")
    catalog.add("x", "y")
    out, binary = io.BytesIO(), io.BytesIO()
    write_po(out, catalog)
    write_mo(binary, catalog)
    return [b'msgid "x"' in out.getvalue(), len(binary.getvalue()) > 20]


def extract():
    import io
    from babel.messages.extract import extract as run
    return [m[1] for m in run("python", io.BytesIO(b"_('hello')"))]


def i18n_extension():
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    environment.install_null_translations()
    return environment.from_string("{% trans %}a{% endtrans %}{% for i in [1,2] %}{% break %}{% endfor %}").render()


def sandbox():
    from jinja2.sandbox import SandboxedEnvironment
    try:
        return SandboxedEnvironment().from_string("{{ ''.__class__.mro() }}").render()
    except jinja2.exceptions.SecurityError as error:
        return type(error).__name__


def native_types():
    from jinja2.nativetypes import NativeEnvironment
    return NativeEnvironment().from_string("{{ [1, 2] }}").render()


def asynchronous():
    import asyncio
    template = jinja2.Environment(enable_async=True).from_string("{% for x in y %}{{ x }}{% endfor %}")
    return asyncio.run(template.render_async(y=[1, 2]))


def loaders():
    loader = jinja2.ChoiceLoader([jinja2.DictLoader({"a": "{% include 'b' %}", "b": "x"}), jinja2.FileSystemLoader("/tmp")])
    return jinja2.Environment(loader=loader, bytecode_cache=jinja2.FileSystemBytecodeCache("/tmp")).get_template("a").render()


def template_errors():
    try:
        jinja2.Environment().from_string("{% if %}")
    except jinja2.TemplateSyntaxError as error:
        return str(error)


def markdown_extensions():
    import markdown
    return markdown.markdown("# a\n\n|x|\n|-|\n|1|\n\n```python\nx = 1\n```\n", extensions=["tables", "toc", "extra", "codehilite", "fenced_code"])


def highlighting():
    from pygments import highlight
    from pygments.formatters import HtmlFormatter, get_formatter_by_name
    from pygments.lexers import get_lexer_by_name, guess_lexer
    return [highlight("a = 1", get_lexer_by_name(name), HtmlFormatter(style="monokai"))[:30] for name in ("python", "rust", "sql", "json")] + [
        guess_lexer("#!/bin/bash\nls").name, type(get_formatter_by_name("svg")).__name__]
